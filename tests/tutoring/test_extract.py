from hypothesis import given
from hypothesis import strategies as st

from nexus_appliance.knowledge.sentence_vectors import key
from nexus_appliance.knowledge.sentences import sentences
from nexus_appliance.tutoring.extract import LENGTH, MOST, extract

ROUTER = (
    "Jaringan menghubungkan banyak komputer di sekolah. Router meneruskan paket di antara dua jaringan. "
    "Apa fungsi router? Kabel dapat dilepas kapan saja oleh siswa."
)
SWITCH = "Switch menghubungkan komputer di dalam satu jaringan. Switch mengenal alamat setiap komputer."


def worth(*texts: str, best: str = "") -> dict[str, float]:
    parts = [part for text in texts for part in sentences(text)]
    return {key(part): 9.0 if best and best in part else -float(place) for place, part in enumerate(parts)}


def test_the_best_sentences_in_the_order_of_the_book_with_their_passage() -> None:
    found = extract([SWITCH, ROUTER], worth(SWITCH, ROUTER, best="meneruskan"))
    assert found.startswith("Jaringan menghubungkan banyak komputer di sekolah. [2] Router meneruskan")
    assert "?" not in found
    assert found.count("[2]") == 3


def test_without_knowledge_of_their_worth_the_first_ones() -> None:
    assert extract([SWITCH], {}).startswith("Switch menghubungkan")
    assert extract([], {}) == ""
    assert extract(["| a | b |"], {}) == ""


def test_signs_of_the_book_mean_nothing() -> None:
    text = "Baris ini memuat <script> dan *bintang* yang bukan tanda apa pun."
    assert "\\<script\\>" in extract([text], worth(text))


def test_points_of_a_list_stand_below_each_other() -> None:
    text = "Perangkat jaringan ada tiga macam.\n\n• Router meneruskan paket data.\n\n• Switch menghubungkan komputer."
    found = extract([text], worth(text))
    assert found == (
        "Perangkat jaringan ada tiga macam. [1]\n\n"
        "- Router meneruskan paket data. [1]\n- Switch menghubungkan komputer. [1]"
    )
    assert extract([text], worth(text, best="Switch")).startswith("Perangkat")


@given(st.lists(st.lists(st.sampled_from(sentences(ROUTER) + sentences(SWITCH)), max_size=8).map(" ".join), max_size=4))
def test_it_is_always_short(texts: list[str]) -> None:
    found = extract(texts, worth(*texts))
    assert found.count("[") <= MOST
    assert len(found) <= LENGTH + MOST * 10 or found.count("[") == 1
