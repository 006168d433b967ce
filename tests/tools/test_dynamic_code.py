from pathlib import Path

import pytest

from tools import dynamic_code
from tools.locked import ROOT

SITE_TEXT = "exec(compile(source, name, 'exec'), space)\n"


def findings(root: Path, text: str, name: str = "src/flowlike/board/a.py") -> list[str]:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return dynamic_code.check(root)


@pytest.mark.parametrize(
    "text",
    [
        "eval('1')",
        "exec('1')",
        "run = exec",
        "compile('1', '', 'eval')",
        "[*map(eval, texts)]",
        "__import__('os')",
        "__builtins__['eval']",
        "import builtins",
        "import builtins as b",
        "from builtins import exec as e",
        "import pickle",
        "from marshal import loads",
        "import runpy",
        "from types import FunctionType",
        "import types\ntypes.CodeType",
        "def f():\n    import code",
    ],
)
def test_each_door_is_found(tmp_path: Path, text: str) -> None:
    [finding] = findings(tmp_path, text)
    assert finding.startswith("src/flowlike/board/a.py:")


@pytest.mark.parametrize(
    "text",
    [
        "import re\nre.compile('a')",
        "from flowlike.engine import compile\ncompile(board)",
        "def compile(board): ...\nprogram = compile(1)",
        "program = engine.exec(1)",
        "from types import MappingProxyType",
        "'eval(1)'  # exec",
        "import codecs",
        "def __getattr__(name): return object.__dict__",
    ],
)
def test_what_only_looks_alike_passes(tmp_path: Path, text: str) -> None:
    assert findings(tmp_path, text) == []


def test_the_site_names_each_once(tmp_path: Path) -> None:
    assert findings(tmp_path, SITE_TEXT, dynamic_code.SITE) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", "nothing"),
        ("exec(code)", "exec"),
        (SITE_TEXT * 2, "compile, compile, exec, exec"),
    ],
)
def test_the_site_is_refused_otherwise(tmp_path: Path, text: str, found: str) -> None:
    [finding] = findings(tmp_path, text, dynamic_code.SITE)
    assert finding.endswith(f"each be named once; found {found}")


def test_eval_is_not_for_the_site_either(tmp_path: Path) -> None:
    [finding] = findings(tmp_path, SITE_TEXT + "eval('1')\n", dynamic_code.SITE)
    assert finding == f"{dynamic_code.SITE}:2 names eval"


def test_this_package_has_no_other_door() -> None:
    assert dynamic_code.check(ROOT) == []


def test_the_store_reads_code_and_does_no_more(tmp_path: Path) -> None:
    text = "import marshal\nfrom types import CodeType\n"
    assert findings(tmp_path, text, dynamic_code.STORE) == []
    [finding] = findings(tmp_path, text + "exec(code)\n", dynamic_code.STORE)
    assert finding == f"{dynamic_code.STORE}:3 names exec"


def test_the_site_may_name_the_type_of_code(tmp_path: Path) -> None:
    text = f"{dynamic_code.TYPE}\n{SITE_TEXT}"
    assert findings(tmp_path, text, dynamic_code.SITE) == []
