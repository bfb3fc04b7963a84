"""The chain on a real account: `make cloud-live` with NEXUS_AWS_STACK, the name of a stack that was set up.

Uploads a PDF of three pages for the subject in NEXUS_AWS_SUBJECT, whose role must be in the channel, and waits until it
is published. Without the name of a stack it is not run.
"""

import json
import os
import sys
import tempfile
import time
from pathlib import Path

from tests.pdfs import paragraph, text_pdf

PATIENCE = 1800.0
"""Seconds until the book must be published."""


def main() -> int:
    """0 when the book is published, or when there is no account."""
    stack, subject = os.environ.get("NEXUS_AWS_STACK"), os.environ.get("NEXUS_AWS_SUBJECT")
    if not stack or not subject:
        print("cloud live test: not run (set NEXUS_AWS_STACK and NEXUS_AWS_SUBJECT)")
        return 0
    import boto3

    (found,) = boto3.client("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in found["Outputs"]}
    s3, key = boto3.client("s3"), f"uploads/live/{subject}/live-test.pdf"
    with tempfile.TemporaryDirectory() as folder:
        pages = [(f"Bab {n}", paragraph(6, int(time.time()) % 1_000_000 + 10 * n)) for n in range(3)]
        pdf = text_pdf(Path(folder) / "live.pdf", pages)
        facts = {"grade": "8", "title": "Live"}
        s3.put_object(Bucket=outputs["Raw"], Key=key, Body=pdf.read_bytes(), Metadata=facts)
    began = time.time()
    while time.time() - began < PATIENCE:
        time.sleep(10)
        try:
            content = s3.get_object(Bucket=outputs["Work"], Key=f"status/live/{subject}/live-test.json")
        except s3.exceptions.NoSuchKey:
            continue
        status = json.loads(content["Body"].read())
        if content["LastModified"].timestamp() >= began and status["state"] in ("published", "failed"):
            print("cloud live test:", status)
            return int(status["state"] != "published")
    print("cloud live test: not published in time")
    return 1


if __name__ == "__main__":
    sys.exit(main())
