"""AWS without an account: real S3 (SeaweedFS), stand-ins for the rest (moto), the real Lambda runtime, and the contract
of Bedrock.

Everything listens on 127.0.0.1. The handlers are wired by the environment alone, as botocore reads it.
"""

import json
import os
import queue
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import boto3

ROOT = Path(__file__).parents[2]
START_SECONDS = 90.0
CREDENTIALS = {
    "AWS_ACCESS_KEY_ID": "rig-access-key",
    "AWS_SECRET_ACCESS_KEY": "rig-secret-key",
    "AWS_DEFAULT_REGION": "ap-southeast-1",
    "AWS_REGION": "ap-southeast-1",
    "AWS_EC2_METADATA_DISABLED": "true",
}
BUCKETS = {"RAW_BUCKET": "nexus-raw", "WORK_BUCKET": "nexus-work", "PACKAGE_BUCKET": "nexus-packages"}


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@contextmanager
def http_server(handler: type[BaseHTTPRequestHandler]) -> Iterator[str]:
    """Serve on a free port; `host:port`."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def program(
    command: list[str], answers: Callable[[], object], log: Path, environment: dict[str, str]
) -> Iterator[None]:
    """Run a server of somebody else's until it answers, and end it in the end."""
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, stdout=output, stderr=output, env={**os.environ, **environment}, cwd=log.parent
        )
        try:
            deadline = time.monotonic() + START_SECONDS
            while True:
                assert process.poll() is None, log.read_text("utf-8", "replace")[-2000:]
                try:
                    answers()
                    break
                except Exception:
                    assert time.monotonic() < deadline, log.read_text("utf-8", "replace")[-2000:]
                    time.sleep(0.2)
            yield
        finally:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextmanager
def seaweed(folder: Path) -> Iterator[str]:
    """A real S3 that knows one identity; its address."""
    identity = {"accessKey": CREDENTIALS["AWS_ACCESS_KEY_ID"], "secretKey": CREDENTIALS["AWS_SECRET_ACCESS_KEY"]}
    rights = ["Admin", "Read", "Write", "List", "Tagging"]
    config = folder / "s3.json"
    config.write_text(json.dumps({"identities": [{"name": "rig", "credentials": [identity], "actions": rights}]}))
    data = folder / "weed"
    data.mkdir()
    ports = {name: free_port() for name in ("master", "volume", "filer", "s3")}
    command = [shutil.which("weed") or str(Path(sys.executable).with_name("weed")), "server", f"-dir={data}"]
    command += [
        "-ip=127.0.0.1",
        "-ip.bind=127.0.0.1",
        "-s3",
        "-filer",
        f"-s3.config={config}",
        "-master.telemetry=false",
    ]
    command += ["-volume.max=200", "-master.volumeSizeLimitMB=64", f"-s3.port={ports['s3']}"]
    command += [f"-{name}.port={ports[name]}" for name in ("master", "volume", "filer")]
    command += [f"-{name}.port.grpc={free_port()}" for name in ("master", "volume", "filer", "s3")]
    url = f"http://127.0.0.1:{ports['s3']}"

    def answers() -> object:
        return client("s3", url).create_bucket(Bucket="nexus-probe")

    with program(command, answers, folder / "weed.log", {}):
        yield url


@contextmanager
def moto(folder: Path) -> Iterator[str]:
    """Stand-ins for SQS, SNS, DynamoDB and Secrets Manager; their address."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    with program(command, lambda: client("sqs", url).list_queues(), folder / "moto.log", CREDENTIALS):
        yield url


def client(service: str, url: str) -> Any:
    """A client of boto3 with the rig's credentials."""
    return boto3.client(
        service,  # type: ignore[call-overload]
        endpoint_url=url,
        region_name=CREDENTIALS["AWS_REGION"],
        aws_access_key_id=CREDENTIALS["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=CREDENTIALS["AWS_SECRET_ACCESS_KEY"],
    )


@dataclass
class TitanStub:
    """Bedrock's contract for Titan: counts what it was asked, and throttles each `every`-th call (0: none)."""

    calls: int = 0
    throttled: int = 0
    every: int = 0
    texts: list[str] = field(default_factory=list)

    @contextmanager
    def serve(self) -> Iterator[str]:
        """The address."""
        stub = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                status, answer = stub.answer(self.path, request)
                content = json.dumps(answer).encode()
                self.send_response(status)
                if status == 429:
                    self.send_header("x-amzn-ErrorType", "ThrottlingException")
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_arguments: object) -> None:
                """Say nothing."""

        with http_server(Handler) as address:
            yield f"http://{address}"

    def answer(self, path: str, request: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """What Titan v2 says to a request."""
        assert path == "/model/amazon.titan-embed-text-v2%3A0/invoke"
        assert set(request) == {"inputText", "dimensions", "normalize"}
        self.calls += 1
        if self.every and self.calls % self.every == 0:
            self.throttled += 1
            return 429, {"message": "Too many requests, please wait before trying again."}
        self.texts.append(request["inputText"])
        size = request["dimensions"]
        vector = [0.0] * size
        for letter in request["inputText"]:
            vector[ord(letter) % size] += 1.0
        length = sum(value * value for value in vector) ** 0.5
        return 200, {
            "embedding": [value / length for value in vector],
            "inputTextTokenCount": len(request["inputText"]) // 4,
        }


class Lambda:
    """One function behind the Runtime API, run by AWS's own client for Python."""

    def __init__(self, handler: str, environment: dict[str, str], log: Path) -> None:
        self._handler = handler
        self._environment = environment
        self._log = log
        self._events: queue.Queue[tuple[str, bytes]] = queue.Queue()
        self._results: queue.Queue[tuple[str, Any]] = queue.Queue()

    @contextmanager
    def running(self) -> Iterator["Lambda"]:
        """The function, ready for events."""
        function = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                name, event = function._events.get()
                self.send_response(200)
                headers = {
                    "Lambda-Runtime-Aws-Request-Id": name,
                    "Lambda-Runtime-Deadline-Ms": str(int(time.time() * 1000) + 900_000),
                    "Lambda-Runtime-Invoked-Function-Arn": f"arn:aws:lambda:ap-southeast-1:0:function:{name}",
                    "Lambda-Runtime-Trace-Id": "Root=1-0-0;Sampled=0",
                    "Content-Type": "application/json",
                    "Content-Length": str(len(event)),
                }
                for key, value in headers.items():
                    self.send_header(key, value)
                self.end_headers()
                with suppress(BrokenPipeError):
                    self.wfile.write(event)

            def do_POST(self) -> None:
                content = json.loads(self.rfile.read(int(self.headers["Content-Length"])) or b"null")
                function._results.put(("response" if self.path.endswith("/response") else "error", content))
                self.send_response(202)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *_arguments: object) -> None:
                """Say nothing."""

        with http_server(Handler) as address, self._log.open("wb") as output:
            own = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "AWS_"))}
            environment = {**own, **self._environment, "AWS_LAMBDA_RUNTIME_API": address, "PYTHONPATH": str(ROOT)}
            environment |= {
                "AWS_LAMBDA_FUNCTION_NAME": self._handler,
                "LAMBDA_TASK_ROOT": str(ROOT),
                "_HANDLER": self._handler,
            }
            environment |= {"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "3008", "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST"}
            command = [sys.executable, "-m", "awslambdaric", self._handler]
            process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=output, stderr=output)
            try:
                yield self
            finally:
                process.kill()
                process.wait()
                self._events.put(("end", b"{}"))

    def invoke(self, event: dict[str, Any], seconds: float = 300) -> Any:
        """What the function answers; the test fails when it raises."""
        self._events.put((str(uuid.uuid4()), json.dumps(event).encode()))
        kind, content = self._results.get(timeout=seconds)
        assert kind == "response", (content, self._log.read_text("utf-8", "replace")[-3000:])
        return content


def records(bodies: list[str], *, fifo: bool = False) -> dict[str, Any]:
    """An event of SQS with these messages."""
    attributes = {"MessageGroupId": "channel", "MessageDeduplicationId": "x"} if fifo else {}
    return {
        "Records": [
            {
                "messageId": f"message-{number}",
                "receiptHandle": "handle",
                "body": body,
                "attributes": {"ApproximateReceiveCount": "1", **attributes},
                "messageAttributes": {},
                "md5OfBody": "",
                "eventSource": "aws:sqs",
                "eventSourceARN": "arn:aws:sqs:ap-southeast-1:000000000000:queue",
                "awsRegion": "ap-southeast-1",
            }
            for number, body in enumerate(bodies)
        ]
    }


def arrived(key: str, bucket: str = BUCKETS["RAW_BUCKET"], version: str = "") -> str:
    """What EventBridge says of a new object."""
    detail = {"bucket": {"name": bucket}, "object": {"key": key, "size": 1, "version-id": version}}
    return json.dumps({"source": "aws.s3", "detail-type": "Object Created", "detail": detail})


def reachable(url: str) -> bytes:
    """What lies at an address."""
    with urllib.request.urlopen(url, timeout=10) as answer:
        return bytes(answer.read())
