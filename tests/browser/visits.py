"""Browser windows of different people, watched for everything that must not happen."""

from pathlib import Path
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, expect

from tests.browser.server import Server

PATIENCE = 30_000
"""Milliseconds that a page may take on a busy machine, where a test does not measure time."""

TELL_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) => {
  console.error("CSP: " + event.violatedDirective + " " + event.blockedURI);
});
"""

AUDIT = (Path(__file__).parent / "audit.js").read_text("utf-8")

expect.set_options(timeout=PATIENCE)


def audit(page: Page) -> list[str]:
    """What a screen reader or a thumb would miss."""
    found: list[str] = page.evaluate(AUDIT)
    return found


def axe(page: Page, *, dialog: bool = False) -> list[str]:
    """What axe-core finds serious or critical, on the page or in its open dialog: the rule, and where.

    NOTE: in a dialog not by contrast. axe takes the backdrop for what lies behind the buttons, over their own colour.
    """
    place, options = (
        ("[role=dialog], dialog[open]", {"rules": {"color-contrast": {"enabled": False}}}) if dialog else ("body", {})
    )
    found = Axe().run(page, context=place, options=options).response["violations"]
    return [
        f"{one['id']} ({one['impact']}): {node['html']} {node.get('failureSummary', '')}"
        for one in found
        if one["impact"] in ("serious", "critical")
        for node in one["nodes"]
    ]


def open_history(page: Page) -> None:
    """Press the button and wait until the sheet has slid in: a tap on what still moves may miss."""
    page.get_by_role("button", name="Riwayat").click()
    expect(page.get_by_role("dialog", name="Riwayat")).to_be_visible()
    page.evaluate(
        "Promise.all(document.getAnimations().filter((a) => a.effect.getTiming().iterations !== Infinity)"
        ".map((a) => a.finished.catch(() => null))).then(() => null)"
    )


class Visits:
    """Contexts (one person each) and their pages; `problems` collects console errors and foreign requests."""

    def __init__(self, chromium: Browser, server: Server) -> None:
        self.server = server
        self.problems: list[str] = []
        self._chromium = chromium
        self._contexts: list[BrowserContext] = []

    def person(self, username: str = "", *, width: int = 1280, dark: bool = False) -> BrowserContext:
        """A browser of its own, signed in when there is a username."""
        context = self._chromium.new_context(
            viewport={"width": width, "height": 800}, color_scheme="dark" if dark else "light", locale="id-ID"
        )
        context.set_default_timeout(PATIENCE)
        context.add_init_script(TELL_VIOLATIONS)
        context.on("request", self._requested)
        context.on("console", self._said)
        context.on("weberror", lambda error: self.problems.append(f"exception: {error.error}"))
        if username:
            token = self.server.sign_in(username)
            context.add_cookies([{"name": "nexus_session", "value": token, "url": self.server.url}])
        self._contexts.append(context)
        return context

    def open(self, path: str, username: str = "", *, width: int = 1280, dark: bool = False) -> Page:
        """A page in a browser of its own, with its socket connected."""
        return self.tab(self.person(username, width=width, dark=dark), path)

    def tab(self, context: BrowserContext, path: str) -> Page:
        """Another page of the same browser."""
        page = context.new_page()
        page.goto(self.server.url + path)
        page.wait_for_function("() => window.socket && window.socket.connected && window.did_handshake !== false")
        return page

    def close(self) -> None:
        """Close every window."""
        for context in self._contexts:
            context.close()

    def _requested(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme not in ("data", "blob") and address.netloc != urlsplit(self.server.url).netloc:
            self.problems.append(f"request to {request.url}")

    def _said(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.problems.append(f"console: {message.text} ({message.location.get('url', '')})")
