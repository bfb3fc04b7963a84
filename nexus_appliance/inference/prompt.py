"""Prompts, and our own chat templates: never the one in a GGUF's metadata.

A rendered prompt is a list of pieces. Only `special` pieces may become control tokens; everything that a student or a
book wrote is plain text, so that "<|im_end|>" in a question stays nine harmless characters.
"""

from dataclasses import dataclass

from nexus_appliance.errors import Failure, Invalid


@dataclass(frozen=True, slots=True)
class Prompt:
    """What the model is told to be (`system`) and what it is asked (`user`); both plain text."""

    system: str
    user: str


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


def render(prompt: Prompt, family: str) -> tuple[list[Piece], list[Piece], list[Piece]]:
    """The pieces of a prompt in three segments: the shared one (system), this question's own, and the closing."""
    form = template(family)
    shared = [Piece(form.opening, special=True), Piece(prompt.system, special=False)]
    own = [Piece(form.middle, special=True), Piece(prompt.user, special=False)]
    return shared, own, [Piece(form.closing, special=True)]


def render_again(asks: str, family: str) -> list[Piece]:
    """The pieces of another question behind an answer, up to where it is to be answered."""
    form = template(family)
    return [Piece(form.again, special=True), Piece(asks, special=False), Piece(form.closing, special=True)]
