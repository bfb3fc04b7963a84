"""From token bytes to text that can be shown: whole characters only, and never a part of a stop string."""

import codecs


class TextStream:
    """Feed it the bytes of each token; it gives back what is certain and keeps the rest."""

    def __init__(self, stop: tuple[str, ...] = ()) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._stop = tuple(text for text in stop if text)
        self._held = ""
        self.stopped = False

    def feed(self, piece: bytes) -> str:
        """The text that these bytes complete; after a stop string `stopped` is set and nothing more comes."""
        if self.stopped:
            return ""
        self._held += self._decoder.decode(piece)
        found = [place for text in self._stop if (place := self._held.find(text)) >= 0]
        if found:
            self.stopped = True
            return self._take(min(found))
        return self._take(len(self._held) - self._doubtful())

    def end(self) -> str:
        """What was held back and turned out to be text; half a character is dropped."""
        return "" if self.stopped else self._take(len(self._held))

    def _take(self, length: int) -> str:
        text, self._held = self._held[:length], self._held[length:]
        return text

    def _doubtful(self) -> int:
        """The length of the longest tail that may be the beginning of a stop string."""
        longest = max(map(len, self._stop), default=1) - 1
        for length in range(min(longest, len(self._held)), 0, -1):
            if any(text.startswith(self._held[-length:]) for text in self._stop):
                return length
        return 0
