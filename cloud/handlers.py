"""What AWS calls: thin Lambda handlers over `pipeline`, each for one queue, with partial failures; and `enrolment`.

Settings come from the environment (see infra/template.yaml). Logs tell what was done to which key, never what a book
says.
"""

import base64
import json
import os
from datetime import UTC, datetime
from functools import cache
from typing import Any

import boto3
from aws_lambda_powertools import Logger
from aws_lambda_powertools.utilities.batch import (
    BatchProcessor,
    EventType,
    SqsFifoPartialProcessor,
    process_partial_response,
)
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.idempotency import DynamoDBPersistenceLayer, IdempotencyConfig, idempotent_function
from aws_lambda_powertools.utilities.typing import LambdaContext

from cloud.aws.edge import SignedEdge
from cloud.aws.keys import SecretKeys
from cloud.aws.multipart import MultipartUploads
from cloud.aws.s3 import S3Store
from cloud.aws.schools import SchoolTable
from cloud.enrolment import Enrolment, RefusedError
from cloud.pipeline import Message, Pipeline
from cloud.titan import Titan
from cloud.uploads import Arrival, arrivals

REMEMBERED = 14 * 24 * 3600
"""Seconds that an arrival is remembered: as long as SQS may keep a message."""

logger = Logger(service="nexus-cloud")
_idempotency = IdempotencyConfig(expires_after_seconds=REMEMBERED)


def curriculum_processor(event: dict[str, Any], context: LambdaContext) -> Any:
    """PDFs that arrived in the raw bucket; for each one that has text a message to the packager."""
    _idempotency.register_lambda_context(context)
    return process_partial_response(event, _arrived, BatchProcessor(EventType.SQS), context)


def vkp_packager(event: dict[str, Any], context: LambdaContext) -> Any:
    """Packs without a version; for each that is new a message to the publisher."""
    return process_partial_response(event, _built, BatchProcessor(EventType.SQS), context)


def delta_generator(event: dict[str, Any], context: LambdaContext) -> Any:
    """Packs with a version: published with their deltas, one after the other, and told to those who wait."""
    return process_partial_response(event, _packed, SqsFifoPartialProcessor(), context)


def enrolment(event: dict[str, Any], _context: LambdaContext) -> dict[str, Any]:
    """A school's request at the function's own address: a POST with JSON, answered with JSON."""
    path, headers = str(event.get("rawPath", "")), event.get("headers") or {}
    body = str(event.get("body") or "").encode()
    body = base64.b64decode(body) if event.get("isBase64Encoded") else body
    try:
        status, answer = 200, _enrolment().answer(path, headers.get("authorization", ""), body, datetime.now(UTC))
    except RefusedError as refused:
        status, answer = refused.status, {"reason": refused.reason}
    logger.info("asked", extra={"path": path, "status": status})
    return {
        "statusCode": status,
        "headers": {"Content-Type": "application/json", "Cache-Control": "no-store"},
        "body": json.dumps(answer, ensure_ascii=False),
    }


@cache
def _enrolment() -> Enrolment:
    pem = boto3.client("secretsmanager").get_secret_value(SecretId=os.environ["EDGE_KEY_SECRET"])["SecretString"]
    return Enrolment(
        SchoolTable(os.environ["SCHOOLS_TABLE"]),
        MultipartUploads(os.environ["RAW_BUCKET"]),
        S3Store(os.environ["WORK_BUCKET"]),
        S3Store(os.environ["PACKAGE_BUCKET"]),
        SignedEdge(os.environ["EDGE_ADDRESS"], os.environ["EDGE_KEY_ID"], pem.encode()),
    )


def _arrived(record: SQSRecord) -> None:
    for arrival in arrivals(record.body):
        _once()(identity=arrival.identity, arrival=arrival)


@cache
def _once() -> Any:
    """`_process`, once for each identity; an attempt that fails is forgotten, so that the next one counts."""
    store = DynamoDBPersistenceLayer(table_name=os.environ["IDEMPOTENCY_TABLE"])
    return idempotent_function(_process, data_keyword_argument="identity", persistence_store=store, config=_idempotency)


def _process(identity: str, arrival: Arrival) -> str:
    made = _pipeline().process(arrival)
    logger.info("processed", extra={"arrival": identity, "outcome": "read" if made else "nothing to package"})
    if made is not None:
        boto3.client("sqs").send_message(QueueUrl=os.environ["PACKAGING_QUEUE"], MessageBody=json.dumps(made))
    return "read" if made else "none"


def _built(record: SQSRecord) -> None:
    message: Message = json.loads(record.body)
    made = _pipeline().package(message)
    logger.info("packaged", extra={"pack": message["pack"], "outcome": made["pack"] if made else "unchanged"})
    if made is not None:
        upload = made["upload"]
        boto3.client("sqs").send_message(
            QueueUrl=os.environ["RELEASE_QUEUE"],
            MessageBody=json.dumps(made),
            MessageGroupId="channel",
            MessageDeduplicationId=f"{upload['subject']}-{upload['name']}-{made['pack'].rpartition('/')[2]}",
        )


def _packed(record: SQSRecord) -> None:
    message: Message = json.loads(record.body)
    told = _pipeline().release(message, SecretKeys(os.environ["KEY_SECRET"]), datetime.now(UTC).replace(microsecond=0))
    logger.info("released", extra={"pack": message["pack"], "outcome": "published" if told else "already there"})
    if told is not None:
        boto3.client("sns").publish(TopicArn=os.environ["TOPIC"], Message=json.dumps(told))


@cache
def _pipeline() -> Pipeline:
    model, region = os.environ.get("TITAN_MODEL", ""), os.environ.get("BEDROCK_REGION") or None
    asks = Titan(boto3.client("bedrock-runtime", region_name=region), model) if model else None
    raw, work, packages = (S3Store(os.environ[name]) for name in ("RAW_BUCKET", "WORK_BUCKET", "PACKAGE_BUCKET"))
    return Pipeline(raw, work, packages, asks)
