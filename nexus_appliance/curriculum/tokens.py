"""Counting tokens fast: the encoder's SentencePiece model works word by word, so a word is counted once."""

from collections.abc import Callable


class TokenCounter:
    """Token counts of texts as sums over their words, remembered for the life of a build."""

    def __init__(self, count: Callable[[str], int]) -> None:
        """`count` gives the tokens of one text without prefix and special tokens."""
        self._count = count
        self._words: dict[str, int] = {}

    def __call__(self, text: str) -> int:
        """Tokens of `text`."""
        return sum(map(self.word, text.split()))

    def word(self, word: str) -> int:
        """Tokens of one word without white space."""
        tokens = self._words.get(word)
        if tokens is None:
            tokens = self._words[word] = self._count(word)
        return tokens
