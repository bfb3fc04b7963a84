"""What is known of one language model."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Carrier:
    """Python packages that hold a model file in `parts` pieces; `{n}` in the names is the piece, from 1."""

    package: str
    member: str
    parts: int

    def pieces(self) -> list[tuple[str, str]]:
        """(package, path of the piece inside its wheel), in the order in which they are joined."""
        return [(self.package.format(n=n), self.member.format(n=n)) for n in range(1, self.parts + 1)]


@dataclass(frozen=True, slots=True)
class Model:
    """One GGUF file. `size` in bytes (0: unknown), `context` in tokens, `template` a family of `prompt.TEMPLATES`."""

    id: str
    file: str
    size: int
    sha256: str
    licence: str
    template: str
    context: int
    carried_by: Carrier | None = None
