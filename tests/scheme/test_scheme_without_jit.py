"""Where kernels cannot be compiled they run as plain Python: slow, equal, without a warning."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from provaudit.index.fingerprint import fingerprint_text

TEXT = (
    "Le pâté &eacute;tait co-\nupé <b>日本</b> en ½ ⅓ tranches, du hippopotame à "
    "l’anticonstitutionnellement Donaudampfschifffahrtselektrizitätenhauptbetriebswerk."
)
SCRIPT = """
import json, sys
from provaudit.index.fingerprint import fingerprint_text
found = fingerprint_text(sys.argv[1])
print(json.dumps([found.tokens.tolist(), found.seed_hashes.tolist(), found.weights.tolist()]))
"""


def run(*options: str) -> subprocess.CompletedProcess[str]:
    paths = os.pathsep.join(p for p in sys.path if p)
    environment = os.environ | {"NUMBA_DISABLE_JIT": "1", "PYTHONPATH": paths}
    return subprocess.run(
        [sys.executable, *options, "-c", SCRIPT, TEXT],
        capture_output=True, text=True, env=environment, check=False,
    )  # fmt: skip


@pytest.fixture(scope="module")
def plain() -> subprocess.CompletedProcess[str]:
    return run("-W", "error")


def test_plain_python_gives_the_same_fingerprint():
    found = fingerprint_text(TEXT)
    done = run("-W", "ignore")
    assert done.returncode == 0, done.stderr
    expected = [found.tokens.tolist(), found.seed_hashes.tolist(), found.weights.tolist()]
    assert json.loads(done.stdout) == expected


def test_plain_python_gives_no_warning(plain):
    assert (plain.returncode, plain.stderr) == (0, "")
