import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from nexus_appliance.curriculum.channel import delta_path, pack_path
from nexus_appliance.curriculum.chunks import Chunk, Span, Window
from nexus_appliance.curriculum.manifest import Canaries
from nexus_appliance.curriculum.manifest import stored as stored_vectors
from nexus_appliance.curriculum.pack import Pack, read_head, read_pack, write_delta_pack, write_pack
from nexus_appliance.curriculum.parts import Part
from nexus_appliance.curriculum.pdf_pieces import pieces_of
from nexus_appliance.distribution.fetch import Wanted, fetch
from nexus_appliance.distribution.mirror import Bounds
from nexus_appliance.distribution.sources import FolderSource, HttpSource, NotThere, Source, Unreachable
from nexus_appliance.errors import Failure, Invalid, Unavailable
from tests.curriculum.small_packs import assert_same, pack_of, unit
from tests.distribution.servers import web_server

SUBJECT, NAME = "fisika_12", "buku"
FREE = Bounds(room=lambda _size: None, stop=lambda: None)


def pdf_of(words: list[str]) -> bytes:
    pages = (hashlib.shake_256(word.encode()).digest(2000) for word in words)
    return b"%PDF\n" + b"".join(b"obj stream\n%s\nendstream\n" % page for page in pages)


def book(words: list[str], version: str) -> tuple[Pack, bytes]:
    """A pack with a chunk and a page of its PDF for each word."""
    chunks = [Chunk(word, "Bab", (Span(0, n, None),), (Window(0, len(word)),)) for n, word in enumerate(words, 1)]
    pdf, vectors = pdf_of(words), unit(1, seed=3)
    pieces = tuple(map(Part.of, pieces_of(pdf)))
    named = Canaries(("satu",), (), (Part.of(stored_vectors(vectors)),))
    made = pack_of(
        chunks, version=version, pdf=pieces, pdf_sha256=hashlib.sha256(pdf).hexdigest(), canaries=named, name=NAME
    )
    return replace(made, canaries=vectors), pdf


WORDS = [f"kata{n:04}" for n in range(300)]
EDITIONS = {"1.0.0": WORDS, "1.1.0": [*WORDS[:100], "kata baru", *WORDS[101:]], "1.2.0": [*WORDS, "tambahan"]}


class Shop:
    """A channel's folder with the three editions, and what a school has of them."""

    def __init__(self, root: Path) -> None:
        self.root = root / "channel"
        self.downloads = root / "downloads"
        self.out = root / "out.vkp"
        self.packs = {version: self._publish(words, version) for version, words in EDITIONS.items()}
        for new, old in (("1.1.0", "1.0.0"), ("1.2.0", "1.1.0")):
            path = self.root / delta_path(SUBJECT, NAME, new, old)
            write_delta_pack(path, self.file(new), self.file(old))

    def _publish(self, words: list[str], version: str) -> Pack:
        pack, pdf = book(words, version)
        self.file(version).parent.mkdir(parents=True, exist_ok=True)
        write_pack(self.file(version), pack, pdf)
        return pack

    def file(self, version: str) -> Path:
        return self.root / pack_path(SUBJECT, NAME, version)

    def fetch(
        self,
        version: str,
        source: Source,
        installed: str | None = None,
        bounds: Bounds = FREE,
        copy: Path | None = None,
    ) -> None:
        head = read_head(self.file(version))
        wanted = Wanted(SUBJECT, NAME, version, head, hashlib.sha256(head).hexdigest(), installed)
        packs = [copy or self.file(installed)] if installed else []
        fetch(wanted, packs, source, self.downloads, bounds, self.out, lambda _done, _total: None)

    def arrived(self, version: str) -> None:
        assert_same(read_pack(self.out), self.packs[version])
        assert self.out.read_bytes() == self.file(version).read_bytes()
        assert list(self.downloads.iterdir()) == []


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


@pytest.fixture(params=["folder", "http", "http without ranges"])
def source(request: pytest.FixtureRequest, shop: Shop) -> Iterator[Source]:
    if request.param == "folder":
        yield FolderSource(shop.root)
        return
    with web_server(shop.root, ranges=request.param == "http") as url:
        yield HttpSource(url)


def test_a_first_pack_comes_whole(shop: Shop, source: Source) -> None:
    shop.fetch("1.0.0", source)
    shop.arrived("1.0.0")


def test_the_next_one_comes_as_a_delta(shop: Shop, source: Source) -> None:
    shop.fetch("1.1.0", source, "1.0.0")
    shop.arrived("1.1.0")
    assert source.requests == 1
    assert source.received < shop.file("1.1.0").stat().st_size / 20


def test_without_a_fitting_delta_only_the_missing_parts_come(shop: Shop) -> None:
    source = FolderSource(shop.root)
    shop.fetch("1.2.0", source, "1.0.0")
    shop.arrived("1.2.0")
    assert source.received < shop.file("1.2.0").stat().st_size / 4


def test_what_is_spoiled_on_the_disk_comes_again(shop: Shop, tmp_path: Path) -> None:
    raw = bytearray(shop.file("1.0.0").read_bytes())
    raw[-20_000:] = bytes(20_000)
    copy = tmp_path / "copy.vkp"
    copy.write_bytes(raw)
    shop.fetch("1.1.0", FolderSource(shop.root), "1.0.0", copy=copy)
    shop.arrived("1.1.0")


class Cut(Exception):
    pass


def cut_after(blocks: int) -> Callable[[], None]:
    left = [blocks]

    def stop() -> None:
        left[0] -= 1
        if left[0] < 0:
            raise Cut

    return stop


@pytest.mark.parametrize(("version", "installed"), [("1.0.0", None), ("1.1.0", "1.0.0"), ("1.2.0", "1.0.0")])
def test_a_cut_download_goes_on(shop: Shop, version: str, installed: str | None) -> None:
    total, whole = 0, FolderSource(shop.root)
    shop.fetch(version, whole, installed)
    for blocks in range(0, 3000, 250):
        source = FolderSource(shop.root)
        try:
            shop.fetch(version, source, installed, Bounds(lambda _size: None, cut_after(blocks)))
        except Cut:
            total += source.received
    source = FolderSource(shop.root)
    shop.fetch(version, source, installed)
    shop.arrived(version)
    assert total + source.received < whole.received * 1.6 + 200_000


@pytest.mark.parametrize("version", ["1.0.0", "1.1.0"])
def test_spoiled_bytes_are_refused_and_not_kept(shop: Shop, version: str) -> None:
    installed = "1.0.0" if version == "1.1.0" else None
    path = shop.root / delta_path(SUBJECT, NAME, version, installed) if installed else shop.file(version)
    head = read_head(shop.file(version))
    good = path.read_bytes()
    for place in range(len(head) + 80, len(good), len(good) // 40):
        raw = bytearray(good)
        raw[place] ^= 0x10
        path.write_bytes(raw)
        wanted = Wanted(SUBJECT, NAME, version, head, hashlib.sha256(head).hexdigest(), installed)
        packs = [shop.file(installed)] if installed else []
        try:
            fetch(wanted, packs, FolderSource(shop.root), shop.downloads, FREE, shop.out, lambda _done, _total: None)
        except Invalid as failure:
            assert failure.code == Failure.PACK_DAMAGED
            assert not shop.out.exists()
            assert list(shop.downloads.iterdir()) == []
        else:
            assert_same(read_pack(shop.out), shop.packs[version])
            shop.out.unlink()
    path.write_bytes(good)
    shop.fetch(version, FolderSource(shop.root), installed)
    shop.arrived(version)


def test_another_pack_than_the_one_signed_is_refused(shop: Shop) -> None:
    head = read_head(shop.file("1.0.0"))
    shop.file("1.0.0").write_bytes(shop.file("1.1.0").read_bytes())
    wanted = Wanted(SUBJECT, NAME, "1.0.0", head, hashlib.sha256(head).hexdigest())
    with pytest.raises(Invalid) as caught:
        fetch(wanted, [], FolderSource(shop.root), shop.downloads, FREE, shop.out, lambda _done, _total: None)
    assert caught.value.values == {"part": "header"}


def test_a_pack_that_is_not_there(shop: Shop) -> None:
    head = read_head(shop.file("1.0.0"))
    wanted = Wanted(SUBJECT, NAME, "9.0.0", head, hashlib.sha256(head).hexdigest())
    with pytest.raises(NotThere):
        fetch(wanted, [], FolderSource(shop.root), shop.downloads, FREE, shop.out, lambda _done, _total: None)


def test_no_room_is_said_before_anything_is_written(shop: Shop) -> None:
    def room(size: int) -> None:
        raise Unavailable(Failure.DISK_FULL)

    with pytest.raises(Unavailable):
        shop.fetch("1.0.0", FolderSource(shop.root), bounds=Bounds(room, lambda: None))
    assert not shop.downloads.exists()


def test_a_line_that_breaks_loses_nothing(shop: Shop) -> None:
    class Broken(FolderSource):
        def range(self, path: str, offset: int, length: int) -> Iterator[bytes]:
            for block in super().range(path, offset, length):
                yield block
                if self.received > 100_000:
                    raise Unreachable

    broken = Broken(shop.root)
    with pytest.raises(Unreachable):
        shop.fetch("1.0.0", broken)
    rest = FolderSource(shop.root)
    shop.fetch("1.0.0", rest)
    shop.arrived("1.0.0")
    assert broken.received + rest.received < shop.file("1.0.0").stat().st_size * 1.5
