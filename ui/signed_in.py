"""Who is signed in, without asking the database for every click: a small cache that ends when sessions end."""

import asyncio
import contextlib
import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from nexus_appliance.school.callers import Caller

if TYPE_CHECKING:
    from nexus_appliance.school.sessions import Sessions

EndedListener = Callable[[frozenset[str]], None]
"""Called on the event loop with the tokens of sessions that have just ended."""

MOVE = 1.0
"""Seconds that a browser has to follow the answer that gives it a new session."""


class SignedIn:
    """Callers by session token. `known` never waits; `resolve` asks the sessions in a thread when needed."""

    def __init__(self, sessions: "Sessions") -> None:
        self._sessions = sessions
        self._callers: dict[str, Caller] = {}
        self._lock = threading.Lock()
        self._endings = 0
        self._listeners: list[EndedListener] = []
        self._moving: set[str] = set()
        self._ended_moving: set[str] = set()
        self._loop: asyncio.AbstractEventLoop | None = None
        sessions.ended.subscribe(self._ended)

    def known(self, token: str) -> Caller | None:
        """The caller of `token` if it was resolved before and its session has not ended."""
        return self._callers.get(token)

    async def resolve(self, token: str) -> Caller | None:
        """The caller of `token`, or None; remembered until the session ends."""
        self._loop = asyncio.get_running_loop()
        while token:
            if caller := self._callers.get(token):
                return caller
            endings = self._endings
            caller = await asyncio.to_thread(self._sessions.resolve, token)
            if caller is None:
                return None
            with self._lock:  # NOTE: a session that ended while we looked must not be remembered: look again
                if endings == self._endings:
                    self._callers[token] = caller
        return None

    def forget(self, token: str) -> None:
        """Look `token` up again the next time (its caller's language has changed, say)."""
        with self._lock:
            self._callers.pop(token, None)

    def on_ended(self, listener: EndedListener) -> None:
        """Call `listener` on the event loop whenever sessions end."""
        self._listeners.append(listener)

    @contextlib.contextmanager
    def moving(self, token: str) -> Iterator[None]:
        """Tell the listeners of the end of `token` only when this is over and its browser has had time to move.

        Sending a page away while its own form is being answered would cancel that answer, and the new session in it.
        """
        self._moving.add(token)
        try:
            yield
        finally:
            asyncio.get_running_loop().call_later(MOVE, self._moved, token)

    async def recheck(self, in_use: frozenset[str]) -> None:
        """Forget tokens that no page uses, and end those that the sessions no longer know."""
        with self._lock:
            self._callers = {token: caller for token, caller in self._callers.items() if token in in_use}
            tokens = tuple(self._callers)
        gone = [token for token in tokens if await asyncio.to_thread(self._sessions.resolve, token) is None]
        if gone:
            self._tell(self._drop(frozenset(gone)))

    def _ended(self, session_ids: frozenset[str]) -> None:
        """Called in any thread, after the commit that ended the sessions."""
        with self._lock:
            self._endings += 1
            ended = [token for token, caller in self._callers.items() if caller.session in session_ids]
        tokens = self._drop(frozenset(ended))
        if tokens and self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._tell, tokens)

    def _drop(self, tokens: frozenset[str]) -> frozenset[str]:
        with self._lock:
            return frozenset(token for token in tokens if self._callers.pop(token, None))

    def _moved(self, token: str) -> None:
        self._moving.discard(token)
        if token in self._ended_moving:
            self._ended_moving.discard(token)
            self._tell(frozenset({token}))

    def _tell(self, tokens: frozenset[str]) -> None:
        self._ended_moving |= tokens & self._moving
        for listener in self._listeners:
            listener(tokens - self._moving)
