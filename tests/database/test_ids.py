import pytest

from flowlike.database.ids import new_id, time_of

AT = 1_700_000_000_123_456


def test_an_id_carries_its_time_to_the_millisecond() -> None:
    made = new_id(AT)
    assert len(made) == 26
    assert made == made.lower()
    assert made.isalnum()
    assert time_of(made) == AT // 1000 * 1000


def test_ids_sort_by_time_and_differ() -> None:
    times = [AT + step * 1000 for step in range(100)]
    made = [new_id(at) for at in times]
    assert sorted(made) == made
    assert len({new_id(AT) for _ in range(10_000)}) == 10_000


def test_now_is_the_default() -> None:
    first, second = new_id(), new_id()
    assert abs(time_of(first) - time_of(second)) < 60_000_000


@pytest.mark.parametrize("text", ["", "A" * 26, "z" * 26, "0" * 25, "0" * 9 + "é" + "0" * 16])
def test_what_is_no_id(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - the sentence is Python's own for some
        time_of(text)
