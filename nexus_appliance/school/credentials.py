"""What a username and a password may be, and passwords that the appliance makes itself."""

import re
import secrets
import unicodedata

from nexus_appliance.errors import Failure, Invalid
from nexus_appliance.school.callers import ACCOUNT_ROLES, OPERATOR, Role
from nexus_appliance.school.wordlist import WORDS

USERNAME = re.compile(r"[a-z0-9._-]{3,32}")

PASSWORD_LIMIT = 128
"""Characters; bounds what is hashed."""

STUDENT_MINIMUM = 6
STAFF_MINIMUM = 8
"""Characters. Small children type slowly, and a guesser is slowed down by the login."""

DIGITS = "23456789"
"""Without 0 and 1, which look like letters; 3 bits each."""

COMMON = frozenset(
    """
    000000 111111 11111111 112233 121212 123123 123123123 1234567 12345678 123456789 1234567890 123456 123qwe 1q2w3e4r
    1qaz2wsx 222222 555555 654321 666666 696969 777777 87654321 888888 88888888 999999 987654321 abc123 abcd1234
    abcdef abcdefgh admin123 administrator adminadmin aa123456 allahuakbar alhamdulillah anjing asdasd asdfgh asdfghjk
    asdfghjkl bandung basmalah bismillah bismillah123 cantik cintaku computer doraemon dragon freefire ganteng garuda
    google guru123 gurukita iloveyou indonesia indonesia1 jakarta kucing letmein mahasiswa makassar merdeka minecraft
    mobilelegend monkey muhammad naruto nusantara p@ssw0rd passw0rd password password1 password123 pelajar persib
    princess qazwsx qwerty qwerty123 qwertyui qwertyuiop rahasia rahasia123 sayang sayangku sekolah sekolah123
    sekolahku semangat sepakbola siswa123 student sunshine surabaya teacher tes123 testing tolong welcome
    """.split()  # noqa: SIM905 -- as a list of quoted words it could not be read
)
"""What guessers try first: the top of published lists, and what Indonesian schools add to them."""


def checked_username(username: str) -> str:
    """The username in its one spelling (lower case); raises `Invalid` (username_invalid)."""
    name = folded_username(username)
    if not name or name == OPERATOR.username:
        raise Invalid(Failure.USERNAME_INVALID, minimum=3, maximum=32)
    return name


def folded_username(username: str) -> str:
    """How a username is looked up: case and outer spaces do not matter. "" when it can be nobody's."""
    name = username.strip().lower() if isinstance(username, str) and username.isascii() else ""
    return name if USERNAME.fullmatch(name) else ""


def checked_role(role: str) -> Role:
    """A role that an account can have; raises `Invalid` (role_invalid)."""
    if role not in ACCOUNT_ROLES:
        raise Invalid(Failure.ROLE_INVALID, role=str(role))
    return Role(role)


def checked_password(password: str, username: str, role: Role) -> str:
    """The password in its one spelling (NFKC).

    Raises `Invalid` (password_weak) with `minimum` and the `reason`: short, long, username, common or unseen.
    """
    minimum = minimum_length(role)
    reason = _weakness(password, username, minimum)
    if reason:
        raise Invalid(Failure.PASSWORD_WEAK, minimum=minimum, reason=reason)
    return spelled(password)


def minimum_length(role: Role) -> int:
    """The fewest characters of a password."""
    return STUDENT_MINIMUM if role is Role.STUDENT else STAFF_MINIMUM


def spelled(password: str) -> str:
    """NFKC: the same password typed on different keyboards is the same text."""
    return unicodedata.normalize("NFKC", password)


def generated_password(role: Role) -> str:
    """Easy to read out and to type: mawar-sungai-274 for a student (27 bits); 42 bits for staff."""
    words, digits = (2, 3) if role is Role.STUDENT else (3, 5)
    parts = [secrets.choice(WORDS) for _ in range(words)]
    return "-".join([*parts, "".join(secrets.choice(DIGITS) for _ in range(digits))])


def _weakness(password: str, username: str, minimum: int) -> str:
    if not isinstance(password, str):
        return "unseen"
    if len(password) > PASSWORD_LIMIT or len(spelled(password)) > PASSWORD_LIMIT:
        return "long"
    text = spelled(password)
    if any(unicodedata.category(sign) in ("Cc", "Cs") for sign in text):
        return "unseen"
    if len(text.strip()) < minimum:
        return "short"
    if text.casefold() == username.casefold():
        return "username"
    return "common" if text.casefold() in COMMON or len(set(text)) == 1 else ""
