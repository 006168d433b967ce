import pytest

from flowlike.errors import DeclarationError
from flowlike.nodes.flags import Flags, check_flags, texts
from flowlike.nodes.signature import Site

HERE = Site("work")


def test_good_flags_pass() -> None:
    check_flags({}, HERE)
    check_flags({"version": 3, "mutates": ("a",), "keywords": ["b"]}, HERE)


@pytest.mark.parametrize("name", ["", "A", "1a", "a-b", "a.b", "x" * 65])
def test_bad_names(name: str) -> None:
    with pytest.raises(DeclarationError, match="cannot be the name of a node"):
        check_flags({}, Site(name))


def test_docs_are_split_into_description_and_help() -> None:
    fields = texts({}, "First line.\n\n    Second.\n\n      Indented.\n    ", HERE)
    assert fields["description"] == "First line."
    assert fields["docs"] == "Second.\n\n  Indented."


def test_every_flag_is_documented() -> None:
    assert Flags.__doc__ is not None
    for flag in Flags.__annotations__:
        undocumented = {"version", "category", "icon", "keywords"}
        assert flag in undocumented or f"``{flag}``" in Flags.__doc__
