from nexus_appliance.tutoring.prompts import SYSTEM, compose


def test_the_excerpts_come_first_and_the_question_last() -> None:
    prompt = compose(["Isi satu.", "Isi dua."], "Apa itu?")
    assert prompt.system == SYSTEM
    assert prompt.shared == ("Kutipan buku:\nIsi satu.\n\n", "Kutipan buku:\nIsi dua.\n\n")
    assert prompt.user == "Pertanyaan: Apa itu?"
