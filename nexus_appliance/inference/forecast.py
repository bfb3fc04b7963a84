"""When each answer will begin and end, if nothing else comes: the machine's work played forward."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from nexus_appliance.inference.share import share_now


@dataclass(slots=True)
class Load:
    """What is left of one answer, in tokens: `prompt` to be read, `answer` to be written."""

    prompt: float
    answer: float
    begins: float = 0.0
    ends: float = 0.0


def forecast(
    running: Sequence[Load],
    waiting: Sequence[Load],
    room: int,
    prompt_speed: float,
    token_seconds: Callable[[int], float],
    share: int,
) -> None:
    """Set `begins` and `ends` (seconds from now) of all: of those at the worker and of those who wait, in their order.

    Prompts are read one after the other at `prompt_speed` (tokens/s); after a share of tokens of them, each answer that
    is being written gets a token, which takes `token_seconds(answers)`. `share`: the smallest one. At most `room` are
    at the worker.
    """
    now = 0.0
    reading = deque(load for load in running if load.prompt > 0)
    writing = [load for load in running if load.prompt <= 0]
    queue = deque(waiting)
    while reading or writing or queue:
        while queue and len(reading) + len(writing) < max(1, room):
            reading.append(queue.popleft())
        pause = token_seconds(len(writing)) if writing else 0.0
        tokens = min((load.answer for load in writing), default=float("inf"))  # until somebody is done
        if reading:
            now_read = share_now(share, int(sum(load.prompt for load in reading)))
            tokens = min(tokens, reading[0].prompt / now_read)
            now += tokens * (now_read / prompt_speed + pause)
            reading[0].prompt -= tokens * now_read
        else:
            now += tokens * pause
        for load in writing:
            load.answer -= tokens
            if load.answer <= 1e-9:
                load.ends = now
        writing = [load for load in writing if load.answer > 1e-9]
        if reading and reading[0].prompt <= 1e-6:
            begun = reading.popleft()
            begun.begins = begun.ends = now
            if begun.answer > 1e-9:
                writing.append(begun)
