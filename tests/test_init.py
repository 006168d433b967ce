"""The package's face: lazy, and only what is promised."""

import subprocess
import sys

import pytest

import flowlike


def test_importing_it_imports_no_room() -> None:
    code = (
        "import sys; before = set(sys.modules); import flowlike; new = set(sys.modules) - before\n"
        "print(sorted(n for n in new if n.startswith(('flowlike.', 'msgspec', 're2'))))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_it_offers_what_is_promised() -> None:
    assert dir(flowlike) == ["__version__", "compile", "dump", "load"]
    assert flowlike.__version__.count(".") == 2


def test_each_promised_function_is_there() -> None:
    for name in ("compile", "dump", "load"):
        function = getattr(flowlike, name)
        assert callable(function)
        assert getattr(flowlike, name) is function
        assert function.__doc__


def test_anything_else_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'flowlike' has no attribute 'lod'"):
        flowlike.lod  # noqa: B018 - the access is the point
