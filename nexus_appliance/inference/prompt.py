"""Prompts, and our own chat templates: never the one in a GGUF's metadata.

A rendered prompt is a list of pieces. Only `special` pieces may become control tokens; everything that a student or a
book wrote is plain text, so that "<|im_end|>" in a question stays nine harmless characters.
"""

from dataclasses import dataclass

from nexus_appliance.errors import Failure, Invalid


@dataclass(frozen=True, slots=True)
class Prompt:
    """What the model is told to be (`system`) and what it is asked (`user`); both plain text.

    `shared`: stretches that stand before `user` in the same turn, each the same text for many questions, such as a
    page of a book. What is computed of the beginning of a prompt is kept for others, up to the end of one of these.
    """

    system: str
    user: str
    shared: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the rendered prompt; `special` text is read with control tokens, other text never."""

    text: str
    special: bool


@dataclass(frozen=True, slots=True)
class Template:
    """A chat format: what stands before the system text, between it and the user's, before the answer and behind it.

    A format without a system role has both texts in the user's turn. `again` begins another turn of the user.
    """

    opening: str
    middle: str
    closing: str
    again: str


TEMPLATES = {
    "chatml": Template(
        "<|im_start|>system\n",
        "<|im_end|>\n<|im_start|>user\n",
        "<|im_end|>\n<|im_start|>assistant\n",
        "<|im_end|>\n<|im_start|>user\n",
    ),
    "llama3": Template(
        "<|begin_of_text|><|start_header_id|>system<|end_header_id|>\n\n",
        "<|eot_id|><|start_header_id|>user<|end_header_id|>\n\n",
        "<|eot_id|><|start_header_id|>assistant<|end_header_id|>\n\n",
        "<|eot_id|><|start_header_id|>user<|end_header_id|>\n\n",
    ),
    "gemma": Template(
        "<bos><start_of_turn>user\n",
        "\n\n",
        "<end_of_turn>\n<start_of_turn>model\n",
        "<end_of_turn>\n<start_of_turn>user\n",
    ),
    "mistral": Template("<s>[INST] ", "\n\n", "[/INST]", "</s>[INST] "),
    "phi3": Template("<|system|>\n", "<|end|>\n<|user|>\n", "<|end|>\n<|assistant|>\n", "<|end|>\n<|user|>\n"),
}
"""Families by the name that the catalogue uses, from the model makers' published chat formats."""


def template(family: str) -> Template:
    """The template of a family; raise `Invalid` (setting_invalid) for one we do not know."""
    if family not in TEMPLATES:
        raise Invalid(Failure.SETTING_INVALID, name="template", value=family)
    return TEMPLATES[family]


def render(prompt: Prompt, family: str) -> list[list[Piece]]:
    """The pieces of a prompt in segments: system, what is shared, this question's own; the last is the closing."""
    form = template(family)
    turn = [[Piece(text, special=False)] for text in (*prompt.shared, prompt.user)]
    turn[0].insert(0, Piece(form.middle, special=True))
    opening = [Piece(form.opening, special=True), Piece(prompt.system, special=False)]
    return [opening, *turn, [Piece(form.closing, special=True)]]


def render_again(asks: str, family: str) -> list[Piece]:
    """The pieces of another question behind an answer, up to where it is to be answered."""
    form = template(family)
    return [Piece(form.again, special=True), Piece(asks, special=False), Piece(form.closing, special=True)]
