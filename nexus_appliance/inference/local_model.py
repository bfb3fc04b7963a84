"""The language model of this machine: one file in memory, as large as its measured speed and the memory allow."""

import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path

from nexus_appliance.inference.engine import Engine, Told
from nexus_appliance.inference.language_model import Settings, Speeds, Step, Written
from nexus_appliance.inference.llama import LlamaFile, Shape
from nexus_appliance.inference.probe import Probes
from nexus_appliance.inference.profile import Profile
from nexus_appliance.inference.prompt import Prompt
from nexus_appliance.inference.shelf import Shelf

ROWS = 512
"""Tokens in one piece at most: sixteen questions of thirty tokens."""


class LocalModel:
    """A `LanguageModel` on llama.cpp."""

    def __init__(
        self,
        path: Path,
        family: str,
        *,
        system: str,
        profile: Profile,
        context: int,
        sequences: int,
        share: int,
        memory: int,
        probes: Probes | None = None,
        shelf: Shelf | None = None,
    ) -> None:
        """Load; afterwards the prefix of `system` is remembered. Raises `Unavailable` (model_gone).

        `context`: tokens of one answer with its prompt; `sequences`: answers at once; `share`: see `Engine`; `memory`:
        bytes for remembered prefixes; `shelf`: see `Engine`.
        """
        began = time.monotonic()
        shape = Shape(sequences + 1, context, ROWS, profile.threads, profile.repacked)
        self._file = LlamaFile(path, shape)
        self._engine = Engine(self._file, family, probes, share=share, budget=memory, shelf=shelf)
        self._engine.guesses = profile.guesses
        self._numbers = count(1)
        self.prepare(Prompt(system, ""))
        while self.busy:
            self.step()
        self.prefixes = self._engine.prefixes
        self.speeds = Speeds(
            profile.prompt,
            profile.generation,
            time.monotonic() - began,
            profile.threads,
            sequences,
            profile.together(sequences),
        )

    def close(self) -> None:
        """Give the memory back."""
        self._file.close()

    @property
    def busy(self) -> bool:
        """See `LanguageModel.busy`."""
        return self._engine.busy

    def count(self, text: str) -> int:
        """See `LanguageModel.count`."""
        return len(self._file.tokenise(text, special=False))

    def add(self, number: int, prompt: Prompt, settings: Settings) -> None:
        """See `LanguageModel.add`."""
        self._engine.add(number, prompt, settings)

    def cancel(self, number: int) -> None:
        """See `LanguageModel.cancel`."""
        self._engine.cancel(number)

    def prepare(self, prompt: Prompt) -> None:
        """See `LanguageModel.prepare`."""
        self._engine.prepare(prompt)

    def step(self) -> Told:
        """See `LanguageModel.step`."""
        return self._engine.step()

    def generate(self, prompt: Prompt, settings: Settings) -> Iterator[Step]:
        """One answer alone, step by step; closing the iterator cancels. Raises as `add`."""
        number = -next(self._numbers)
        self.add(number, prompt, settings)
        try:
            while True:
                for other, step in self.step():
                    if other == number:
                        yield step
                        if isinstance(step, Written):
                            return
        finally:
            self.cancel(number)
