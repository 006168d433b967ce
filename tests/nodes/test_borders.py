import asyncio
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from flowlike.errors import NodeFailure
from flowlike.nodes import Exit, Kind, NodeType, Out, intrinsic, node, pure
from flowlike.nodes.declaration import Gives

NOON = datetime(2024, 1, 1, 12, tzinfo=UTC)


class Order(msgspec.Struct):
    id: int
    placed: datetime = NOON


class Checked(Out):
    order: Order
    good: bool


class Item(Exit):
    order: Order
    number: int


def call(node_type: NodeType, *args: Any, **keywords: Any) -> Any:
    assert node_type.function is not None
    return node_type.function(*args, **keywords)


def test_a_function_without_structs_is_left_alone() -> None:
    def add(a: int) -> int:
        """Adds."""
        return a

    assert pure(add).function is add


def test_structs_come_in_as_objects_and_go_out_as_dictionaries() -> None:
    @pure
    def bump(order: Order, more: list[Order], *rest: Order, last: dict[str, Order]) -> list[Order]:
        """Bumps."""
        assert all(isinstance(each, Order) for each in (*more, *rest, *last.values()))
        return [Order(order.id + 1)]

    one = {"id": 1, "placed": NOON}
    assert call(bump, one, [one], one, one, last={"a": one}) == [{"id": 2, "placed": NOON}]


def test_fields_that_hold_structs_are_turned_too() -> None:
    @node
    async def check(order: Order) -> Checked:
        """Checks."""
        return Checked(order, good=True)

    result = asyncio.run(call(check, {"id": 1}))
    assert (result.order, result.good) == ({"id": 1, "placed": NOON}, True)


def test_streams_are_turned_item_by_item() -> None:
    @node
    async def items(order: Order) -> AsyncIterator[Item]:
        """Items."""
        yield Item(order, 1)

    async def collect() -> list[Item]:
        return [each async for each in call(items, {"id": 3})]

    assert items.gives is Gives.EXITS
    orders: list[Any] = [each.order for each in asyncio.run(collect())]
    assert orders == [{"id": 3, "placed": NOON}]


def test_a_variable_update_converts_its_inputs_only() -> None:
    @intrinsic(Kind.VARIABLE_UPDATE)
    def put(current: list[Any], order: Order) -> list[Order]:
        """Puts."""
        return [*current, order]

    assert call(put, [], {"id": 1}) == [{"id": 1, "placed": NOON}]


def test_a_wrong_form_blames_the_pin() -> None:
    @pure
    def read(from_: Order) -> int:
        """Reads."""
        return from_.id

    with pytest.raises(NodeFailure) as caught:
        call(read, {"id": "x"})
    assert caught.value.code == "node.bad-struct"
    assert caught.value.where.pin == "from"
    assert "$.id" in caught.value.message
