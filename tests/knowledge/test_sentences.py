import pytest
from hypothesis import given
from hypothesis import strategies as st

from nexus_appliance.knowledge.sentences import sentences


@pytest.mark.parametrize(
    "sentence",
    [
        "Bupatinya H. Agus Salim, S.TP. Sejak 2010 ia menjabat.",
        "H. Agus Salim lahir di Agam.",
        "Peta itu dibuat Prof. Dr. Ir. Sutami.",
        "KH. Ahmad Dahlan mendirikan Muhammadiyah.",
        "Jenderal A. H. Nasution menulisnya.",
        "Letaknya di Jl. Merdeka.",
    ],
)
def test_a_name_with_its_titles_is_not_cut(sentence: str) -> None:
    assert sentences(sentence) == [sentence]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Air mendidih. Garam larut.", 2),
        ("Garis itu memotong titik B. Jadi sudutnya siku-siku.", 2),
        ("Jawab hanya X. Lalu sepi.", 2),
        ("Ia bekerja di PBB. Kantornya besar.", 2),
        ("Bab A.\nBab B.", 2),
        ("Benarkah? Ya! Tentu.", 3),
    ],
)
def test_a_sentence_ends_where_a_reader_would_stop(text: str, count: int) -> None:
    assert len(sentences(text)) == count


@given(st.text(alphabet="AaBb.!?1 \n'’-", max_size=200))
def test_the_sentences_are_the_text(text: str) -> None:
    assert "".join(sentences(text)) == text
