"""A function's own address, as AWS serves it: each request becomes an event of the function URL's format (2.0)."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler

from tests.cloud.rig import Lambda, http_server


@contextmanager
def function_url(function: Lambda) -> Iterator[str]:
    """Serve a function that is running; its address. One request at a time, as one instance of it works."""
    turn = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0"))).decode()
            event = {
                "version": "2.0",
                "rawPath": self.path,
                "headers": {name.lower(): value for name, value in self.headers.items()},
                "requestContext": {"http": {"method": "POST", "path": self.path}},
                "body": body,
                "isBase64Encoded": False,
            }
            with turn:
                answer = function.invoke(event, 60)
            content = str(answer["body"]).encode()
            json.loads(content)
            self.send_response(answer["statusCode"])
            for name, value in {**answer["headers"], "Content-Length": str(len(content))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

    with http_server(Handler) as address:
        yield f"http://{address}"
