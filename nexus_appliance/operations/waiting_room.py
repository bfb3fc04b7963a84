"""The page that a window shows while the server starts: served by the command that starts it, to this machine alone."""

import json
import secrets
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from html import escape
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

LAST_LOOK = 10.0
"""Seconds that the page has to read how it went; it asks four times a second."""

PAGE = """<!doctype html>
<html lang="{language}"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>OpenClass Nexus</title>
<style>
:root {{ color-scheme: light dark; --paper: #faf5ea; --ink: #20302e; --brand: #0f5b57; --danger: #a8321f }}
@media (prefers-color-scheme: dark) {{
  :root {{ --paper: #12201f; --ink: #eef0e6; --brand: #84d3c6; --danger: #ff9d88 }}
}}
body {{ margin: 0; min-height: 100vh; display: grid; place-content: center; justify-items: center; gap: 1.5rem;
  padding: 1.5rem; box-sizing: border-box; background: var(--paper); color: var(--ink); text-align: center;
  font: 1.25rem/1.5 system-ui, "Segoe UI", Roboto, sans-serif }}
p {{ max-width: 34rem; margin: 0; white-space: pre-line }}
progress {{ width: min(18rem, 80vw); accent-color: var(--brand) }}
.failed {{ color: var(--danger) }}
</style>
<p id="said" role="status">{starting}</p><progress aria-label="{starting}"></progress>
<script>
const look = async () => {{
  let found = {{}};
  try {{ found = await (await fetch(location.pathname + "/news")).json(); }} catch {{ found = {{}}; }}
  if (found.url) {{ location.replace(found.url); return; }}
  if (found.failure) {{
    const said = document.getElementById("said");
    said.textContent = found.failure;
    said.className = "failed";
    document.querySelector("progress").remove();
    return;
  }}
  setTimeout(look, 250);
}};
look();
</script>
"""


@dataclass
class News:
    """How the start goes: where the server is, or why there is none; `heard` once the page has read it."""

    url: str = ""
    failure: str = ""

    def __post_init__(self) -> None:
        self.heard = threading.Event()


@contextmanager
def waiting_room(starting: str, language: str) -> Iterator[tuple[str, News]]:
    """Yield the address of a page that says `starting`, and the news that it waits for.

    At the end the page has a moment to read them. The address holds a token: other users of this machine cannot guess
    it.
    """
    news, path = News(), f"/{secrets.token_urlsafe(16)}"
    page = PAGE.format(language=language, starting=escape(starting)).encode()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path == path:
                self._send(page, "text/html; charset=utf-8")
            elif self.path == f"{path}/news":
                known = bool(news.url or news.failure)
                self._send(json.dumps({"url": news.url, "failure": news.failure}).encode(), "application/json")
                if known:
                    news.heard.set()
            else:
                self.send_error(404)

        def _send(self, body: bytes, kind: str) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing: the token is nobody's business."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.1}, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_port}{path}", news
            news.heard.wait(LAST_LOOK)
        finally:
            server.shutdown()
