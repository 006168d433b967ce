"""Token buckets: how much, how fast again, and in how much memory."""

import pytest

from flowlike.server.options import Rate
from flowlike.server.rates import Bucket, network_of, too_many
from flowlike.server.refusal import Refusal


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_burst_is_spent_at_once_and_then_refills_evenly() -> None:
    clock = Clock()
    bucket = Bucket(Rate(3, 60), clock=clock)
    assert [bucket.wait("a") for _ in range(3)] == [0, 0, 0]
    assert bucket.wait("a") == pytest.approx(20)
    clock.now += 20
    assert bucket.wait("a") == 0
    assert bucket.wait("a") == pytest.approx(20)


def test_a_refused_attempt_costs_nothing() -> None:
    clock = Clock()
    bucket = Bucket(Rate(1, 10), clock=clock)
    bucket.wait("a")
    waits = [bucket.wait("a") for _ in range(50)]
    assert waits == pytest.approx([10.0] * 50)
    clock.now += 10
    assert bucket.wait("a") == 0


def test_callers_do_not_spend_each_others() -> None:
    bucket = Bucket(Rate(1, 60), clock=Clock())
    assert bucket.wait("a") == 0
    assert bucket.wait("b") == 0
    assert bucket.wait("a") > 0


def test_time_unused_is_not_saved_beyond_the_burst() -> None:
    clock = Clock()
    bucket = Bucket(Rate(2, 2), clock=clock)
    clock.now += 1_000
    assert [bucket.wait("a") for _ in range(3)] == [0, 0, pytest.approx(1)]


def test_no_count_is_no_limit() -> None:
    bucket = Bucket(Rate(0), clock=Clock())
    assert not any(bucket.wait("a") for _ in range(10_000))
    assert len(bucket) == 0


def test_a_flood_of_callers_takes_bounded_memory() -> None:
    bucket = Bucket(Rate(5, 60), clock=Clock(), most=100)
    for number in range(10_000):
        bucket.wait(f"10.0.{number}.0/24")
    assert len(bucket) == 100


def test_the_one_seen_longest_ago_is_forgotten_first() -> None:
    bucket = Bucket(Rate(1, 60), clock=Clock(), most=2)
    for caller in ("old", "new", "newer"):
        bucket.wait(caller)
    assert bucket.wait("newer") > 0
    assert bucket.wait("old") == 0  # forgotten, so it begins anew


def test_what_is_spent_can_be_asked_without_taking() -> None:
    bucket = Bucket(Rate(1, 60), clock=Clock())
    assert bucket.spent("a") == 0
    bucket.wait("a")
    assert bucket.spent("a") == pytest.approx(60)
    assert Bucket(Rate(0)).spent("a") == 0


def test_taking_too_much_says_when_to_come_back() -> None:
    bucket = Bucket(Rate(1, 60), clock=Clock())
    bucket.take("a")
    with pytest.raises(Refusal) as caught:
        bucket.take("a")
    assert caught.value.kind.status == 429
    assert caught.value.headers == {"Retry-After": "60"}


def test_nobody_is_told_to_wait_for_no_time() -> None:
    assert too_many(0.01).headers == {"Retry-After": "1"}
    assert too_many(1.2).headers == {"Retry-After": "2"}


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.0/24"),
        ("2001:db8:1:2:3:4:5:6", "2001:0db8:0001:0002::/64"),
        ("::ffff:192.0.2.7", "192.0.2.0/24"),
        ("", ""),
        ("no address", "no address"),
    ],
)
def test_unknown_callers_are_told_apart_by_their_network(address: str, network: str) -> None:
    assert network_of(address) == network


def test_a_made_up_address_takes_little_memory() -> None:
    assert len(network_of("x" * 10_000)) == 64
