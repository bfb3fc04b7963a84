"""CloudFront before a bucket, as far as schools see it: metadata for everybody, packs for those with a signature."""

import base64
import fnmatch
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler
from urllib.parse import parse_qs, urlsplit

from botocore.exceptions import ClientError
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA1

from cloud.aws.s3 import S3Store
from tests.cloud.rig import http_server


@contextmanager
def edge(bucket: S3Store, key_id: str, key: RSAPublicKey) -> Iterator[str]:
    """Serve a bucket with ranges; its address."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            url = urlsplit(f"http://{self.headers['Host']}{self.path}")
            path = url.path.lstrip("/")
            if not path.startswith("metadata/") and not _may_read(
                url.geturl().partition("?")[0], url.query, key_id, key
            ):
                self._send(403, b"AccessDenied")
                return
            try:
                content = bucket.read(path)
            except ClientError:
                content = None
            if content is None:
                self._send(404, b"NoSuchKey")
                return
            first, _, last = self.headers.get("Range", "bytes=0-").removeprefix("bytes=").partition("-")
            part = content[int(first) : int(last) + 1 if last else None]
            if not part:
                self._send(416, b"")
                return
            self._send(206, part, f"bytes {first}-{int(first) + len(part) - 1}/{len(content)}")

        def _send(self, status: int, content: bytes, content_range: str = "") -> None:
            self.send_response(status)
            if content_range:
                self.send_header("Content-Range", content_range)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_arguments: object) -> None:
            """Say nothing."""

    with http_server(Handler) as address:
        yield f"http://{address}"


def _may_read(address: str, query: str, key_id: str, key: RSAPublicKey) -> bool:
    """Whether the query holds a policy that allows this address now, signed by the key."""
    said = {name: values[0] for name, values in parse_qs(query).items()}
    try:
        policy, signature = _decoded(said["Policy"]), _decoded(said["Signature"])
        key.verify(signature, policy, PKCS1v15(), SHA1())
        (statement,) = json.loads(policy)["Statement"]
        until = statement["Condition"]["DateLessThan"]["AWS:EpochTime"]
    except (KeyError, ValueError, InvalidSignature):
        return False
    is_fitting = said.get("Key-Pair-Id") == key_id and fnmatch.fnmatchcase(address, statement["Resource"])
    return bool(is_fitting and datetime.now(UTC).timestamp() < until)


def _decoded(text: str) -> bytes:
    """CloudFront's base64, whose + = / are - _ ~."""
    return base64.b64decode(text.replace("-", "+").replace("_", "=").replace("~", "/"))
