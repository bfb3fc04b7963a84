from nexus_appliance.commands.evaluate import as_cited
from nexus_appliance.tutoring.answers import Answer, cite
from tests.tutoring.fakes import PASSAGES, passage

FOUND = (*PASSAGES, passage(10, "Perulangan mengulang langkah."))


def test_pages_are_judged_in_the_order_in_which_they_are_cited_in_the_end() -> None:
    turned = Answer("Itu.", "answered", 0.9, cite(PASSAGES[::-1]))
    assert [one.page for one in as_cited(FOUND, turned)] == [9, 8, 10]
    assert as_cited(FOUND, None) == list(FOUND)
