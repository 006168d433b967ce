import pytest

from tests.examples import examples


def test_the_usual_number_holds(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("FLOWLIKE_FUZZ_EXAMPLES", raising=False)
    assert examples(30) == 30


@pytest.mark.parametrize(("wanted", "count"), [("5000", 5000), ("10", 30)])
def test_a_campaign_raises_it_but_never_lowers_it(
    monkeypatch: pytest.MonkeyPatch, wanted: str, count: int
) -> None:
    monkeypatch.setenv("FLOWLIKE_FUZZ_EXAMPLES", wanted)
    assert examples(30) == count
