"""From ranked windows to the passages that are shown: no near-duplicates, neighbours joined, many pages."""

from collections.abc import Sequence
from dataclasses import replace

from nexus_appliance.knowledge.evidence import Rarity, cited_span
from nexus_appliance.knowledge.passages import Passage
from nexus_appliance.knowledge.retrieval import Candidate
from nexus_appliance.knowledge.shelf import ShelvedPack

DISTINCT_PAGES = 5
"""Passages are chosen so that they lie on at least so many pages, if the books and the limit allow it."""

PER_PAGE = 2
"""Passages of one page at most: a third one says little new and costs other pages their place."""

OVERLAP = 0.5
"""Two windows that share more than this part of the shorter one are one passage."""

GAP = 8
"""Characters of white space at most between two windows of a chunk that follow each other."""

Extent = tuple[int, int, int, int]
"""(pack, chunk in it, first character, end) of a window."""


def select(
    packs: Sequence[ShelvedPack], ranked: Sequence[tuple[Candidate, float]], wanted: Rarity, limit: int
) -> tuple[Passage, ...]:
    """The best windows in order, each with the page to cite, without near-duplicates, spread over pages.

    A window that goes on where one before it ends, or ends where that begins, becomes part of it if both are cited at
    the same page: an explanation that was cut in two is read as one.
    """
    chosen: list[Passage] = []
    taken: list[Extent] = []
    for candidate, score in ranked:
        if len(chosen) == limit:
            break
        number, row = candidate.place
        pack = packs[number]
        passage = pack.passage(row, cited_span(pack.parts(row), wanted), score, candidate.cosine)
        extent = (number, *pack.extent(row))
        if (near := _neighbour(passage, extent, chosen, taken)) is not None:
            taken[near] = _union(taken[near], extent)
            chosen[near] = replace(chosen[near], text=pack.text(*taken[near][1:]))
        elif _has_room(passage, chosen, limit) and not any(_overlap(extent, other) for other in taken):
            chosen.append(passage)
            taken.append(extent)
    return tuple(chosen)


def _neighbour(passage: Passage, extent: Extent, chosen: Sequence[Passage], taken: Sequence[Extent]) -> int | None:
    """Which of the chosen passages a window continues on the same page."""
    pack, chunk, start, end = extent
    for place, (other_pack, other_chunk, other_start, other_end) in enumerate(taken):
        touches = 0 <= start - other_end <= GAP or 0 <= other_start - end <= GAP
        if touches and (pack, chunk, passage.page) == (other_pack, other_chunk, chosen[place].page):
            return place
    return None


def _union(one: Extent, other: Extent) -> Extent:
    return (*one[:2], min(one[2], other[2]), max(one[3], other[3]))


def _has_room(passage: Passage, chosen: Sequence[Passage], limit: int) -> bool:
    """A new page always has; another window of a page has when enough places remain for further pages."""
    if any(passage.text == other.text for other in chosen):
        return False
    pages = [(other.pack_id, other.page) for other in chosen]
    same = pages.count((passage.pack_id, passage.page))
    return not same or (same < PER_PAGE and limit - len(chosen) > DISTINCT_PAGES - len(set(pages)))


def _overlap(one: Extent, other: Extent) -> bool:
    (pack, chunk, start, end), (other_pack, other_chunk, other_start, other_end) = one, other
    shared = min(end, other_end) - max(start, other_start)
    return (pack, chunk) == (other_pack, other_chunk) and shared > OVERLAP * min(end - start, other_end - other_start)
