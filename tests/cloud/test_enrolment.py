"""A school is enrolled, sends a book in parts, and gets it back as a pack that takes the place of its own."""

import hashlib
import os
import random
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from botocore.exceptions import ClientError
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey, generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from cloud import channel
from cloud.aws.schools import SchoolTable
from cloud.enrolment import ACCESS, PART
from nexus_appliance.appliance import Appliance
from nexus_appliance.config import Config
from nexus_appliance.distribution import following
from nexus_appliance.distribution.cloud_service import CloudService
from nexus_appliance.errors import Failure, NexusError, Unavailable
from nexus_appliance.school.callers import OPERATOR
from nexus_appliance.storage.schema import Pack, SharedBook
from tests.cloud.edge import edge
from tests.cloud.function_url import function_url
from tests.cloud.rig import BUCKETS, Lambda, arrived, client
from tests.cloud.test_chain import SUBJECT, Cloud
from tests.fakes import HashEncoder
from tests.pdfs import paragraph, text_pdf

pytestmark = pytest.mark.timeout(600)
KEY_ID = "K2NEXUS"


class Publisher(Cloud):
    """The rig with the fourth function, the table of schools and the edge."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        super().__init__(folder, stack)
        key = generate_private_key(65537, 2048)
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
        self.public: RSAPublicKey = key.public_key()
        client("secretsmanager", self.aws_url).create_secret(Name="edge", SecretString=pem)
        dynamo = client("dynamodb", self.aws_url)
        dynamo.create_table(
            TableName="schools",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "school", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "school", "KeyType": "HASH"}],
        )
        self.schools = SchoolTable("schools", dynamo)
        self.edge = stack.enter_context(edge(self.packages, KEY_ID, self.public))
        environment = {
            **self.environment,
            "SCHOOLS_TABLE": "schools",
            "EDGE_ADDRESS": self.edge,
            "EDGE_KEY_ID": KEY_ID,
            "EDGE_KEY_SECRET": "edge",
        }
        function = Lambda("cloud.handlers.enrolment", environment, folder / "enrolment.log")
        self.service = stack.enter_context(function_url(stack.enter_context(function.running())))

    def invite(self, school: str, days: float = 1) -> str:
        """What `python -m cloud invite` prints."""
        code = f"{school}.{random.randbytes(12).hex()}"
        until = int((datetime.now(UTC) + timedelta(days=days)).timestamp())
        self.schools.invite(school, hashlib.sha256(code.encode()).hexdigest(), until)
        return f"{self.service}#{code}"


@pytest.fixture(scope="module")
def publisher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Publisher]:
    with ExitStack() as stack:
        yield Publisher(tmp_path_factory.mktemp("publisher"), stack)


@pytest.fixture
def school(publisher: Publisher, tmp_path: Path) -> Iterator[Appliance]:
    """An appliance that trusts the publisher and knows nobody yet; nothing works in its background."""
    root = tmp_path / "root.json"
    root.write_bytes(publisher.root)
    config = Config(home=tmp_path / "home", argon2_memory=8, argon2_time=1, channel_root=str(root))
    appliance = Appliance.build(config, embedder=HashEncoder("multilingual-e5-small-q4"))
    appliance.subjects.add(OPERATOR, 8, "Sejarah")
    yield appliance
    appliance._parts.close()


def failure(call: Callable[[], object]) -> Failure:
    with pytest.raises(NexusError) as caught:
        call()
    return caught.value.code


def service_of(school: Appliance) -> CloudService:
    return school.sharing._cloud


def losing_the_answer(real: Callable[..., object]) -> Callable[..., object]:
    def ask(*given: object) -> object:
        real(*given)
        raise Unavailable(Failure.CLOUD_UNREACHABLE)

    return ask


def test_an_invitation_enrols_one_machine(
    publisher: Publisher, school: Appliance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    invitation = publisher.invite("smpn1")
    with monkeypatch.context() as patch:
        patch.setattr(CloudService, "_ask", losing_the_answer(CloudService._ask))
        assert failure(lambda: school.sharing.enrol(OPERATOR, invitation)) == Failure.CLOUD_UNREACHABLE
    assert school.sharing.enrol(OPERATOR, f" {invitation} ").school == "smpn1"
    assert school.sharing.cloud(OPERATOR).service == publisher.service
    other = CloudService(tmp_path / "other", school.database)
    (tmp_path / "other").mkdir()
    assert failure(lambda: other.enrol(invitation)) == Failure.INVITATION_UNKNOWN


def test_what_is_kept_is_no_secret_but_for_its_owner(publisher: Publisher, school: Appliance) -> None:
    school.sharing.enrol(OPERATOR, publisher.invite("smpn2"))
    secret = service_of(school)._secrets.get("cloud-school")
    assert secret is not None
    item = client("dynamodb", publisher.aws_url).get_item(TableName="schools", Key={"school": {"S": "smpn2"}})["Item"]
    assert secret.partition(".")[2] not in str(item)
    files = [path for path in school.config.home.rglob("*") if path.is_file() and secret.encode() in path.read_bytes()]
    assert [path.name for path in files] == ["cloud-school"]
    if os.name == "posix":
        assert files[0].stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda given: given[:-1] + "x", Failure.INVITATION_UNKNOWN),
        (lambda given: given.partition("#")[0], Failure.INVITATION_MALFORMED),
        (lambda _given: "halo", Failure.INVITATION_MALFORMED),
        (lambda given: "http://example.org#" + given.partition("#")[2], Failure.INVITATION_MALFORMED),
        (lambda given: "http://127.0.0.1:9#" + given.partition("#")[2], Failure.CLOUD_UNREACHABLE),
    ],
)
def test_what_is_no_invitation(
    publisher: Publisher, school: Appliance, spoil: Callable[[str], str], code: Failure
) -> None:
    assert failure(lambda: school.sharing.enrol(OPERATOR, spoil(publisher.invite("smpn3")))) == code
    assert not school.sharing.cloud(OPERATOR).school


def test_an_invitation_ends(publisher: Publisher, school: Appliance) -> None:
    old = publisher.invite("smpn4", days=-1)
    assert failure(lambda: school.sharing.enrol(OPERATOR, old)) == Failure.INVITATION_UNKNOWN


def test_a_school_that_is_gone_is_refused(publisher: Publisher, school: Appliance) -> None:
    school.sharing.enrol(OPERATOR, publisher.invite("smpn5"))
    publisher.schools.remove("smpn5")
    assert failure(lambda: service_of(school).ask("/access", {"subjects": []})) == Failure.SCHOOL_UNKNOWN


def test_signatures_are_for_a_subject_each_and_end(publisher: Publisher, school: Appliance) -> None:
    school.sharing.enrol(OPERATOR, publisher.invite("smpn6"))
    access = service_of(school).access([SUBJECT])
    assert set(access.queries) == {f"packs/{SUBJECT}/", "models/", "app/"}
    assert timedelta(0) < datetime.fromtimestamp(access.until, UTC) - datetime.now(UTC) <= ACCESS
    assert service_of(school).access([SUBJECT]) == access
    wider = service_of(school).access([SUBJECT, "fisika_12"])
    assert "packs/fisika_12/" in wider.queries
    for name in ("../x", "", 3, "a" * 65):
        with pytest.raises(NexusError):
            service_of(school).ask("/access", {"subjects": [name]})


def bring_in(school: Appliance, pdf: Path, title: str) -> int:
    """A book that was made here, as a teacher does it; the id of its book."""
    from nexus_appliance.operations.uploads import Upload

    copy = pdf.with_suffix(".copy")
    copy.write_bytes(pdf.read_bytes())
    school.uploads.submit(OPERATOR, Upload(SUBJECT, copy, pdf.name, title))
    while school.ingesting.work_once():
        pass
    (book,) = [book for book in school.books.list(OPERATOR, SUBJECT) if book.title == title]
    return book.id


def state(school: Appliance) -> str:
    return school.sharing.list(OPERATOR, SUBJECT)[0].state


def test_a_book_is_sent_in_parts_published_and_comes_back(
    publisher: Publisher, school: Appliance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nexus_appliance.distribution.sending.LATER", timedelta(0))
    monkeypatch.setattr("nexus_appliance.distribution.sending.SOON", timedelta(0))
    pdf = text_pdf(tmp_path / "kota.pdf", [(f"Bab {n}", paragraph(8, 9000 + 10 * n)) for n in range(6)])
    with pdf.open("ab") as file:  # so large that it takes two parts
        file.write(b"\n%" + random.randbytes(PART).replace(b"\n", b" ").replace(b"\r", b" ") + b"\n")
    school.sharing.enrol(OPERATOR, publisher.invite("smpn7"))
    book = bring_in(school, pdf, "Kota Kita")
    assert school.sharing.shareable(OPERATOR, SUBJECT) == {book}
    school.sharing.share(OPERATOR, book, "own")
    assert (state(school), school.sharing.shareable(OPERATOR, SUBJECT)) == ("queued", frozenset())

    broken = CloudService.put
    monkeypatch.setattr(CloudService, "put", breaking_at(2))
    with pytest.raises(NexusError):
        school.sending.work_once()
    (share,) = school.sharing.list(OPERATOR, SUBJECT)
    assert (share.state, share.done) == ("sending", PART)
    sent: list[int] = []
    monkeypatch.setattr(CloudService, "put", counting(broken, sent))
    school.sending.work_once()
    assert sent == [pdf.stat().st_size - PART]  # the part that had arrived was not sent again
    assert state(school) == "sent"

    key = f"uploads/smpn7/{SUBJECT}/smpn7_kota-kita.pdf"
    assert publisher.s3.get_object(Bucket=BUCKETS["RAW_BUCKET"], Key=key)["Body"].read() == pdf.read_bytes()
    assert publisher.process(arrived(key)) == []
    assert publisher.carry_on() == ["1.0.0"]
    school.sending.work_once()
    assert state(school) == "published"
    now = datetime.now(UTC)
    monkeypatch.setattr(following, "utc_now", lambda: now + timedelta(minutes=1))
    assert school.following.look().installed == 1
    (share,) = school.sharing.list(OPERATOR, SUBJECT)
    assert (share.state, share.version) == ("returned", "1.0.0")
    (found,) = school.books.list(OPERATOR, SUBJECT)
    assert found.sha256 == hashlib.sha256(pdf.read_bytes()).hexdigest()
    with school.database.read() as session:
        sources = {pack.source for pack in session.query(Pack).filter_by(state="active")}
    assert sources == {"channel:smpn7_kota-kita"}
    assert school.sharing.shareable(OPERATOR, SUBJECT) == frozenset()


def breaking_at(number: int) -> Callable[..., None]:
    real, calls = CloudService.put, [0]

    def put(self: CloudService, *given: object) -> None:
        calls[0] += 1
        if calls[0] == number:
            raise Unavailable(Failure.CLOUD_UNREACHABLE)
        real(self, *given)  # type: ignore[arg-type]

    return put


def counting(real: Callable[..., None], sent: list[int]) -> Callable[..., None]:
    def put(self: CloudService, address: str, content: object, size: int) -> None:
        sent.append(size)
        real(self, address, content, size)

    return put


def test_what_the_publisher_cannot_read_is_told(
    publisher: Publisher, school: Appliance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nexus_appliance.distribution.sending.LATER", timedelta(0))
    monkeypatch.setattr("nexus_appliance.distribution.sending.SOON", timedelta(0))
    school.sharing.enrol(OPERATOR, publisher.invite("smpn8"))
    pdf = text_pdf(tmp_path / "b.pdf", [(f"Bab {n}", paragraph(8, 7000 + 10 * n)) for n in range(3)])
    school.sharing.share(OPERATOR, bring_in(school, pdf, "Rusak"), "own")
    school.sending.work_once()
    key = f"uploads/smpn8/{SUBJECT}/smpn8_rusak.pdf"
    metadata = publisher.s3.head_object(Bucket=BUCKETS["RAW_BUCKET"], Key=key)["Metadata"]
    publisher.s3.put_object(Bucket=BUCKETS["RAW_BUCKET"], Key=key, Body=b"%PDF-1.7\n", Metadata=metadata)
    publisher.process(arrived(key))
    school.sending.work_once()
    (share,) = school.sharing.list(OPERATOR, SUBJECT)
    assert (share.state, str(share.failure).startswith("pdf_")) == ("failed", True)
    school.sharing.retry(OPERATOR, share.id)
    assert state(school) == "queued"


def test_a_subject_that_the_publisher_does_not_have(publisher: Publisher, school: Appliance, tmp_path: Path) -> None:
    school.sharing.enrol(OPERATOR, publisher.invite("smpn9"))
    ask = {"subject": "kimia_9", "name": "a", "size": 10, "grade": "9", "title": "A", "semester": "", "licence": "x"}
    assert failure(lambda: service_of(school).ask("/uploads", ask)) == Failure.SUBJECT_NOT_IN_CHANNEL


def test_an_address_allows_one_part_of_one_size_in_the_schools_own_folder(
    publisher: Publisher, school: Appliance
) -> None:
    school.sharing.enrol(OPERATOR, publisher.invite("smpn10"))
    service = service_of(school)
    book = {"subject": SUBJECT, "name": "smpn1_milik-orang", "size": 10, "grade": "8", "title": "A"}
    begun = service.ask("/uploads", book)
    assert begun["name"] == "smpn10_smpn1_milik-orang"  # another school's name is only a part of one's own
    said = {**book, "name": begun["name"], "upload": begun["upload"]}
    (address,) = service.ask("/uploads/parts", said)["missing"].values()
    assert f"/uploads/smpn10/{SUBJECT}/smpn10_smpn1_milik-orang.pdf" in address
    assert failure(lambda: service.put(address, [b"x" * 11], 11)) in (
        Failure.UPLOAD_FORGOTTEN,
        Failure.CLOUD_UNREACHABLE,
    )
    moved = address.replace("smpn10_smpn1_milik-orang", "smpn10_lain")
    assert failure(lambda: service.put(moved, [b"x" * 10], 10)) in (
        Failure.UPLOAD_FORGOTTEN,
        Failure.CLOUD_UNREACHABLE,
    )
    assert failure(lambda: service.ask("/uploads/complete", said)) == Failure.UPLOAD_FORGOTTEN
    service.put(address, [b"x" * 10], 10)
    service.ask("/uploads/complete", said)
    with pytest.raises(NexusError):
        service.ask("/uploads/parts", {**said, "size": 1 << 40})


def test_an_upload_that_was_forgotten_is_begun_anew(publisher: Publisher, school: Appliance, tmp_path: Path) -> None:
    school.sharing.enrol(OPERATOR, publisher.invite("smpn11"))
    pdf = text_pdf(tmp_path / "c.pdf", [(f"Bab {n}", paragraph(8, 5000 + 10 * n)) for n in range(3)])
    share_id = school.sharing.share(OPERATOR, bring_in(school, pdf, "Lama"), "own")
    with school.database.write() as session:
        share = session.get_one(SharedBook, share_id)
        share.upload, share.name, share.state = "long-gone", "smpn11_lama", "sending"
    school.sending.work_once()
    assert state(school) == "sent"


def test_one_that_was_cancelled_is_not_sent(publisher: Publisher, school: Appliance, tmp_path: Path) -> None:
    school.sharing.enrol(OPERATOR, publisher.invite("smpn12"))
    pdf = text_pdf(tmp_path / "d.pdf", [(f"Bab {n}", paragraph(8, 3000 + 10 * n)) for n in range(3)])
    share_id = school.sharing.share(OPERATOR, bring_in(school, pdf, "Batal"), "own")
    school.sharing.cancel(OPERATOR, share_id)
    school.sending.work_once()
    assert state(school) == "cancelled"
    with pytest.raises(ClientError):
        publisher.s3.head_object(Bucket=BUCKETS["RAW_BUCKET"], Key=f"uploads/smpn12/{SUBJECT}/smpn12_batal.pdf")
    school.sharing.dismiss(OPERATOR, share_id)
    assert school.sharing.list(OPERATOR, SUBJECT) == []


def test_an_enrolment_ends(publisher: Publisher, school: Appliance) -> None:
    school.sharing.enrol(OPERATOR, publisher.invite("smpn13"))
    assert school.following.follows
    school.sharing.leave(OPERATOR)
    assert not school.following.follows
    assert failure(lambda: service_of(school).access([SUBJECT])) == Failure.CLOUD_UNSET
    assert not list((school.config.home / "keys").iterdir())


def test_an_enrolled_school_fetches_a_model_through_the_edge(
    publisher: Publisher, school: Appliance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = random.randbytes(200_000)
    (tmp_path / "model.gguf").write_bytes(content)
    about: dict[str, str | int] = {"licence": "MIT", "template": "chatml", "context": 4096}
    now = datetime.now(UTC).replace(microsecond=0)
    given = channel.Published("models", "kecil", "1.0.0", "Kecil", tmp_path / "model.gguf", about)
    channel.publish_file(publisher.packages, publisher.keys, given, now)
    monkeypatch.setattr(following, "utc_now", lambda: now + timedelta(minutes=1))
    school.sharing.enrol(OPERATOR, publisher.invite("smpn14"))
    school.following.look()
    school.releases.want(OPERATOR, "models", "kecil")
    assert school.following.look().files == 1
    (found,) = school.releases.list(OPERATOR)
    assert found.here
    assert [model.id for model in school.models.list(OPERATOR) if model.removable] == ["kecil 1.0.0"]
