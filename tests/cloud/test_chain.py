"""The whole chain without an account: a PDF in the raw bucket becomes a signed pack that a school takes."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cloud import channel
from cloud.aws.s3 import S3Store
from cloud.keys import FolderKeys
from tests.cloud.rig import BUCKETS, CREDENTIALS, Lambda, TitanStub, arrived, client, moto, records, seaweed
from tests.corrections import corrected
from tests.pdfs import encrypted, paragraph, scan, text_pdf, truncated

pytestmark = pytest.mark.timeout(600)
SUBJECT = "sejarah_8"


class Cloud:
    """The rig with the three functions, and the queues between them moved by hand, so that a test sees each step."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self.titan = TitanStub()
        self.s3_url, self.aws_url = stack.enter_context(seaweed(folder)), stack.enter_context(moto(folder))
        titan_url = stack.enter_context(self.titan.serve())
        self.s3 = client("s3", self.s3_url)
        for bucket in BUCKETS.values():
            self.s3.create_bucket(Bucket=bucket)
        self.environment = {
            **CREDENTIALS,
            **BUCKETS,
            **self._services(),
            "AWS_ENDPOINT_URL": self.aws_url,
            "AWS_ENDPOINT_URL_S3": self.s3_url,
            "AWS_ENDPOINT_URL_BEDROCK_RUNTIME": titan_url,
            "TITAN_MODEL": "amazon.titan-embed-text-v2:0",
            "POWERTOOLS_TRACE_DISABLED": "true",
        }
        self.packages = S3Store(BUCKETS["PACKAGE_BUCKET"], self.s3)
        self.keys = FolderKeys(folder / "keys")
        self.keys.generate()
        now = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=1)
        self.root = channel.create(self.packages, self.keys, now)
        channel.add_subject(self.packages, self.keys, SUBJECT, now)
        online = (folder / "keys" / "online.pem").read_text()
        client("secretsmanager", self.aws_url).create_secret(Name="online", SecretString=online)
        names = ("curriculum_processor", "vkp_packager", "delta_generator")
        functions = (Lambda(f"cloud.handlers.{name}", self.environment, folder / f"{name}.log") for name in names)
        self.processor, self.packager, self.publisher = (stack.enter_context(one.running()) for one in functions)

    def _services(self) -> dict[str, str]:
        sqs = client("sqs", self.aws_url)
        fifo = {"FifoQueue": "true"}
        table = "idempotency"
        client("dynamodb", self.aws_url).create_table(
            TableName=table,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        )
        return {
            "PACKAGING_QUEUE": sqs.create_queue(QueueName="packaging")["QueueUrl"],
            "RELEASE_QUEUE": sqs.create_queue(QueueName="release.fifo", Attributes=fifo)["QueueUrl"],
            "TOPIC": client("sns", self.aws_url).create_topic(Name="published")["TopicArn"],
            "KEY_SECRET": "online",
            "IDEMPOTENCY_TABLE": table,
        }

    def upload(self, pdf: Path, name: str, **metadata: str) -> str:
        """Put a PDF into the raw bucket; its key."""
        key = f"uploads/pusat/{SUBJECT}/{name}.pdf"
        said = {"grade": "8", "title": "Sejarah%20Sumberjaya", **metadata}
        self.s3.put_object(Bucket=BUCKETS["RAW_BUCKET"], Key=key, Body=pdf.read_bytes(), Metadata=said)
        return key

    def process(self, *bodies: str) -> list[str]:
        """Hand messages to the first function; the numbers of those that failed."""
        answer = self.processor.invoke(records(list(bodies)))
        return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]

    def carry_on(self) -> list[str]:
        """Hand on what waits in the two queues; the versions that were published."""
        packaging = self._taken("PACKAGING_QUEUE")
        if packaging:
            assert self.packager.invoke(records(packaging)) == {"batchItemFailures": []}
        release = self._taken("RELEASE_QUEUE")
        if release:
            assert self.publisher.invoke(records(release, fifo=True)) == {"batchItemFailures": []}
        return [json.loads(message)["pack"].rpartition("/")[2].removesuffix(".vkp") for message in release]

    def _taken(self, queue: str) -> list[str]:
        sqs, url, bodies = client("sqs", self.aws_url), self.environment[queue], []
        while found := sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", []):
            for message in found:
                bodies.append(message["Body"])
                sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return bodies

    def status(self, name: str) -> dict[str, Any]:
        """What the sender of an upload reads."""
        content = S3Store(BUCKETS["WORK_BUCKET"], self.s3).read(f"status/pusat/{SUBJECT}/{name}.json")
        assert content is not None
        found: dict[str, Any] = json.loads(content)
        return found


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cloud]:
    with ExitStack() as stack:
        yield Cloud(tmp_path_factory.mktemp("cloud"), stack)


def book(path: Path, start: int, pages: int = 6) -> Path:
    return text_pdf(path, [(f"Bab {n}", paragraph(8, start + 10 * n)) for n in range(pages)])


def test_a_pdf_becomes_a_version_and_a_correction_the_next(cloud: Cloud, tmp_path: Path) -> None:
    pdf = book(tmp_path / "a.pdf", 0)
    assert cloud.process(arrived(cloud.upload(pdf, "pertama"))) == []
    assert cloud.status("pertama")["state"] == "read"
    assert cloud.carry_on() == ["1.0.0"]
    assert cloud.status("pertama") == {**cloud.status("pertama"), "state": "published", "version": "1.0.0"}
    assert channel.offered(cloud.packages)[SUBJECT]["pertama"] == "1.0.0"
    key = cloud.upload(corrected(pdf, tmp_path / "b.pdf", 3), "pertama")
    assert cloud.process(arrived(key, version="2")) == []
    assert cloud.carry_on() == ["1.1.0"]
    assert cloud.packages.read(f"packs/{SUBJECT}/pertama/1.1.0.from-1.0.0.vkp") is not None


def test_the_same_event_twice_makes_no_second_call_to_titan(cloud: Cloud, tmp_path: Path) -> None:
    event = arrived(cloud.upload(book(tmp_path / "a.pdf", 200), "kedua"))
    assert cloud.process(event) == []
    calls = cloud.titan.calls
    assert calls > 0
    assert cloud.process(event, event) == []
    assert cloud.process(event) == []
    assert cloud.titan.calls == calls
    assert cloud.carry_on() == ["1.0.0"]


def test_the_same_source_again_makes_no_new_version(cloud: Cloud, tmp_path: Path) -> None:
    pdf = book(tmp_path / "a.pdf", 400)
    cloud.process(arrived(cloud.upload(pdf, "ketiga"), version="1"))
    assert cloud.carry_on() == ["1.0.0"]
    calls = cloud.titan.calls
    cloud.process(arrived(cloud.upload(pdf, "ketiga"), version="2"))
    assert cloud.carry_on() == []
    assert cloud.status("ketiga")["version"] == "1.0.0"
    assert cloud.titan.calls == calls


def test_bad_files_fail_alone_and_their_senders_read_why(cloud: Cloud, tmp_path: Path) -> None:
    keys = {
        "pindaian": cloud.upload(scan(tmp_path / "scan.pdf"), "pindaian"),
        "terkunci": cloud.upload(encrypted(tmp_path / "locked.pdf"), "terkunci"),
        "rusak": cloud.upload(truncated(tmp_path / "broken.pdf"), "rusak"),
        "baik": cloud.upload(book(tmp_path / "good.pdf", 600), "baik"),
    }
    assert cloud.process("{}", *map(arrived, keys.values()), '{"Event": "s3:TestEvent"}') == ["message-0"]
    assert [cloud.status(name)["state"] for name in keys] == ["failed", "failed", "failed", "read"]
    assert cloud.status("pindaian")["failure"] == "pdf_no_text"
    assert cloud.status("terkunci")["failure"] == "pdf_encrypted"
    assert cloud.carry_on() == ["1.0.0"]
    assert "baik" in channel.offered(cloud.packages)[SUBJECT]


def test_titan_that_throttles_each_third_call_still_ends_complete(cloud: Cloud, tmp_path: Path) -> None:
    cloud.titan.every = 3
    try:
        assert cloud.process(arrived(cloud.upload(book(tmp_path / "a.pdf", 800, pages=9), "keempat"))) == []
    finally:
        cloud.titan.every = 0
    assert cloud.titan.throttled > 0
    status = cloud.status("keempat")
    assert (status["state"], status["chunks"] > 5) == ("read", True)
    assert cloud.carry_on() == ["1.0.0"]


def test_a_book_that_another_one_says_already_is_told(cloud: Cloud, tmp_path: Path) -> None:
    cloud.process(arrived(cloud.upload(book(tmp_path / "a.pdf", 1000), "kelima")))
    cloud.carry_on()
    cloud.process(arrived(cloud.upload(corrected(tmp_path / "a.pdf", tmp_path / "b.pdf", 2), "keenam")))
    assert cloud.status("keenam")["like"]["share"] > 0.5
    assert cloud.carry_on() == ["1.0.0"]


def test_what_is_no_upload_is_left_alone(cloud: Cloud) -> None:
    for key in ("uploads/x.pdf", "uploads/pusat/../x/a.pdf", "uploads/pusat/sejarah_8/CON.pdf", "uploads/a/b/c.txt"):
        cloud.s3.put_object(Bucket=BUCKETS["RAW_BUCKET"], Key=key.replace("..", "dots"), Body=b"%PDF-1.7")
        assert cloud.process(arrived(key.replace("..", "dots"))) == []
    assert cloud.carry_on() == []


def test_logs_tell_no_word_of_a_book(cloud: Cloud, tmp_path_factory: pytest.TempPathFactory) -> None:
    logs = [path.read_text("utf-8", "replace") for path in Path(cloud.processor._log).parent.glob("*_*.log")]
    assert any("processed" in log for log in logs)
    assert not any("Algoritma adalah" in log or "kupu-kupu" in log for log in logs)
