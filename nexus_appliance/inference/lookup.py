"""What an answer will say next, guessed from what it was asked with: answers from books copy."""

from collections.abc import Sequence

TAIL = 3
"""Tokens of the answer's end that must stand in the prompt before what follows there is a guess."""


def guess(prompt: Sequence[int], answer: Sequence[int], most: int) -> list[int]:
    """At most `most` tokens that follow the last `TAIL` of the answer in the prompt, where these stand there last."""
    tail = list(answer[-TAIL:])
    if len(tail) < TAIL:
        return []
    for start in range(len(prompt) - TAIL - 1, -1, -1):
        if prompt[start] == tail[0] and list(prompt[start : start + TAIL]) == tail:
            return list(prompt[start + TAIL : start + TAIL + most])
    return []
