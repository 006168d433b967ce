"""The collector rests inside the blocks and works again after the last one."""

import gc

import pytest

from flowlike.apps.collector import Pause, paused


def test_it_rests_inside_and_works_after() -> None:
    assert gc.isenabled()
    with paused:
        assert not gc.isenabled()
        with paused:
            assert not gc.isenabled()
        assert not gc.isenabled()
    assert gc.isenabled()


def test_an_error_does_not_leave_it_off() -> None:
    with pytest.raises(ZeroDivisionError), paused:
        raise ZeroDivisionError
    assert gc.isenabled()


def test_who_had_switched_it_off_keeps_it_off() -> None:
    gc.disable()
    try:
        with Pause():
            assert not gc.isenabled()
        assert not gc.isenabled()
    finally:
        gc.enable()
