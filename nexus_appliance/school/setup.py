"""The one-time code that lets the first administrator in from another machine than the server itself."""

import hmac
import secrets

ALPHABET = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Without I, L, O, 0 and 1."""

LENGTH = 10
"""Characters: 49 bits, beyond guessing over a network."""


class SetupCode:
    """A code that lives in memory only and changes with each start of the server; print it on the console."""

    def __init__(self) -> None:
        self._code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))

    def __str__(self) -> str:
        """The code in two groups, as it is shown."""
        return f"{self._code[:5]}-{self._code[5:]}"

    def matches(self, typed: str) -> bool:
        """Whether this is the code; case, spaces and hyphens do not matter. Takes the same time either way."""
        plain = "".join(sign for sign in typed[:64].upper() if sign.isalnum())
        return hmac.compare_digest(plain.encode("utf-8", "replace"), self._code.encode())
