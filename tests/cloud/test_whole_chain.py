"""A PDF dropped in the raw bucket answers a student's question at a school, with no restart; then its correction."""

import shutil
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from cloud.aws.edge import SignedEdge
from tests.acceptance.conftest import School, demo_school
from tests.acceptance.test_new_material import PAGES, QUESTION, other_hours, serving
from tests.cloud.edge import edge
from tests.cloud.rig import arrived
from tests.cloud.test_chain import SUBJECT
from tests.cloud.test_enrolment import Publisher
from tests.corrections import corrected
from tests.pdfs import text_pdf

__all__ = ["demo_school"]
pytestmark = [pytest.mark.model, pytest.mark.timeout(900)]


def signed_address(address: str, key_id: str, pem: bytes, until: datetime) -> str:
    """An address with the right to read all packs until then."""
    return f"{address}?{SignedEdge(address, key_id, pem).query('packs/*', until)}"


def test_from_the_raw_bucket_to_a_students_answer(demo_school: School, tmp_path: Path) -> None:
    with ExitStack() as stack:
        cloud = Publisher(tmp_path, stack)
        (tmp_path / "root.json").write_bytes(cloud.root)
        shutil.copytree(demo_school.home, tmp_path / "home", ignore=shutil.ignore_patterns("*.sock", "nexus.channel"))
        school = School(tmp_path / "home")
        school.environment |= {
            "NEXUS_CHANNEL_ROOT": str(tmp_path / "root.json"),
            "NEXUS_PORT": "18475",
            "NEXUS_HOST": "127.0.0.1",
            "NEXUS_CHANNEL_HOURS": other_hours(),
        }
        school.run("subject", "add", "--grade", "8", "--name", "Sejarah")
        stack.enter_context(serving(school))
        assert school.run("enrol", cloud.invite("smpn1"))["school"] == "smpn1"
        pdf = text_pdf(tmp_path / "sumberjaya.pdf", PAGES)
        assert cloud.process(arrived(cloud.upload(pdf, "sumberjaya"))) == []
        assert cloud.carry_on() == ["1.0.0"]
        assert school.run("update")["installed"] == 1
        answer = school.run("ask", SUBJECT, QUESTION)
        assert "1927" in answer["answer"]
        assert answer["citations"][0]["page_pdf"] == 1
        again = cloud.upload(corrected(pdf, tmp_path / "corrected.pdf", 2, anew=True), "sumberjaya")
        assert cloud.process(arrived(again, version="2")) == []
        assert cloud.carry_on() == ["1.1.0"]
        assert school.run("update")["installed"] == 1
        found = school.run("ask", SUBJECT, "Apa yang dipastikan sebelum program dijalankan?")
        assert any("Catatan perbaikan" in citation["text"] for citation in found["citations"])
        nothing = school.run("update")
        assert (nothing["installed"], nothing["failed"], nothing["files"]) == (0, 0, 0)
        assert nothing["received"] <= 1000


def test_without_the_signature_there_are_no_packs(tmp_path: Path) -> None:
    from cloud.aws.s3 import S3Store
    from nexus_appliance.distribution.sources import HttpSource, NotThere, whole
    from tests.cloud.rig import BUCKETS, client, seaweed

    key, other = generate_private_key(65537, 2048), generate_private_key(65537, 2048)
    pems = [one.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) for one in (key, other)]
    later, before = datetime.now(UTC) + timedelta(days=1), datetime.now(UTC) - timedelta(days=1)
    with seaweed(tmp_path) as url:
        s3 = client("s3", url)
        s3.create_bucket(Bucket=BUCKETS["PACKAGE_BUCKET"])
        bucket = S3Store(BUCKETS["PACKAGE_BUCKET"], s3)
        bucket.write("packs/a/b/1.0.0.vkp", b"pack")
        bucket.write("metadata/timestamp.json", b"{}")
        with edge(bucket, "K2NEXUS", key.public_key()) as address:
            good = signed_address(address, "K2NEXUS", pems[0], later)
            assert whole(HttpSource(good), "packs/a/b/1.0.0.vkp", 10) == b"pack"
            assert whole(HttpSource(address), "metadata/timestamp.json", 10) == b"{}"
            wrong = [address, signed_address(address, "K2NEXUS", pems[1], later), good[:-3]]
            wrong += [
                signed_address(address, "K2NEXUS", pems[0], before),
                signed_address(address, "OTHER", pems[0], later),
            ]
            for refused in wrong:
                with pytest.raises(NotThere):
                    whole(HttpSource(refused), "packs/a/b/1.0.0.vkp", 10)
