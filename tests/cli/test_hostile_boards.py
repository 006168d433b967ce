"""Documents that were bent anywhere end in a coded error, never in a fault of ours."""

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flowlike.cli.main import main
from tests.examples import examples
from tools.locked import ROOT

BOARDS = sorted((ROOT / "examples").rglob("*.board.json"))
DOCUMENTS = [json.loads(path.read_text("utf-8")) for path in BOARDS]
WORDS = ("exec_in", "exec_out", "start", "log.exec_in", "v", "a.b.c", "x@1", "int_add@1", "#2", "")
LEAVES = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(WORDS)
)
VALUES = st.recursive(
    LEAVES,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(WORDS) | st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=6,
)


def places(value: Any) -> list[tuple[Any, Any]]:
    """Every container and key in it."""
    found = []
    keys = (
        value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    )
    for key in keys:
        found += [(value, key), *places(value[key])]
    return found


def _has(container: Any, key: Any) -> bool:
    """Whether a part is still there after what was removed before."""
    return key in container if isinstance(container, dict) else key < len(container)


@st.composite
def bent(draw: st.DrawFn) -> str:
    """A sample board with some of its parts replaced, removed or swapped."""
    document = copy.deepcopy(draw(st.sampled_from(DOCUMENTS)))
    for _ in range(draw(st.integers(1, 4))):
        parts = places(document)
        if not parts:
            break
        container, key = draw(st.sampled_from(parts))
        what = draw(st.sampled_from(("replace", "remove", "swap")))
        if what == "replace":
            container[key] = draw(VALUES)
        elif what == "remove":
            del container[key]
        else:
            other, at = draw(st.sampled_from(parts))
            container[key] = copy.deepcopy(other[at]) if _has(other, at) else None
    return json.dumps(document)


def codes_of(file: Path) -> dict[str, int]:
    name = str(file)
    return {
        "check": main(["check", name, "--json"]),
        "fmt": main(["fmt", "--check", name]),
        "diff": main(["diff", name, str(BOARDS[0]), "--json"]),
        "compile": main(["compile", name, "--source"]),
        "run": main(["run", name, "--max-steps", "2000", "--max-seconds", "2", "--json"]),
    }


SETTINGS = settings(
    max_examples=examples(60),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.mark.fuzz
@SETTINGS
@given(text=bent())
def test_bent_boards(text: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "bent.board.json"
    file.write_text(text, "utf-8")
    codes = codes_of(file)
    said = capsys.readouterr()
    assert set(codes.values()) <= {0, 1, 2}, (codes, said.err)
    if codes["check"] == 0:
        assert codes["fmt"] in {0, 1}


@pytest.mark.fuzz
@SETTINGS
@given(data=st.binary(max_size=200))
def test_any_bytes(data: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "bytes.board.json"
    file.write_bytes(data)
    assert set(codes_of(file).values()) == {1, 2}
    capsys.readouterr()
