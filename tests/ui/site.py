"""The web page without a browser: NiceGUI's simulated users on the real application."""

import os
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import httpx
from nicegui import Client, core, ui
from nicegui.functions.download import download
from nicegui.functions.navigate import Navigate
from nicegui.functions.notify import notify
from nicegui.testing import User
from nicegui.testing.general import nicegui_reset_globals

from tests.ui.pages import register_pages
from tests.ui.school import School
from ui.app import create_app
from ui.cookies import SESSION
from ui.serve import run


@contextmanager
def prepared(school: School) -> Iterator[None]:
    """The application of `school`, not yet started; NiceGUI's globals are as new before and after."""
    with nicegui_reset_globals():
        os.environ["NICEGUI_USER_SIMULATION"] = "true"
        try:
            create_app(school)
            register_pages()
            run(school.config)
            yield
        finally:
            os.environ.pop("NICEGUI_USER_SIMULATION")
            Client.page_routes.clear()  # NOTE: NiceGUI would unload the modules of these pages
            ui.navigate, ui.notify, ui.download = Navigate(), notify, download


@asynccontextmanager
async def running(school: School) -> AsyncIterator[None]:
    """The application of `school` with its start-up done, for simulated users."""
    with prepared(school):
        async with core.app.router.lifespan_context(core.app):
            yield


class Visitor(User):
    """A simulated browser: one cookie jar, one open page."""

    def sign_in(self, token: str) -> None:
        """Carry a session from now on."""
        self.http_client.cookies.set(SESSION, token)

    async def post(self, path: str, **fields: str) -> httpx.Response:
        """Send a form as the browser does."""
        return await self.http_client.post(
            path, data=fields, headers={"Origin": str(self.http_client.base_url).rstrip("/")}
        )


def new_visitor(address: str = "192.0.2.20", host: str = "test") -> Visitor:
    """A browser that has nothing yet, at the given address."""
    transport = httpx.ASGITransport(core.app, client=(address, 40000))
    return Visitor(httpx.AsyncClient(transport=transport, base_url=f"http://{host}"))
