from nexus_appliance.tutoring.prompts import SYSTEM, compose


def test_the_page_comes_first_and_the_question_last() -> None:
    prompt = compose(["Isi dua."], "Apa itu?", "Isi satu.")
    assert prompt.system == SYSTEM
    assert prompt.shared == ("Kutipan buku:\nIsi satu.\n\n",)
    assert prompt.user == "Kutipan buku:\nIsi dua.\n\nPertanyaan: Apa itu?"


def test_without_a_whole_page_nothing_is_shared() -> None:
    prompt = compose(["Isi satu.", "Isi dua."], "Apa itu?")
    assert prompt.shared == ()
    assert prompt.user.startswith("Kutipan buku:\nIsi satu.\n\nKutipan buku:\nIsi dua.")
