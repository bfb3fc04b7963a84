"""JSON from anywhere, read by type: whatever is not as it must be is a ValueError or a KeyError."""

import json
import re
from typing import Any

NUMBER_LIMIT = 2**31
TEXT_LIMIT = 10_000
"""Characters of any one text."""

_SHA256 = re.compile(r"[0-9a-f]{64}")


def parsed(raw: bytes) -> Any:
    """The value that `raw` holds; raises ValueError."""
    try:
        return json.loads(raw)
    except RecursionError as error:
        raise ValueError("too deep") from error


class Fields:
    """A JSON object whose values are read by type."""

    def __init__(self, value: Any) -> None:
        if not isinstance(value, dict):
            raise ValueError("not an object")  # noqa: TRY004 - one error type for all damage
        self._value: dict[str, Any] = value

    def text(self, name: str) -> str:
        """A text of at most `TEXT_LIMIT` characters."""
        return text(self._value[name])

    def sha256(self, name: str) -> str:
        """A hash in 64 hexadecimal digits."""
        return sha256(self._value[name])

    def number(self, name: str) -> int:
        """A whole number from 0 to below `NUMBER_LIMIT`."""
        return number(self._value[name])

    def optional(self, name: str) -> int | None:
        """The same, or nothing."""
        return None if self._value[name] is None else self.number(name)

    def items(self, name: str, length: int | None = None) -> list[Any]:
        """A list, of just this `length` if one is given."""
        return items(self._value[name], length)

    def fields(self, name: str) -> "Fields":
        """An object within."""
        return Fields(self._value[name])

    def has(self, name: str) -> bool:
        """Whether there is such a value."""
        return name in self._value

    def seconds(self) -> tuple[tuple[str, float], ...]:
        """All values as (name, seconds)."""
        for value in self._value.values():
            if type(value) not in (int, float) or not 0 <= value < NUMBER_LIMIT:
                raise ValueError("not a duration")
        return tuple((text(name), float(value)) for name, value in sorted(self._value.items()))


def text(value: Any) -> str:
    """`value` if it is a text of at most `TEXT_LIMIT` characters."""
    if not isinstance(value, str) or len(value) > TEXT_LIMIT:
        raise ValueError("not a text")
    value.encode()
    return value


def sha256(value: Any) -> str:
    """`value` if it is a hash in 64 hexadecimal digits."""
    if not isinstance(value, str) or not _SHA256.fullmatch(value):
        raise ValueError("not a sha256")
    return value


def number(value: Any) -> int:
    """`value` if it is a whole number from 0 to below `NUMBER_LIMIT`."""
    if type(value) is not int or not 0 <= value < NUMBER_LIMIT:
        raise ValueError("not a number")
    return value


def real(value: Any, most: float) -> float:
    """`value` if it is a number from 0 to `most`."""
    if type(value) not in (int, float) or not 0 <= value <= most:
        raise ValueError("not a number")
    return float(value)


def items(value: Any, length: int | None = None) -> list[Any]:
    """`value` if it is a list, of just this `length` if one is given."""
    if not isinstance(value, list) or (length is not None and len(value) != length):
        raise ValueError("not a list")
    return value
