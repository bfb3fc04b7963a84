"""Pictures of cited pages, drawn by the real child from a real PDF."""

import io
import os
import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from nexus_appliance.config import Config
from nexus_appliance.curriculum.build import BookSource, build_pack
from nexus_appliance.errors import Failure, Missing, NotAllowed, Unavailable
from nexus_appliance.knowledge.library import Library
from nexus_appliance.knowledge.packs import describe
from nexus_appliance.knowledge.vectors import ChromaIndex
from nexus_appliance.operations.marking import LEAST_LETTERS, find_on_scan, letters, marked_lines
from nexus_appliance.operations.pictures import WIDTHS, Pictures
from nexus_appliance.school.callers import OPERATOR, Caller, Role
from nexus_appliance.storage import generations
from nexus_appliance.storage.database import Database
from nexus_appliance.storage.home import stored_pdf
from tests.conftest import add_person
from tests.curriculum.scans import scan_of
from tests.fakes import HashEncoder
from tests.operations.conftest import add_subject
from tests.pdfs import paragraph, printed, scanned_book, text_pdf

PAGES = (
    ("Energi", "Energi kinetik dimiliki oleh benda yang bergerak. Besarnya bergantung pada massa dan kecepatan benda."),
    ("Gaya", "Gaya gesek melawan gerak benda. Permukaan yang kasar memberi gaya gesek yang lebih besar kepada benda."),
    *((f"Bab {number}", f"Isi bab ke-{number} tentang hal lain, satu dari banyak.") for number in range(3, 9)),
)


class Desk:
    """A book in fisika_12 and the service that draws its pages."""

    def __init__(self, config: Config, database: Database, folder: Path) -> None:
        encoder = HashEncoder()
        self.config = config
        self.library = Library(
            database, config.home, ChromaIndex(config.home / "vectors", encoder.identity.key), encoder
        )
        self.pictures = Pictures(config, database, self.library)
        self.subject = add_subject(database, "Fisika", 12)
        pdf = text_pdf(folder / "fisika.pdf", PAGES, footer="{n}", first_number=0)
        pack = folder / "fisika.vkp"
        manifest = build_pack(BookSource(pdf, "Fisika", "fisika.pdf", "fisika_12", 12), encoder, pack)
        pack_id = self.library.stage(pack, self.subject, "book:fisika")
        with database.write() as session:
            generations.activate(session, pack_id, describe(manifest))
        self.pdf = stored_pdf(config.home, "fisika_12", manifest.source_sha256)
        self.pdf.parent.mkdir(parents=True)
        self.pdf.write_bytes(pdf.read_bytes())

    def key(self, question: str = "gaya gesek") -> str:
        return self.library.search(self.subject, question).passages[0].key

    def draw(self, page: int = 1, width: int = WIDTHS[0], caller: Caller = OPERATOR) -> bytes:
        return self.pictures.draw(caller, "fisika_12", self.key(), page, width)

    @property
    def pid(self) -> int:
        child = self.pictures._child
        return child.pid if child is not None else 0


@pytest.fixture
def desk(config: Config, database: Database, tmp_path: Path) -> Iterator[Desk]:
    made = Desk(replace(config, home=tmp_path / "home"), database, tmp_path)
    yield made
    made.pictures.close()


def refused(
    desk: Desk, caller: Caller, failure: Failure, *, subject: str = "fisika_12", key: str = "", page: int = 1
) -> None:
    for call in (
        lambda: desk.pictures.draw(caller, subject, key or desk.key(), page, WIDTHS[0]),
        lambda: desk.pictures.find(caller, subject, key or desk.key(), page),
    ):
        with pytest.raises((NotAllowed, Missing, Unavailable)) as caught:
            call()
        assert caught.value.code is failure


def test_a_page_is_drawn_in_both_widths(desk: Desk) -> None:
    for width in WIDTHS:
        picture = Image.open(io.BytesIO(desk.draw(2, width)))
        assert (picture.format, picture.width) == ("WEBP", width)
        assert abs(picture.height / picture.width - 297 / 210) < 0.01


def test_the_passage_is_found_where_it_is_printed(desk: Desk) -> None:
    found = desk.pictures.find(OPERATOR, "fisika_12", desk.key("gaya gesek"), 2)
    assert (found.page_count, found.printed) == (8, "1")
    assert found.rectangles
    picture = Image.open(io.BytesIO(desk.draw(2))).convert("L")
    for left, top, right, bottom in found.rectangles:
        assert 0 <= left < right <= 1
        assert 0 <= top < bottom <= 0.5, "the text stands in the upper half; its number at the foot is not marked"
        across, down = picture.size
        darkest, _ = picture.crop((left * across, top * down, right * across, bottom * down)).getextrema()
        assert isinstance(darkest, int)
        assert darkest < 100, "nothing is printed there"


def test_on_a_scanned_page_the_words_that_were_read_are_marked(desk: Desk, tmp_path: Path) -> None:
    """The PDF has no text there: the places come with the pack."""
    page = scan_of("Cahaya merambat lurus.", *["Cermin cekung mengumpulkan cahaya yang datang padanya."] * 3)
    pdf = scanned_book(tmp_path / "cahaya.pdf", [printed(""), paragraph(9)])
    source = BookSource(pdf, "Cahaya", "cahaya.pdf", "fisika_12", 12)
    made = build_pack(source, HashEncoder(), tmp_path / "cahaya.vkp", reader=lambda _index: page)
    pack_id = desk.library.stage(tmp_path / "cahaya.vkp", desk.subject, "book:cahaya")
    with desk.library._database.write() as session:
        generations.activate(session, pack_id, describe(made))
    stored_pdf(desk.config.home, "fisika_12", made.source_sha256).write_bytes(pdf.read_bytes())
    found = desk.pictures.find(OPERATOR, "fisika_12", desk.key("cermin cekung cahaya"), 1)
    assert found.rectangles == tuple(find_on_scan(page, " ".join(line.text for line in page.lines)))
    assert len(found.rectangles) == 4
    assert desk.pid == 0, "no child was needed"
    for file in (desk.config.home / "packs").glob("*.vkp"):
        file.unlink()
    assert desk.pictures.find(OPERATOR, "fisika_12", desk.key("cermin cekung cahaya"), 1).rectangles == ()


def test_a_page_that_does_not_hold_the_passage_has_no_marks(desk: Desk) -> None:
    assert desk.pictures.find(OPERATOR, "fisika_12", desk.key("gaya gesek"), 1).rectangles == ()


def test_a_drawn_page_is_kept(desk: Desk) -> None:
    first = desk.draw()
    desk.pictures.close()
    assert desk.draw() == first
    assert desk.pid == 0, "drawn again"


def test_the_cache_stays_within_its_limit(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.pictures._config = replace(desk.config, picture_cache=0)
    assert desk.draw(1)
    assert desk.draw(2)
    assert list((desk.config.home / "cache" / "pages").iterdir()) == []


def test_a_full_disk_costs_only_the_cache(desk: Desk) -> None:
    (desk.config.home / "cache").write_text("in the way")
    assert desk.draw()


def test_only_readers_of_the_subject_see_its_pages(desk: Desk, database: Database) -> None:
    other = add_subject(database, "Kimia", 12)
    student = add_person(database, Role.STUDENT, "siti")
    assert desk.draw(caller=student)
    assert desk.draw(caller=add_person(database, Role.TEACHER, "guru", teaches=[desk.subject]))
    refused(desk, add_person(database, Role.TEACHER, "lain", teaches=[other]), Failure.NOT_ALLOWED)
    refused(desk, add_person(database, Role.TECHNICIAN, "teknisi"), Failure.NOT_ALLOWED)
    refused(desk, student, Failure.SUBJECT_EMPTY, subject="kimia_12")
    refused(desk, student, Failure.SUBJECT_UNKNOWN, subject="../../etc")


@pytest.mark.parametrize("key", ["x", "../..", "0" * 16 + ".0", "", ".", "a.b.c"])
def test_unknown_keys(desk: Desk, key: str) -> None:
    refused(desk, OPERATOR, Failure.PAGE_UNKNOWN, key=key or "-")
    own = desk.key().split(".")[0]
    for row in ("999", "-1", "²", "", "1.0"):
        refused(desk, OPERATOR, Failure.PAGE_UNKNOWN, key=f"{own}.{row}")


@pytest.mark.parametrize("page", [0, -1, 9, 10**9])
def test_pages_that_the_book_does_not_have(desk: Desk, page: int) -> None:
    refused(desk, OPERATOR, Failure.PAGE_UNKNOWN, page=page)


def test_widths_are_ours(desk: Desk) -> None:
    with pytest.raises(Missing):
        desk.draw(1, 100_000)


def test_a_book_without_its_pdf(desk: Desk) -> None:
    desk.pdf.unlink()
    refused(desk, OPERATOR, Failure.PAGE_UNKNOWN)


def test_a_damaged_pdf_is_told_and_harms_nothing(desk: Desk) -> None:
    whole = desk.pdf.read_bytes()
    desk.pdf.write_bytes(b"%PDF-1.7\n" + os.urandom(3000))
    refused(desk, OPERATOR, Failure.PICTURE_FAILED)
    desk.pdf.write_bytes(whole)
    assert desk.draw()


def test_the_child_that_was_prepared_draws(desk: Desk) -> None:
    desk.pictures.prepare()
    prepared = desk.pid
    desk.pictures.prepare()
    assert desk.draw()
    assert desk.pid == prepared != 0


def test_a_child_that_is_killed_is_started_again(desk: Desk) -> None:
    desk.draw(1)
    before = desk.pid
    os.kill(before, signal.SIGKILL)
    assert desk.draw(2)
    assert desk.pid not in (0, before)


def test_a_child_that_hangs_is_ended(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.draw(1)
    monkeypatch.setattr("nexus_appliance.operations.pictures.PATIENCE", 0.5)
    os.kill(desk.pid, signal.SIGSTOP)
    started = time.monotonic()
    with pytest.raises(Unavailable) as caught:
        desk.draw(2)
    assert caught.value.code is Failure.PICTURE_FAILED
    assert time.monotonic() - started < 5
    monkeypatch.undo()
    assert desk.draw(2)


LINES = ["energikinetik", "dimilikibenda", "yang", "bergerakcepat", "dankuat"]


@pytest.mark.parametrize(
    ("passage", "marked"),
    [
        ("energikinetikdimilikibendayangbergerakcepatdankuat", {0, 1, 2, 3, 4}),
        ("dimilikibendayangbergerakcepat", {1, 2, 3}),
        ("kinetikdimilikibenda", {0, 1}),
        ("dimilikibendayangbergerak", {1, 2, 3}),
        ("sesuatuyanglain", set()),
        ("", set()),
    ],
)
def test_lines_of_a_passage(passage: str, marked: set[int]) -> None:
    assert marked_lines(LINES, passage) == marked


def test_chance_hits_far_away_are_no_part_of_it() -> None:
    passage = "packagemain" + "".join(f"barisnomor{number}" for number in range(20))
    lines = ["packagemain", *["halamanlain"] * 5, "packagemain", *(f"barisnomor{number}" for number in range(20))]
    assert marked_lines(lines, passage) == set(range(6, 27))


@given(st.lists(st.text(alphabet="abc", max_size=12), max_size=12), st.text(alphabet="abc", max_size=60))
def test_only_lines_that_are_there_are_marked(lines: list[str], passage: str) -> None:
    marked = marked_lines(lines, passage)
    assert all(0 <= number < len(lines) for number in marked)
    assert all(len(lines[number]) >= LEAST_LETTERS or lines[number] in passage for number in marked)


def test_letters_are_what_two_readers_agree_on() -> None:
    assert letters("Perce-\npatan ﬁsika (1.000)") == "percepatanfisika1000"
