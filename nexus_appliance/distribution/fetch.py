"""A pack from a channel: what installed packs hold is taken from them, the rest is downloaded, everything verified."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from pathlib import Path

from nexus_appliance.curriculum.channel import delta_path, pack_path
from nexus_appliance.curriculum.container import WholePack, damaged, order_of, thaw_head, write_whole
from nexus_appliance.curriculum.manifest import Manifest
from nexus_appliance.curriculum.manifest_json import from_json, leaves_of
from nexus_appliance.curriculum.pack import opened, written
from nexus_appliance.curriculum.parts import Part, thaw_part
from nexus_appliance.distribution.mirror import Bounds, Mirror
from nexus_appliance.distribution.sources import NotThere, Source
from nexus_appliance.errors import Invalid

Report = Callable[[int, int], None]
"""Told how many parts of how many are in the new pack."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A signed head by its frame, and where the channel keeps its files; `installed` is the version here, if any."""

    subject: str
    name: str
    version: str
    head: bytes
    head_sha256: str
    installed: str | None = None


def fetch(
    wanted: Wanted, packs: Sequence[Path], source: Source, downloads: Path, bounds: Bounds, out: Path, report: Report
) -> Manifest:
    """Write the whole pack to `out`, with the parts that the installed `packs` hold taken from there.

    What was downloaded before a cut lies in `downloads` and is not downloaded again. Raises `Invalid` (pack_damaged,
    pack_format_unknown), `Unavailable` (disk_full), `NotThere`, `Unreachable`, and what the bounds raise.
    """
    files = [downloads / f"{wanted.head_sha256}.{kind}" for kind in ("delta", "vkp")]
    delta = Mirror(source, _delta_path(wanted), files[0], bounds)
    whole = Mirror(source, pack_path(wanted.subject, wanted.name, wanted.version), files[1], bounds)
    try:
        with ExitStack() as stack:
            held = list(_opened(packs, stack))
            manifest = _Assembly(wanted, held, delta, whole, bounds).write(out, report)
    except Invalid:  # what is not right cannot be gone on with
        delta.forget()
        whole.forget()
        raise
    delta.forget()
    whole.forget()
    return manifest


def _delta_path(wanted: Wanted) -> str:
    return delta_path(wanted.subject, wanted.name, wanted.version, wanted.installed or wanted.version)


def _opened(packs: Iterable[Path], stack: ExitStack) -> Iterator[WholePack]:
    """Those that can be read; parts of the others come from the channel."""
    for pack in packs:
        with suppress(Invalid, OSError):
            yield stack.enter_context(opened(pack))


class _Assembly:
    """One pack being put together."""

    def __init__(self, wanted: Wanted, held: Sequence[WholePack], delta: Mirror, whole: Mirror, bounds: Bounds) -> None:
        self._wanted = wanted
        self._held = held
        self._delta = delta
        self._whole = whole
        self._whole_is_open = False
        self._bounds = bounds
        head = thaw_head(wanted.head)
        self._head = head
        self._leaves = leaves_of(head)

    def write(self, out: Path, report: Report) -> Manifest:
        if self._wanted.installed is not None:
            with suppress(NotThere):
                self._delta.open(self._wanted.head_sha256, is_delta=True)
        self._require(self._leaves, self._leaves)
        manifest = from_json(self._head, self._content)
        order = order_of(self._leaves, manifest)
        self._require(order, order)
        with written(out) as file:
            write_whole(file, self._wanted.head, self._frames(order, report), len(order))
        return manifest

    def _require(self, parts: Sequence[Part], order: Sequence[Part]) -> None:
        """See to it that all these parts are here."""
        missing = [part for part in parts if self._found(part) is None]
        self._delta.bring(missing)
        missing = [part for part in missing if self._found(part) is None]
        if missing:
            if not self._whole_is_open:
                self._whole.open(self._wanted.head_sha256, is_delta=False)
                self._whole_is_open = True
            self._whole.name(order)
            self._whole.bring(part for part in missing if self._whole.found(part) is None)
        if any(self._found(part) is None for part in missing):
            raise damaged("parts")

    def _content(self, part: Part) -> bytes:
        frame = self._found(part)
        if frame is None:
            raise ValueError("no such part")
        return thaw_part(frame, part)

    def _found(self, part: Part) -> bytes | None:
        """The frame of a part, verified, from wherever it is."""
        self._bounds.stop()
        for pack in self._held:
            if part in pack:
                frame = pack.frame_of(part)
                try:
                    thaw_part(frame, part)
                except ValueError:  # a pack that has been spoiled on the disk: another has it, or the channel
                    continue
                return frame
        return self._delta.found(part) or self._whole.found(part)

    def _frames(self, order: Sequence[Part], report: Report) -> Iterator[bytes]:
        for done, part in enumerate(order, 1):
            frame = self._found(part)
            if frame is None:
                raise damaged(part.sha256)
            yield frame
            report(done, len(order))
