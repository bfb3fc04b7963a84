"""Model files of a given shape with random weights: they say nothing, and take the time and memory of real ones."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from gguf import GGMLQuantizationType, GGUFReader, GGUFWriter, LlamaFileType, TokenType

HEAD = 128
"""Values of one attention head."""

BLOCK, BLOCK_BYTES = 256, 144
"""Weights of a block of Q4_K, and its bytes: two scales in half precision first, then the rest."""

SCALE = 0.001


@dataclass(frozen=True, slots=True)
class Form:
    """Sizes of a model of the Llama family: `width` of a token, `inner` of the feed-forward part, `words` known."""

    name: str
    layers: int
    width: int
    inner: int
    heads: int
    kv_heads: int
    words: int = 128_256


LLAMA_3B = Form("llama-3.2-3b", 28, 3072, 8192, 24, 8)
LLAMA_8B = Form("llama-3.1-8b", 32, 4096, 14336, 32, 8)
"""As their makers publish them."""


def write(form: Form, path: Path, tokens_of: Path) -> None:
    """Write the file; its words are those of the model `tokens_of`, filled up with unused ones."""
    writer = GGUFWriter(path, "llama")
    writer.add_file_type(LlamaFileType.MOSTLY_Q4_K_M)
    writer.add_context_length(8192)
    writer.add_block_count(form.layers)
    writer.add_embedding_length(form.width)
    writer.add_feed_forward_length(form.inner)
    writer.add_head_count(form.heads)
    writer.add_head_count_kv(form.kv_heads)
    writer.add_layer_norm_rms_eps(1e-5)
    writer.add_rope_dimension_count(HEAD)
    writer.add_rope_freq_base(500_000.0)
    writer.add_vocab_size(form.words)
    _words(writer, GGUFReader(tokens_of), form.words)
    dice = np.random.default_rng(1)
    for name, rows, columns in _matrices(form):
        writer.add_tensor(name, _random(dice, rows, columns), raw_dtype=GGMLQuantizationType.Q4_K)
    for name in _norms(form):
        writer.add_tensor(name, np.ones(form.width, np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def _matrices(form: Form) -> Iterator[tuple[str, int, int]]:
    """(name, rows, columns) of all that is not a mere scale; the words serve as output too."""
    yield "token_embd.weight", form.words, form.width
    kept = form.kv_heads * HEAD
    for layer in range(form.layers):
        for name, rows, columns in (
            ("attn_q", form.width, form.width),
            ("attn_k", kept, form.width),
            ("attn_v", kept, form.width),
            ("attn_output", form.width, form.width),
            ("ffn_gate", form.inner, form.width),
            ("ffn_up", form.inner, form.width),
            ("ffn_down", form.width, form.inner),
        ):
            yield f"blk.{layer}.{name}.weight", rows, columns


def _norms(form: Form) -> Iterator[str]:
    for layer in range(form.layers):
        yield from (f"blk.{layer}.{name}.weight" for name in ("attn_norm", "ffn_norm"))
    yield "output_norm.weight"


def _random(dice: np.random.Generator, rows: int, columns: int) -> npt.NDArray[np.uint8]:
    """Blocks of Q4_K, (rows, bytes of a row): random weights with small scales."""
    blocks = dice.integers(0, 256, (rows * columns // BLOCK, BLOCK_BYTES), np.uint8)
    blocks[:, :4] = np.frombuffer(np.array([SCALE, SCALE], np.float16).tobytes(), np.uint8)
    return blocks.reshape(rows, -1)


def _words(writer: GGUFWriter, model: GGUFReader, count: int) -> None:
    def field(name: str) -> object:
        found = model.get_field(f"tokenizer.ggml.{name}")
        assert found, name
        return found.contents()

    words, kinds = list(field("tokens")), list(field("token_type"))  # type: ignore[call-overload]
    writer.add_tokenizer_model(str(field("model")))
    writer.add_tokenizer_pre(str(field("pre")))
    writer.add_token_list(words + [f"<unused{number}>" for number in range(count - len(words))])
    writer.add_token_types(kinds + [int(TokenType.UNUSED)] * (count - len(kinds)))
    writer.add_token_merges(list(field("merges")))  # type: ignore[call-overload]
    writer.add_bos_token_id(int(str(field("bos_token_id"))))
    writer.add_eos_token_id(int(str(field("eos_token_id"))))
