"""Signed-in browsers: a new token at each login, stored as its hash; whoever shows pages is told when one ends."""

import hashlib
import logging
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from nexus_appliance.config import Config
from nexus_appliance.errors import Failure, Invalid, NotAllowed
from nexus_appliance.school.callers import Caller, Role
from nexus_appliance.school.credentials import folded_username
from nexus_appliance.school.delays import LoginDelays
from nexus_appliance.school.passwords import Passwords
from nexus_appliance.storage.database import Database
from nexus_appliance.storage.schema import LoginSession, User, utc_now

TOKEN_BYTES = 32
"""256 random bits cannot be guessed, so a fast hash of them is enough."""

EndedListener = Callable[[frozenset[str]], None]
"""Called after the commit, in the writer's thread, with the ids (`Caller.session`) of logins that have ended."""

log = logging.getLogger(__name__)


class Ended:
    """Who wants to know that logins have ended."""

    def __init__(self) -> None:
        self._listeners: list[EndedListener] = []

    def subscribe(self, listener: EndedListener) -> Callable[[], None]:
        """Call `listener` whenever logins end; the result unsubscribes it."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def tell(self, sessions: frozenset[str]) -> None:
        """Tell all listeners, also when one of them fails."""
        for listener in tuple(self._listeners) if sessions else ():
            try:
                listener(sessions)
            except Exception:  # the logins have ended: the other pages must hear of it whatever one listener does
                log.exception("a listener failed on ended logins")


class Sessions:
    """Login, logout, and who a token belongs to. `now` gives the current time in UTC."""

    def __init__(
        self,
        config: Config,
        database: Database,
        passwords: Passwords,
        *,
        delays: LoginDelays | None = None,
        now: Callable[[], datetime] = utc_now,
    ) -> None:
        self.ended = Ended()
        self.delays = delays or LoginDelays()
        self._lifetime = timedelta(hours=config.session_hours)
        self._database = database
        self._passwords = passwords
        self._now = now

    def login(self, username: str, password: str, address: str) -> tuple[str, Caller]:
        """A new token and its caller.

        Raises `Invalid` (wrong_password, for an unknown username too), `NotAllowed` (account_disabled, with the right
        password only), `Unavailable` (login_delayed with `seconds`, login_busy). Takes the time of one hash.
        """
        name = folded_username(username)
        with self.delays.attempt(name, address):
            user = self._verified(name, password)
        if user.disabled_at is not None:
            raise NotAllowed(Failure.ACCOUNT_DISABLED)
        outdated = self._passwords.is_outdated(user.password_hash)
        return self._open(user, self._passwords.hash(password) if outdated else user.password_hash)

    def resolve(self, token: str) -> Caller | None:
        """Who the token belongs to; None when the login has ended or never was."""
        query = select(LoginSession, User).join(User).where(LoginSession.token == _digest(token))
        with self._database.read() as session:
            row = session.execute(query).first()
        if row is None or row[0].expires_at <= self._now() or row[1].disabled_at is not None:
            return None
        return _caller(row[1], row[0])

    def logout(self, caller: Caller) -> None:
        """End this login of the caller; nothing happens when it has ended already."""
        if caller.session is None or caller.user_id is None:
            return
        own = LoginSession.id == int(caller.session), LoginSession.user_id == caller.user_id
        with self._database.write() as session:
            session.execute(delete(LoginSession).where(*own))
        self.ended.tell(frozenset({caller.session}))

    def prune(self) -> int:
        """End the logins whose time is over; how many. To be called every minute."""
        with self._database.read() as session:
            over = session.scalars(select(LoginSession.id).where(LoginSession.expires_at <= self._now())).all()
        if over:
            with self._database.write() as session:
                session.execute(delete(LoginSession).where(LoginSession.id.in_(over)))
            self.ended.tell(frozenset(map(str, over)))
        return len(over)

    def _verified(self, username: str, password: str) -> User:
        with self._database.read() as session:
            user = session.scalar(select(User).where(User.username == username))
        if not self._passwords.verify(user.password_hash if user else None, password) or user is None:
            raise Invalid(Failure.WRONG_PASSWORD)
        return user

    def _open(self, verified: User, password_hash: str) -> tuple[str, Caller]:
        """Only for the account as it was verified: it may have been disabled or changed meanwhile."""
        token = secrets.token_urlsafe(TOKEN_BYTES)
        with self._database.write() as session:
            user = session.get(User, verified.id)
            if user is None or user.disabled_at is not None or user.password_hash != verified.password_hash:
                raise Invalid(Failure.WRONG_PASSWORD)
            user.password_hash = password_hash
            login = LoginSession(user_id=user.id, token=_digest(token), expires_at=self._now() + self._lifetime)
            session.add(login)
            session.flush()
            return token, _caller(user, login)


def end_logins(session: Session, user_id: int) -> frozenset[str]:
    """End all logins of an account in this transaction; pass the result to `Ended.tell` after the commit."""
    ended = session.scalars(delete(LoginSession).where(LoginSession.user_id == user_id).returning(LoginSession.id))
    return frozenset(map(str, ended.all()))


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


def _caller(user: User, login: LoginSession) -> Caller:
    return Caller(
        role=Role(user.role),
        user_id=user.id,
        username=user.username,
        full_name=user.full_name,
        language=user.language,
        session=str(login.id),
        must_change_password=user.must_change_password,
    )
