"""Knowledge pack to passages: stage and activate packs, search them, decide whether they speak of a question."""
