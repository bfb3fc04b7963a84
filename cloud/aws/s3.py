"""Buckets as stores."""

from pathlib import Path
from typing import TYPE_CHECKING

import boto3
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

LASTING = "public, max-age=31536000, immutable"
CHANGING = "public, max-age=60"
"""Of `timestamp.json`, the only file of a channel that is replaced in place."""


class S3Store:
    """The files of a bucket, as `cloud.store.Store`; a write is whole or not at all, as S3 does it."""

    def __init__(self, bucket: str, client: "S3Client | None" = None) -> None:
        self._bucket = bucket
        self._client: S3Client = client or boto3.client("s3")

    def read(self, path: str) -> bytes | None:
        """As `Store.read`."""
        try:
            return self._client.get_object(Bucket=self._bucket, Key=path)["Body"].read()
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in ("NoSuchKey", "404"):
                return None
            raise

    def write(self, path: str, content: bytes | Path) -> None:
        """As `Store.write`."""
        cache = CHANGING if path.endswith("/timestamp.json") else LASTING
        body = content.read_bytes() if isinstance(content, Path) else content
        self._client.put_object(Bucket=self._bucket, Key=path, Body=body, CacheControl=cache)

    def fetch(self, path: str, target: Path, version: str | None = None) -> dict[str, str]:
        """Write an object, or one version of it, to a file; its metadata by name. Raises `ClientError`."""
        extra = {"VersionId": version} if version else {}
        found = self._client.get_object(Bucket=self._bucket, Key=path, **extra)  # type: ignore[arg-type]
        with target.open("wb") as file:
            for block in found["Body"].iter_chunks(1 << 20):
                file.write(block)
        return dict(found["Metadata"])

    def list(self, prefix: str) -> list[str]:
        """The paths that begin so."""
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=prefix)
        return [entry["Key"] for page in pages for entry in page.get("Contents", [])]
