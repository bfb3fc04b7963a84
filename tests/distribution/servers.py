"""Web servers for tests: real ones on loopback, which know ranges or do not, and may misbehave."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

Answer = Callable[[BaseHTTPRequestHandler, str], bool]
"""May answer a request by itself; True if it did."""


@contextmanager
def web_server(root: Path, answer: Answer = lambda _handler, _path: False, *, ranges: bool = True) -> Iterator[str]:
    """Serve the files of a folder; the address to ask."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            path = self.path.split("?")[0].lstrip("/")
            if answer(self, path):
                return
            file = root / path
            if not file.is_file():
                self._send(404, b"not there")
                return
            content = file.read_bytes()
            asked = self.headers.get("Range")
            if not asked or not ranges:
                self._send(200, content)
                return
            first, last = (int(part) for part in asked.removeprefix("bytes=").split("-"))
            if first >= len(content):
                self._send(416, b"")
                return
            part = content[first : last + 1]
            self._send(206, part, {"Content-Range": f"bytes {first}-{first + len(part) - 1}/{len(content)}"})

        def _send(self, status: int, content: bytes, headers: dict[str, str] | None = None) -> None:
            self.send_response(status)
            for name, value in {**(headers or {}), "Content-Length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
