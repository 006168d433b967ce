from msgspec import UNSET

from flowlike.nodes import Example


def test_an_example_needs_only_a_name() -> None:
    example = Example("reroute")
    assert (example.inputs, example.outputs, example.fired, example.fails) == ({}, {}, (), "")
    assert example.before is UNSET
    assert example.after is UNSET
