"""What a question asks for, and sentences that hold it."""

import pytest

from nexus_appliance.knowledge.asked import holds, kind_of


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Kapan Borobudur dibangun?", "date"),
        ("Tahun berapa Borobudur dibangun?", "date"),
        ("Berapa tinggi Monas?", "number"),
        ("Siapakah perancang Monas?", "person"),
        ("Di mana komodo hidup?", "place"),
        ("Dimanakah komodo hidup?", "place"),
        ("Apa nama ibu kota Aceh?", "name"),
        ("Kenapa laut asin?", "reason"),
        ("Bagaimana cara kerja router?", "reason"),
        ("Apa itu algoritma?", "definition"),
        ("Apa yang dimaksud dengan topologi?", "definition"),
        ("Apa perbedaan var dan const di Go?", "other"),
        ("", "other"),
    ],
)
def test_kinds(question: str, kind: str) -> None:
    assert kind_of(question) == kind


@pytest.mark.parametrize(
    ("kind", "sentence", "held"),
    [
        ("date", "Candi itu dibangun pada abad ke-9.", True),
        ("date", "Candi itu sangat besar.", False),
        ("number", "Tingginya 132 meter.", True),
        ("number", "Tingginya dua meter.", True),
        ("number", "Tugu itu tinggi.", False),
        ("person", "Tugu itu dirancang oleh Silaban.", True),
        ("person", "Tugu bernama Monas dirancang orang.", False),
        ("place", "Hewan ini hidup di Flores.", True),
        ("place", "Hewan ini besar.", False),
        ("reason", "Laut asin karena garam dari sungai.", True),
        ("definition", "Algoritma adalah urutan langkah.", True),
        ("definition", "Algoritma banyak dipakai.", False),
        ("other", "Apa pun.", True),
    ],
)
def test_a_sentence_holds_what_is_asked_for(kind: str, sentence: str, held: bool) -> None:
    assert holds(kind, sentence, {"monas": 1.0}) is held  # type: ignore[arg-type]
