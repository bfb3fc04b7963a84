from nexus_appliance.tutoring.answers import Turn
from nexus_appliance.tutoring.prompts import SYSTEM, TURN_CHARACTERS, compose


def test_the_excerpts_come_first_and_the_question_last() -> None:
    prompt = compose(["Isi satu.", "Isi dua."], "Apa itu?")
    assert prompt.system == SYSTEM
    assert prompt.user.startswith("[1] Isi satu.\n\n[2] Isi dua.")
    assert prompt.user.endswith("Pertanyaan: Apa itu?")


def test_a_follow_up_carries_the_turn_within_bounds() -> None:
    prompt = compose(["Isi."], "kenapa?", Turn("Apa itu modem?", "x" * 5000, (), refused=False))
    assert "Pertanyaan sebelumnya: Apa itu modem?" in prompt.user
    assert prompt.user.count("x") == TURN_CHARACTERS
