"""``flowlike nodes``: the list, a search, one node in full."""

from flowlike.builtin.index import FAMILIES
from tests.cli.calls import Calls

NAMES = {name for names in FAMILIES.values() for name in names}


def test_all_nodes_are_listed_under_their_categories(call: Calls) -> None:
    done = call("nodes")
    assert done.code == 0
    listed = {line.split()[0] for line in done.out.splitlines() if line.startswith("  ")}
    assert listed == NAMES
    assert "Math/Int:\n" in done.out


def test_words_search(call: Calls) -> None:
    done = call("nodes", "int", "add")
    assert done.out.splitlines()[0].startswith("int_add")
    assert done.code == 0


def test_one_in_full(call: Calls) -> None:
    done = call("nodes", "int_clamp")
    assert "(int_clamp@1)" in done.out
    assert "inputs:\n" in done.out
    assert "outputs:\n" in done.out
    assert "pulled when needed" in done.out
    notes = call("nodes", "control_sequence").out + call("nodes", "http_respond").out
    assert "may be repeated" in notes
    assert "from 200 to 599" in notes
    assert "default 200" in notes
    assert "optional" in notes
    assert "permissions: respond" in notes
    assert "More pins follow" in call("nodes", "control_switch").out
    assert "one of tasks, threads" in call("nodes", "control_par_execution").out


def test_json(call: Calls) -> None:
    assert {each["name"] for each in call("nodes", "--json").data} == NAMES
    one = call("nodes", "int_add", "--json").data
    assert one["name"] == "int_add"
    assert [pin["name"] for pin in one["inputs"]] == ["integer1", "integer2"]


def test_nothing_found(call: Calls) -> None:
    done = call("nodes", "xyzzy")
    assert done.code == 2
    assert "[cli.no-node]" in done.err
