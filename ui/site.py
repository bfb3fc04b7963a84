"""What pages and routes share: the appliance's services, who is signed in, and who may open which page."""

import asyncio
import functools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ParamSpec, Protocol, TypeVar, cast

from nicegui import Client, app, context

from nexus_appliance.config import Config
from nexus_appliance.errors import Failure, NotAllowed
from nexus_appliance.school.callers import Caller, Role
from ui.cookies import session_token
from ui.signed_in import SignedIn

if TYPE_CHECKING:
    from nexus_appliance.appliance import Appliance
    from nexus_appliance.school.accounts import Accounts
    from nexus_appliance.school.notices import Notices
    from nexus_appliance.school.sessions import Sessions
    from ui.live import Changes

P = ParamSpec("P")
T = TypeVar("T")

Unsubscribe = Callable[[], None]


class Announcer(Protocol):
    """What announces changes after a commit; the database."""

    def subscribe(self, listener: Callable[[frozenset[str]], None]) -> Unsubscribe:
        """Call `listener` in the writer's thread with the topics that changed."""


class Services(Protocol):
    """The part of the appliance that the foundation of the web page uses; pages ask for more."""

    @property
    def config(self) -> Config:
        """The settings in force."""

    @property
    def database(self) -> Announcer:
        """What announces changes."""

    @property
    def accounts(self) -> "Accounts":
        """The people of the school."""

    @property
    def sessions(self) -> "Sessions":
        """Signed-in browsers."""

    @property
    def notices(self) -> "Notices":
        """Messages to one person."""


DRAWN_AT_ONCE = 2
"""Requests that may wait for the one child that draws pages of books: the other threads are for the site itself."""


@dataclass
class Site:
    """One running web page of one school; made by `create_app`, reached by `current_site()`."""

    services: Services
    signed_in: SignedIn
    changes: "Changes"
    pool: ThreadPoolExecutor
    login_pool: ThreadPoolExecutor
    page_roles: dict[str, frozenset[Role]] = field(default_factory=dict)
    empty: bool = True
    drawing: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(DRAWN_AT_ONCE))

    async def call(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run a blocking service call in a worker thread of the site and wait for its result."""
        bound = functools.partial(function, *args, **kwargs)
        return await asyncio.get_running_loop().run_in_executor(self.pool, bound)

    async def call_hashing(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """As `call`, for what hashes a password: it waits long, and must not keep pages waiting."""
        bound = functools.partial(function, *args, **kwargs)
        return await asyncio.get_running_loop().run_in_executor(self.login_pool, bound)


def current_site() -> Site:
    """The site that `create_app` made."""
    return cast(Site, app.state.site)


def current_appliance() -> "Appliance":
    """Every service of the appliance behind the site; each authorises its caller itself."""
    return cast("Appliance", current_site().services)


def client_token(client: Client) -> str:
    """The session token of the page request that `client` was built for; empty for an anonymous visitor."""
    request = client._request  # NOTE: `client.request` raises when there is none
    return "" if request is None else session_token(request.cookies)


def current_caller() -> Caller:
    """Who uses the page this handler runs for, as of now; raise `NotAllowed` once signed out or demoted.

    Call it in every handler and hand the result to the services: a Caller kept from the page's building may be stale.
    """
    site = current_site()
    client = context.client
    caller = site.signed_in.known(client_token(client))
    if caller is None:
        raise NotAllowed(Failure.SIGNED_OUT)
    caller.require(*site.page_roles.get(client.page.path, frozenset(Role)))
    return caller
