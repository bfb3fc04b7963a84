"""The graphics state of a page while its operators pass by: colour, transparency, size, and what has been painted.

Operators and colour spaces are those of PDF 1.7 (ISO 32000-1), chapters 8 and 9.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from pypdf.generic import ArrayObject, DictionaryObject

from nexus_appliance.curriculum.places import IDENTITY, Box, Matrix, box_of, moved, times

WHITE = 0.95
"""A colour of which even the darkest part is lighter than this is not told from paper."""
AREA = 64.0
"""Square points: a smaller shape is no ground for text to stand on."""
GROUNDS = 1000
"""Shapes that are remembered of one page."""

_INKS = {"/DeviceGray": 1, "/CalGray": 1, "/G": 1, "/DeviceRGB": 3, "/CalRGB": 3, "/RGB": 3, "/DeviceCMYK": 4}
_SETS = {b"g": 1, b"rg": 3, b"k": 4}
_FILLS = {b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*"}
_POINTS = {b"m": 2, b"l": 2, b"c": 6, b"v": 4, b"y": 4}
_UNIT = [(0.0, 0.0), (0.0, 1.0), (1.0, 0.0), (1.0, 1.0)]
"""Where a picture is painted before the matrix."""
_EVERYWHERE = [(-1e4, -1e4), (1e4, 1e4)]
"""Where a shading may be: it fills what is not clipped away, and clipping is not followed."""
_PATH_ENDS = {*_FILLS, b"n", b"S", b"s"}


@dataclass(frozen=True, slots=True)
class State:
    """What text is drawn with; `inks`: how many numbers a colour has, 0 in a space that is not judged.

    `size` begins at what pypdf takes for text without a font.
    """

    white: bool = False
    opacity: float = 1.0
    mode: int = 0
    size: float = 12.0
    font: str = ""
    inks: int = 1


@dataclass(frozen=True, slots=True)
class _Form:
    """A page, or a form or picture on it: its resources, its matrix on the page, and the states it will go back to."""

    resources: DictionaryObject
    matrix: Matrix
    states: tuple[State, ...] = ()


class Graphics:
    """Follows one page; `grounds` are shapes that were painted, `pictured` is the area of pictures in square points.

    `before` and `after` take what pypdf's operand visitors are given.

    Malformed operands raise `TypeError`, `ValueError`, `IndexError` or `AttributeError` and change nothing.
    """

    def __init__(self, resources: DictionaryObject) -> None:
        self.state = State()
        self.grounds: list[Box] = []
        self.pictured = 0.0
        self._forms = [_Form(resources, IDENTITY)]
        self._saved: list[State] = []
        self._path: list[tuple[float, float]] = []

    def on_page(self, matrix: Matrix) -> Matrix:
        """A matrix of what is being drawn, as one of the page."""
        return times(matrix, self._forms[-1].matrix)

    def resource(self, kind: str, name: object) -> DictionaryObject:
        """A resource by its kind ("/Font") and name; empty when there is none."""
        return resolved(resolved(self._forms[-1].resources.get(kind)).get(str(name)))

    def before(self, operator: bytes, operands: list[Any], matrix: Matrix) -> None:
        """Take one operator that is about to be carried out under the current matrix."""
        if operator == b"Do":
            self._enter(self.resource("/XObject", operands[0]) if operands else DictionaryObject(), matrix)
        elif operator == b"q":
            self._saved.append(self.state)
        elif operator == b"Q":
            self.state = self._saved.pop() if self._saved else self.state
        elif operator in _POINTS or operator == b"re" or operator in _PATH_ENDS:
            self._draw(operator, operands, matrix)
        elif operator in (b"sh", b"INLINE IMAGE"):
            self._paint(_EVERYWHERE if operator == b"sh" else _UNIT, matrix)
        else:
            self.state = self._changed(operator, operands)

    def after(self, operator: bytes) -> None:
        """Leave a form or a picture."""
        if operator == b"Do" and len(self._forms) > 1:
            *saved, self.state = self._forms.pop().states
            self._saved = saved

    def _changed(self, operator: bytes, operands: Sequence[Any]) -> State:
        if operator in _SETS:
            return replace(self.state, inks=_SETS[operator], white=_is_white(operands, _SETS[operator]))
        if operator in (b"sc", b"scn"):
            return replace(self.state, white=_is_white(operands, self.state.inks))
        if operator == b"cs":
            return replace(self.state, inks=self._inks(operands[0]), white=False)
        if operator == b"Tr":
            return replace(self.state, mode=int(operands[0]))
        if operator == b"Tf":
            return replace(self.state, font=str(operands[0]), size=float(operands[1]))
        if operator == b"gs":
            named = self.resource("/ExtGState", operands[0])
            return replace(self.state, opacity=float(named.get("/ca", self.state.opacity)))
        return self.state

    def _inks(self, name: object) -> int:
        """How many numbers a colour of this space has, 0 when white cannot be told from them."""
        if str(name) in _INKS:
            return _INKS[str(name)]
        space = resolved_any(resolved(self._forms[-1].resources.get("/ColorSpace")).get(str(name)))
        if isinstance(space, ArrayObject) and len(space) > 1:
            if space[0] == "/ICCBased":
                count = int(resolved(space[1]).get("/N", 0))
                return count if count in (1, 3, 4) else 0
            return _INKS.get(str(space[0]), 0)
        return 0

    def _enter(self, drawn: DictionaryObject, matrix: Matrix) -> None:
        here = self._forms[-1]
        inner = self.on_page(matrix)
        if drawn.get("/Subtype") == "/Image":
            self.pictured += self._paint(_UNIT, matrix)
        own = resolved_any(drawn.get("/Matrix"))
        if isinstance(own, ArrayObject) and len(own) == 6:
            inner = times([float(number) for number in own], inner)
        resources = resolved(drawn.get("/Resources")) or here.resources
        self._forms.append(_Form(resources, inner, (*self._saved, self.state)))
        self._saved = []

    def _draw(self, operator: bytes, operands: Sequence[Any], matrix: Matrix) -> None:
        if operator == b"re":
            x, y, width, height = map(float, operands)
            self._path += [(x, y), (x + width, y), (x, y + height), (x + width, y + height)]
        elif operator in _POINTS:
            numbers = [float(number) for number in operands[: _POINTS[operator]]]
            self._path += zip(numbers[::2], numbers[1::2], strict=True)
        else:
            if operator in _FILLS and not self.state.white and self._path:
                self._paint(self._path, matrix)
            self._path = []

    def _paint(self, points: Sequence[tuple[float, float]], matrix: Matrix) -> float:
        """Remember a shape as a ground; its area in square points."""
        place = self.on_page(matrix)
        box = box_of(moved(x, y, place) for x, y in points)
        if box.area >= AREA and len(self.grounds) < GROUNDS:
            self.grounds.append(box)
        return box.area


def _is_white(operands: Sequence[Any], inks: int) -> bool:
    numbers = [float(number) for number in operands[:inks]]
    if not inks or len(numbers) < inks:
        return False
    darkest = 1 - max(numbers) if inks == 4 else min(numbers)
    return darkest >= WHITE


def resolved_any(value: Any) -> Any:
    """What a reference stands for; the value itself when it is none."""
    return value.get_object() if value is not None else None


def resolved(value: Any) -> DictionaryObject:
    """The dictionary that a value is or stands for, empty when it is another thing."""
    value = resolved_any(value)
    return value if isinstance(value, DictionaryObject) else DictionaryObject()
