"""Uploads in parts to a bucket, each part at an address that allows just that."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef

HOURS = 12
"""An address is good for; the rights of a function's role last that long at most."""


class MultipartUploads:
    """As `cloud.enrolment.Uploads`."""

    def __init__(self, bucket: str, client: "S3Client | None" = None) -> None:
        self._bucket = bucket
        self._client: S3Client = client or boto3.client("s3", config=Config(signature_version="s3v4"))

    def begin(self, key: str, metadata: Mapping[str, str]) -> str:
        """As `Uploads.begin`."""
        begun = self._client.create_multipart_upload(
            Bucket=self._bucket, Key=key, Metadata=dict(metadata), ContentType="application/pdf"
        )
        return begun["UploadId"]

    def parts(self, key: str, upload: str) -> dict[int, int]:
        """As `Uploads.parts`."""
        return {part["PartNumber"]: size for part, size in self._listed(key, upload)}

    def address(self, key: str, upload: str, part: int, size: int) -> str:
        """As `Uploads.address`; the signature covers the length of what is put there."""
        values = {"Bucket": self._bucket, "Key": key, "UploadId": upload, "PartNumber": part, "ContentLength": size}
        return str(self._client.generate_presigned_url("upload_part", Params=values, ExpiresIn=HOURS * 3600))

    def complete(self, key: str, upload: str) -> None:
        """As `Uploads.complete`."""
        parts = [part for part, _size in self._listed(key, upload)]
        self._client.complete_multipart_upload(
            Bucket=self._bucket, Key=key, UploadId=upload, MultipartUpload={"Parts": parts}
        )

    def abort(self, key: str, upload: str) -> None:
        """As `Uploads.abort`."""
        try:
            self._client.abort_multipart_upload(Bucket=self._bucket, Key=key, UploadId=upload)
        except ClientError as error:
            if not _is_unknown(error):
                raise

    def _listed(self, key: str, upload: str) -> "list[tuple[CompletedPartTypeDef, int]]":
        try:
            found = self._client.list_parts(Bucket=self._bucket, Key=key, UploadId=upload).get("Parts", [])
        except ClientError as error:
            if _is_unknown(error):
                raise KeyError(upload) from error
            raise
        return [({"PartNumber": part["PartNumber"], "ETag": part["ETag"]}, part["Size"]) for part in found]


def _is_unknown(error: ClientError) -> bool:
    return error.response.get("Error", {}).get("Code") in ("NoSuchUpload", "404")
