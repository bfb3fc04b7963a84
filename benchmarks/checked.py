"""Count what was found when answers were checked by hand against the passages they were given with.

    python -m benchmarks.checked

Reads benchmarks/answers_checked.jsonl: one answer in each line, with `id` of the question in core_450, the `answer` as
the student saw it but for its quotation, the cited `pages`, and for each of its sentences whether a passage says so
(`supported`, by a reader's judgement) and whether it bore the mark of doubt (`marked`). Writes
benchmarks/results/answers_checked.json.
"""

import json
from pathlib import Path

from benchmarks.results import write_results

ANSWERS = Path(__file__).parent / "answers_checked.jsonl"


def main() -> None:
    write_results("answers_checked", count(ANSWERS.read_text("utf-8").splitlines()))


def count(lines: list[str]) -> dict[str, object]:
    """Shares of all sentences: those that students saw unmarked although no passage says so are what matters."""
    answers = [json.loads(line) for line in lines]
    said = [sentence for answer in answers for sentence in answer["sentences"]]
    unmarked = [sentence for sentence in said if not sentence["marked"]]
    astray = [answer for answer in answers if any(not s["supported"] and not s["marked"] for s in answer["sentences"])]
    return {
        "answers": len(answers),
        "sentences": len(said),
        "unsupported and unmarked": sum(not sentence["supported"] for sentence in unmarked),
        "their share": round(sum(not sentence["supported"] for sentence in unmarked) / max(1, len(said)), 4),
        "marked": len(said) - len(unmarked),
        "of these supported after all": sum(sentence["supported"] for sentence in said if sentence["marked"]),
        "answers with such a sentence": [answer["id"] for answer in astray],
    }


if __name__ == "__main__":
    main()
