"""Many answers at once: what several prompts share is computed once, and each step writes a token of every answer.

Time on a processor goes by pieces: a piece costs a good part of what a token costs (the weights pass by once), and
then little for each token in it. So questions are read together, and all answers are written in one piece.
"""

import time
from collections import deque
from collections.abc import Iterable, Sequence
from itertools import accumulate, chain

from nexus_appliance.errors import Failure, Invalid
from nexus_appliance.inference.draft import Draft
from nexus_appliance.inference.grammar import Grammar, grammar_of_schema
from nexus_appliance.inference.language_model import Reading, Settings, Step, Writing
from nexus_appliance.inference.llama import LlamaFile, Saved, Stretch
from nexus_appliance.inference.lookup import guess
from nexus_appliance.inference.prefixes import Prefixes
from nexus_appliance.inference.probe import Probe, Probes
from nexus_appliance.inference.prompt import Piece, Prompt, render, render_again
from nexus_appliance.inference.sampling import Sampler, log_probability
from nexus_appliance.inference.share import share_now
from nexus_appliance.inference.shelf import Shelf
from nexus_appliance.inference.work import CHUNK, Cut, Job, Work

PATIENCE = 3.0
"""Seconds that a question whose shared part is there may wait for others, to be read in one piece with them."""

TOGETHER = 16
"""Questions that are read together at most, and no more than two shares of tokens: all of them wait for the longest,
and a piece of many tokens in few sequences is computed faster than one of few tokens in many."""

Asked = tuple[Probe, list[int]]
Told = list[tuple[int, Step]]


class Engine:
    """Writes answers on one loaded model; belongs to one thread. Sequence numbers: answers from 0, the last is spare.

    The answers that are being written stand in neighbouring sequences from 0 on, those whose questions are being read
    right behind them: llama.cpp computes neighbours in one piece.
    """

    def __init__(
        self,
        file: LlamaFile,
        family: str,
        probes: Probes | None,
        *,
        share: int,
        budget: int,
        shelf: Shelf | None = None,
    ) -> None:
        """`share`: prompt tokens between two tokens of the answers, if little waits; `budget`: bytes of prefixes.

        `shelf`: where states of questions that were read outlive this process.
        """
        self._file = file
        self._family = family
        self._share = share
        self.room = file.shape.sequences - 1
        self.prefixes = Prefixes(budget)
        self._shelf = shelf
        self.guesses = 0
        self._before = self._prepared(probes.before, again=False) if probes else None
        self._behind = self._prepared(probes.behind, again=True) if probes and probes.behind else None
        self._waiting: list[Work] = []
        self._reading: list[Work] = []
        self._writing: list[Work] = []
        self._job: Job | None = None
        self._later: deque[Cut] = deque(maxlen=1000)

    @property
    def busy(self) -> bool:
        """Whether `step` has something to do."""
        return bool(self._waiting or self._reading or self._writing or self._job or self._later)

    def add(self, number: int, prompt: Prompt, settings: Settings) -> None:
        """See `LanguageModel.add`."""
        cut = self.cut(prompt)
        room = self._file.shape.cells - len(cut.tokens) - self._asking_room()
        if room <= 0:
            limit = len(cut.tokens) + room - 1
            raise Invalid(Failure.PROMPT_TOO_LONG, tokens=len(cut.tokens), limit=limit)
        grammar = grammar_of_schema(settings.schema) if settings.schema else settings.grammar
        rule = Grammar(self._file.vocabulary, grammar) if grammar else None
        draft = Draft(settings.stop, min(settings.max_tokens, room))
        work = Work(number, cut, settings, draft, Sampler(settings, rule))
        work.found, work.saved = self.prefixes.longest(cut.keys)
        if self._shelf and (state := self._shelf.get(cut.question)) is not None:
            work.found, work.saved, work.read = len(cut.keys), state, cut.question_end
        self.prefixes.count(work.found, len(cut.keys))
        self._waiting.append(work)

    def cancel(self, number: int) -> None:
        """See `LanguageModel.cancel`."""
        self._leave([work for work in self._all() if work.number == number])

    def prepare(self, prompt: Prompt) -> None:
        """See `LanguageModel.prepare`."""
        self._later.append(self.cut(prompt))

    def step(self) -> Told:
        """See `LanguageModel.step`."""
        told: Told = []
        late = [work for work in self._all() if work.late]
        told += [(work.number, step) for work in late for step in (Writing(work.draft.end()), work.written(late=True))]
        self._leave(late)
        share = left = self._share_now()
        while left > share // 4 and (tokens := self._read(share, told)):  # a small rest is not worth a piece
            left -= tokens
        if self._writing:
            self._write(told)
        return told

    def _share_now(self) -> int:
        """Prompt tokens until the next step of the answers: more when much waits to be read."""
        own = sum(work.own for work in self._waiting) + sum(work.unread for work in self._reading)
        shared = {work.cut.keys[-1]: work.unshared for work in self._waiting if not work.ready}
        return share_now(self._share, own + sum(shared.values()))

    def cut(self, prompt: Prompt) -> Cut:
        """The tokens of a prompt and where its segments end."""
        segments = [self._tokens(pieces) for pieces in render(prompt, self._family)]
        ends = [0]
        for segment in segments:
            ends.append(ends[-1] + len(segment))
        return Cut(list(chain.from_iterable(segments)), ends[1:])

    # reading

    def _read(self, most: int, told: Told) -> int:
        """Compute some prompt tokens, about `most`; how many these were."""
        if not self._reading:
            self._gather()
        if self._reading:
            return self._read_questions(most, told)
        job = self._job or self._next_job()
        return self._compute(job, told) if job else 0

    def _gather(self) -> None:
        """Let those questions be read whose shared part is there, if they are enough or have waited long enough."""
        places = min(TOGETHER, self.room - len(self._writing))
        ready = [work for work in self._waiting if work.ready][:places]
        if not ready:
            return
        share = self._share_now()
        others = self._job is not None or not all(work.ready for work in self._waiting)
        unread = sum(work.own for work in ready)
        patient = time.monotonic() < min(work.ready_since for work in ready) + PATIENCE
        if others and len(ready) < places and 0 < unread < share and patient:
            return
        sums = accumulate(work.own for work in ready)
        ready = ready[: max(1, sum(total <= 2 * share for total in sums))]
        ready.sort(key=lambda work: work.own)
        self._waiting = [work for work in self._waiting if work not in ready]
        for slot, work in enumerate(ready, len(self._writing)):
            work.slot, work.held = slot, work.read or work.cut.length(work.found)
            self._load(slot, work.saved)
            work.saved = None
        self._reading = ready

    def _read_questions(self, most: int, told: Told) -> int:
        """The next tokens of the questions; behind them the probe, the closing and the first token of each answer."""
        unread = [work for work in self._reading if work.unread]
        if unread:
            most = min(most, self._file.shape.rows)
            unread = unread[: max(1, most // unread[0].unread)]  # few long stretches are faster than many short ones
            count = min(*(work.unread for work in unread), max(1, most // len(unread)))
            began = time.monotonic()
            self._file.decode([self._stretch(work, count, silent=True) for work in unread])
            self._spend(unread, time.monotonic() - began)
            for work in unread:
                work.held += count
                if self._shelf and not work.unread:
                    self._shelf.put(work.cut.question, self._file.save(work.slot))
            told += [(work.number, Reading(work.held, len(work.cut.tokens))) for work in unread]
            return count * len(unread)
        asked = [work for work in self._reading if work.settings.least_evidence is not None and work.evidence is None]
        if asked and self._before:
            self._ask_before(self._before, asked, told)
            return len(asked) * len(self._before[1])
        return self._begin(told)

    def _ask_before(self, before: Asked, asked: list[Work], told: Told) -> None:
        """Read the evidence that the excerpts hold an answer; those that show too little are over."""
        for work, evidence in zip(asked, self._ask(before, asked), strict=True):
            work.evidence = evidence
            work.declined = evidence < (work.settings.least_evidence or 0.0)
            if not self._file.forget(work.slot, work.held) and not work.declined:
                self._read_again(work)
        over = [work for work in asked if work.declined]
        told += [(work.number, work.written()) for work in over]
        self._leave(over)

    def _begin(self, told: Told) -> int:
        """Read the closings and choose the first tokens: the answers join those that are being written."""
        works, self._reading = self._reading, []
        if not works:
            return 1  # all were declined: there was something to do
        count = len(works[0].cut.tokens) - works[0].held
        began = time.monotonic()
        self._file.decode([self._stretch(work, count) for work in works])
        self._spend(works, time.monotonic() - began)
        over = []
        for number, work in enumerate(works):
            work.held += count
            if self._choose(work, number, told):
                over.append(work)
        for work in works:
            self._move(work, len(self._writing))
            self._writing.append(work)
        self._finish(over, told)
        return count * len(works)

    def _next_job(self) -> Job | None:
        """The next beginning to compute: for whoever waits longest, or one that may be asked for later."""
        if work := next((work for work in self._waiting if not work.ready), None):
            return self._begin_job(work.cut, work.found, work.saved, work)
        while self._later and not (self._waiting or self._writing):
            cut = self._later[0]
            found, saved = self.prefixes.longest(cut.keys)
            if found < len(cut.keys):
                return self._begin_job(cut, found, saved, None)
            self._later.popleft()
        return None

    def _begin_job(self, cut: Cut, found: int, saved: Saved | None, work: Work | None) -> Job:
        self._load(self.room, saved)
        self._job = Job(cut, found, cut.length(found), work)
        return self._job

    def _compute(self, job: Job, told: Told) -> int:
        """The next tokens of a beginning; when it is whole, it is kept and given to all who wait for it."""
        if job.work is None and self._waiting:
            self._job = None  # somebody asks: what was for later is begun anew then
            return 1
        chunk = job.chunk
        began = time.monotonic()
        self._file.decode([Stretch(self.room, job.held, chunk, silent=True)])
        job.held += len(chunk)
        if job.work:
            job.work.prompt_seconds += time.monotonic() - began
            job.work.computed += len(chunk)
            told.append((job.work.number, Reading(job.held, len(job.work.cut.tokens))))
        if not job.chunk:
            self._job = None
            saved = self._file.save(self.room)
            self.prefixes.put(job.key, saved)
            for work in self._waiting:
                work.take(job.key, saved)
            if job.work is None and job.key not in self.prefixes:
                self._later.popleft()  # there is no room to keep it
        return len(chunk)

    def _read_again(self, work: Work) -> None:
        """For models that can only forget everything: compute a prompt up to its closing once more."""
        for start in range(0, work.held, CHUNK):
            tokens = work.cut.tokens[start : min(start + CHUNK, work.held)]
            self._file.decode([Stretch(work.slot, start, tokens, silent=True)])

    # writing

    def _write(self, told: Told) -> None:
        """One token of each answer, or several where a guess of them was right."""
        works, guesses = list(self._writing), self.guesses if len(self._writing) == 1 else 0
        lines = [[work.next, *self._guess(work, guesses)] for work in works]
        began = time.monotonic()
        self._file.decode(
            [Stretch(work.slot, work.held, line, every=True) for work, line in zip(works, lines, strict=True)]
        )
        self._spend(works, time.monotonic() - began, writing=True)
        over = []
        for number, (work, line) in enumerate(zip(works, lines, strict=True)):
            for place in range(len(line)):
                work.held += 1
                ended = self._choose(work, number, told, before=len(line) - 1 - place)
                if ended or place + 1 == len(line) or work.next != line[place + 1]:
                    break
            if len(line) > 1:
                self._file.forget(work.slot, work.held)
            if ended:
                over.append(work)
        self._finish(over, told)

    def _guess(self, work: Work, most: int) -> list[int]:
        """What may come after the next token, by what stands in the prompt; nothing where it cannot be checked."""
        most = min(most, work.draft.limit - len(work.draft.tokens) - 1)
        return guess(work.cut.tokens, work.draft.tokens, most) if most > 0 and work.sampler.greedy else []

    def _choose(self, work: Work, number: int, told: Told, *, before: int = 0) -> bool:
        """Choose the next token of an answer by the logits of its stretch; whether the answer is over."""
        if not work.draft.limit:
            return True
        logits = self._file.logits(number, before)
        token = work.sampler.next(logits)
        if self._file.ends(token):
            return True
        text = work.draft.take(token, self._file.bytes_of(token), log_probability(logits, token))
        told.append((work.number, Writing(text)))
        work.next = token
        return work.draft.over or len(work.draft.tokens) >= work.draft.limit

    def _finish(self, over: list[Work], told: Told) -> None:
        """Ask the model behind the answers that are over, and tell their ends."""
        asked = [work for work in over if work.settings.least_evidence is not None and work.draft.tokens]
        if asked and self._behind:
            for work, support in zip(asked, self._ask(self._behind, asked), strict=True):
                work.support = support
        for work in over:
            told += [(work.number, Writing(work.draft.end())), (work.number, work.written())]
        self._leave(over)

    # what all of these need

    def _all(self) -> Iterable[Work]:
        return (*self._waiting, *self._reading, *self._writing)

    def _leave(self, works: list[Work]) -> None:
        """Forget works, wherever they stand, and let the answers be neighbours again."""
        for work in works:
            work.sampler.close()
            if self._job and self._job.work is work:
                self._job = None
        self._waiting = [work for work in self._waiting if work not in works]
        self._reading = [work for work in self._reading if work not in works]
        self._writing = [work for work in self._writing if work not in works]
        free = set(range(len(self._writing))) - {work.slot for work in self._writing}
        for work in self._writing:
            if work.slot >= len(self._writing):
                self._move(work, free.pop())
        self._writing.sort(key=lambda work: work.slot)

    def _load(self, slot: int, saved: Saved | None) -> None:
        if saved is None:
            self._file.forget(slot)
        else:
            self._file.restore(slot, saved)

    def _move(self, work: Work, slot: int) -> None:
        if work.slot != slot:
            self._file.restore(slot, self._file.save(work.slot))
            work.slot = slot

    def _stretch(self, work: Work, count: int, *, silent: bool = False) -> Stretch:
        return Stretch(work.slot, work.held, work.cut.tokens[work.held : work.held + count], silent=silent)

    def _spend(self, works: Sequence[Work], seconds: float, *, writing: bool = False) -> None:
        """Give each work its part of what a piece took."""
        for work in works:
            if writing:
                work.generation_seconds += seconds / len(works)
            else:
                work.prompt_seconds += seconds / len(works)

    def _ask(self, asked: Asked, works: Sequence[Work]) -> list[float]:
        """What a probe reads behind what each of these holds, as many at once as a piece can hold."""
        probe, question = asked
        found: list[float] = []
        size = max(1, self._file.shape.rows // len(question))
        for start in range(0, len(works), size):
            group = works[start : start + size]
            began = time.monotonic()
            states = self._file.states([Stretch(work.slot, work.held, question) for work in group])
            self._spend(group, time.monotonic() - began)
            found += [probe.reads(state) for state in states]
        return found

    def _prepared(self, probe: Probe, *, again: bool) -> Asked:
        closing = render(Prompt("", ""), self._family)[-1]
        pieces = render_again(probe.asks, self._family) if again else [Piece(probe.asks, special=False), *closing]
        return probe, self._tokens(pieces)

    def _asking_room(self) -> int:
        """The most tokens that a probe asks."""
        return max((len(one[1]) for one in (self._before, self._behind) if one), default=0)

    def _tokens(self, pieces: Iterable[Piece]) -> list[int]:
        return list(chain.from_iterable(self._file.tokenise(piece.text, special=piece.special) for piece in pieces))
