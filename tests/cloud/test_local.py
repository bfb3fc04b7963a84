import json
from pathlib import Path

import pytest

from cloud import channel
from cloud.keys import FolderKeys
from cloud.local import Outcome, run
from cloud.store import FolderStore
from nexus_appliance.curriculum.pack import read_pack
from tests.corrections import corrected
from tests.distribution.channels import NOW
from tests.pdfs import paragraph, scan, text_pdf

SUBJECT = "sejarah_8"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    keys = FolderKeys(tmp_path / "keys")
    keys.generate()
    store = FolderStore(tmp_path / "channel")
    channel.create(store, keys, NOW)
    channel.add_subject(store, keys, SUBJECT, NOW)
    (tmp_path / "raw" / "uploads" / "pusat" / SUBJECT).mkdir(parents=True)
    return tmp_path


def upload(folder: Path, name: str) -> Path:
    path = folder / "raw" / "uploads" / "pusat" / SUBJECT / f"{name}.pdf"
    path.with_name(f"{name}.pdf.json").write_text(json.dumps({"grade": "8", "title": "Sejarah"}))
    return path


def outcomes(folder: Path) -> dict[str, Outcome]:
    found = run(folder, FolderKeys(folder / "keys"), NOW)
    return {Path(outcome.key).stem: outcome for outcome in found}


def test_what_lies_in_the_folder_is_published(folder: Path) -> None:
    pages = [(f"Bab {n}", paragraph(6, 10 * n)) for n in range(4)]
    text_pdf(upload(folder, "buku"), pages)
    scan(upload(folder, "pindaian"))
    found = outcomes(folder)
    assert (found["buku"].version, found["buku"].failure) == ("1.0.0", None)
    assert (found["pindaian"].version, found["pindaian"].failure) == (None, "pdf_no_text")
    assert outcomes(folder)["buku"].version == "1.0.0"
    corrected(text_pdf(folder / "x.pdf", pages), upload(folder, "buku"), 2)
    assert outcomes(folder)["buku"].version == "1.1.0"
    packs = folder / "channel" / "packs" / SUBJECT / "buku"
    assert sorted(path.name for path in packs.iterdir()) == ["1.0.0.vkp", "1.1.0.from-1.0.0.vkp", "1.1.0.vkp"]
    assert read_pack(packs / "1.1.0.vkp").manifest.version == "1.1.0"
    assert channel.offered(FolderStore(folder / "channel")) == {SUBJECT: {"buku": "1.1.0"}}


def test_a_file_without_its_facts_is_told(folder: Path) -> None:
    path = text_pdf(upload(folder, "buku"), [("Bab", paragraph(6))])
    path.with_name("buku.pdf.json").write_text("{}")
    assert outcomes(folder)["buku"] == Outcome(f"uploads/pusat/{SUBJECT}/buku.pdf", None, "not an upload")
