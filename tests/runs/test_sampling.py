import msgspec
import pytest

from flowlike.runs.sampling import Sampler, Sampling

HOUR_US = 3_600_000_000


def kept_of(sampler: Sampler, sampling: Sampling, begin: int, count: int, event: str = "e") -> int:
    return sum(
        sampler.keeps(sampling, "app", event, f"run-{begin}-{number}", begin + number)
        for number in range(count)
    )


def test_the_first_of_each_hour_are_kept_and_then_some() -> None:
    sampler = Sampler()
    sampling = Sampling(one_in=100, first_per_hour=10)
    for hour in range(3):
        found = kept_of(sampler, sampling, hour * HOUR_US, 10_000)
        assert 60 < found < 160


def test_events_are_counted_apart() -> None:
    sampler = Sampler()
    sampling = Sampling(one_in=10**6, first_per_hour=3)
    assert kept_of(sampler, sampling, 0, 100, "a") == 3
    assert kept_of(sampler, sampling, 0, 100, "b") == 3
    assert kept_of(sampler, sampling, 0, 100, "a") == 0


def test_one_in_one_keeps_all() -> None:
    assert kept_of(Sampler(), Sampling(one_in=1, first_per_hour=0), 0, 100) == 100


def test_a_run_asked_about_twice_gets_one_answer() -> None:
    sampling = Sampling(one_in=3, first_per_hour=0)
    sampler = Sampler()
    ids = [f"run-{number}" for number in range(50)]
    first = [sampler.keeps(sampling, "app", "e", run, 0) for run in ids]
    assert [sampler.keeps(sampling, "app", "e", run, 0) for run in ids] == first
    assert any(first)
    assert not all(first)


def test_it_does_not_grow_for_ever() -> None:
    sampler = Sampler()
    sampling = Sampling(one_in=10**6, first_per_hour=1)
    for number in range(10_001):
        assert sampler.keeps(sampling, "app", f"e{number}", "r", 0)
    assert sampler.keeps(sampling, "app", "e0", "r", 0)
    assert not sampler.keeps(sampling, "app", "e10000", "r", 0)


@pytest.mark.parametrize("wrong", [{"one_in": 0}, {"first_per_hour": -1}])
def test_odd_settings_are_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(wrong, Sampling)
