"""Which page of a window is cited, and how much of a question a text covers."""

import pytest

from nexus_appliance.curriculum.chunks import Span
from nexus_appliance.knowledge.evidence import STUB, cited_span, coverage

WANTED = {"komodo": 3.0, "hidup": 1.0}
FILL = " kata" * (STUB // 5 + 1)


@pytest.mark.parametrize(
    ("texts", "page"),
    [
        (["komodo hidup" + FILL], 1),
        (["hidup" + FILL, "komodo" + FILL], 2),
        (["komodo hidup" + FILL, "komodo hidup" + FILL], 1),
        (["Komodo hidup", "komodo hidup" + FILL], 2),
        (["Komodo hidup", "tanpa" + FILL], 1),
        (["tanpa" + FILL, "lain" + FILL, "komodo" + FILL], 3),
        (["tanpa" + FILL, "lain" + FILL], 1),
    ],
)
def test_the_page_with_the_words_is_cited(texts: list[str], page: int) -> None:
    parts = [(Span(0, number, None), text) for number, text in enumerate(texts, 1)]
    assert cited_span(parts, WANTED).page == page


def test_coverage_weighs_rare_words_and_compares_stems() -> None:
    assert coverage(WANTED, "Kehidupan di pulau") == 0.25
    assert coverage(WANTED, "Komodo!") == 0.75
    assert coverage({}, "apa pun") == 0.0
