"""Settings: where they come from, which place wins, and what is said of mistakes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowlike.errors import UnsafeError, UsageError
from flowlike.settings import Settings, config_folder, data_folder, load, user_file

Written = Callable[[str], Path]


@pytest.fixture
def written(tmp_path: Path) -> Written:
    """Writes the user's settings and gives the file."""

    def write(text: str) -> Path:
        file = tmp_path / "flowlike.toml"
        file.write_text(text, "utf-8")
        file.chmod(0o600)
        return file

    return write


def environment(tmp_path: Path, **variables: str) -> dict[str, str]:
    return {"XDG_CONFIG_HOME": str(tmp_path / "config"), **variables}


def test_without_anything_the_defaults_hold(tmp_path: Path) -> None:
    assert load(environ=environment(tmp_path)) == Settings()


def test_the_file_is_read(written: Written) -> None:
    file = written('[server]\nbind = "127.0.0.1:9000"\n[runs]\nkeep_days = 7\n')
    settings = load(environ={}, file=file)
    assert settings.server.bind == "127.0.0.1:9000"
    assert settings.runs.keep_days == 7.0
    assert settings.execution == Settings().execution


def test_the_users_file_is_found(tmp_path: Path) -> None:
    folder = tmp_path / "config" / "flowlike"
    folder.mkdir(parents=True)
    (folder / "flowlike.toml").write_text("[runs]\nkeep_mb = 12\n", "utf-8")
    (folder / "flowlike.toml").chmod(0o644)
    assert load(environ=environment(tmp_path)).runs.keep_mb == 12


def test_a_named_file_is_read_instead(tmp_path: Path, written: Written) -> None:
    file = written("[runs]\nkeep_mb = 13\n")
    assert load(environ=environment(tmp_path, FLOWLIKE_CONFIG=str(file))).runs.keep_mb == 13


def test_a_named_file_has_to_be_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as raised:
        load(environ={"FLOWLIKE_CONFIG": str(tmp_path / "none.toml")})
    assert raised.value.code == "settings.file"
    assert "no such file" in raised.value.message


def test_places_win_in_rising_order(written: Written) -> None:
    file = written('[data]\ndir = "/a"\n[execution]\nqueue = 1\nexecutors = 1\nmemory_mb = 100\n')
    environ = {"FLOWLIKE_EXECUTION_QUEUE": "2", "FLOWLIKE_EXECUTION_EXECUTORS": "2"}
    settings = load("/b", {"execution.executors": 3, "server.bind": None}, environ, file)
    assert settings.data.dir == "/b"
    assert (settings.execution.memory_mb, settings.execution.queue) == (100, 2)
    assert settings.execution.executors == 3
    assert settings.server.bind == Settings().server.bind


def test_variables_are_texts_of_their_type(tmp_path: Path) -> None:
    settings = load(
        environ=environment(
            tmp_path,
            FLOWLIKE_BIND=" [::1]:1 ",
            FLOWLIKE_ALLOWED_HOSTS="a.example, b.example,",
            FLOWLIKE_NATIVE_PACKAGES="one",
            FLOWLIKE_DRAIN_SECONDS="2.5",
            FLOWLIKE_LOG_LEVEL="debug",
            FLOWLIKE_DEBUG="1",
            FLOWLIKE_SECRET_TOKEN="x",
        )
    )
    assert settings.server.bind == "[::1]:1"
    assert settings.server.allowed_hosts == ("a.example", "b.example")
    assert settings.nodes.native_packages == ("one",)
    assert settings.server.drain_seconds == 2.5
    assert settings.log.level == "debug"


@pytest.mark.parametrize(
    ("environ", "code", "said"),
    [
        (
            {"FLOWLIKE_BINDS": "x"},
            "settings.unknown-variable",
            "Did you mean 'FLOWLIKE_BIND'?",
        ),
        ({"FLOWLIKE_XQZJW": "x"}, "settings.unknown-variable", "'FLOWLIKE_XQZJW' is no setting."),
        ({"FLOWLIKE_EXECUTION_QUEUE": "many"}, "settings.value", "execution.queue does not fit"),
        ({"FLOWLIKE_EXECUTION_QUEUE": "0"}, "settings.value", ">= 1"),
        ({"FLOWLIKE_LOG_LEVEL": "loud"}, "settings.value", "log.level does not fit"),
        ({"FLOWLIKE_DRAIN_SECONDS": "inf"}, "settings.value", "server.drain_seconds"),
        ({"FLOWLIKE_DRAIN_SECONDS": "nan"}, "settings.value", "server.drain_seconds"),
    ],
)
def test_a_wrong_variable_is_named(
    tmp_path: Path, environ: dict[str, str], code: str, said: str
) -> None:
    with pytest.raises(UsageError) as raised:
        load(environ=environment(tmp_path, **environ))
    assert raised.value.code == code
    assert said in raised.value.message
    assert raised.value.remedy


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        ("[runs]\nkeep_day = 1\n", "settings.unknown-key", "Did you mean 'runs.keep_days'?"),
        ("bind = 'x'\n", "settings.unknown-key", "'bind' is no setting"),
        ("[zzzz]\nq = 1\n", "settings.unknown-key", "'zzzz.q' is no setting"),
        ("[runs]\nkeep_days = '7'\n", "settings.value", "runs.keep_days does not fit"),
        ("[runs]\nkeep_days = true\n", "settings.value", "runs.keep_days does not fit"),
        ("[server]\nallowed_hosts = 'a'\n", "settings.value", "server.allowed_hosts"),
        ("[server]\nbind = 1\n", "settings.value", "server.bind"),
        ("[server", "settings.file", "cannot be read"),
        ("# \udcff", "settings.file", "cannot be read"),
        ("#" * 1_000_001, "settings.file", "too large"),
    ],
)
def test_a_wrong_file_is_named(tmp_path: Path, text: str, code: str, said: str) -> None:
    file = tmp_path / "flowlike.toml"
    file.write_bytes(text.encode("utf-8", "surrogateescape"))
    file.chmod(0o600)
    with pytest.raises(UsageError) as raised:
        load(environ={}, file=file)
    assert raised.value.code == code
    assert said in raised.value.message
    assert str(file) in raised.value.where.file + raised.value.remedy


def test_an_unknown_flag_is_our_mistake(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"server\.bind"):
        load(flags={"server.binds": 1}, environ=environment(tmp_path))


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as raised:
        load(environ={}, file=tmp_path)
    assert raised.value.code == "settings.file"


@pytest.mark.parametrize("mode", [0o660, 0o606])
def test_a_file_that_others_may_write_is_refused(written: Written, mode: int) -> None:
    file = written("[runs]\nkeep_mb = 1\n")
    file.chmod(mode)
    with pytest.raises(UnsafeError) as raised:
        load(environ={}, file=file)
    assert raised.value.code == "settings.writable"
    assert "chmod" in raised.value.remedy


def test_folders_follow_the_desktop_rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert config_folder({}) == tmp_path / ".config" / "flowlike"
    assert config_folder({"XDG_CONFIG_HOME": "relative"}) == config_folder({})
    assert user_file({}) == (tmp_path / ".config" / "flowlike" / "flowlike.toml", False)
    assert data_folder(Settings(), {}) == tmp_path / ".local" / "share" / "flowlike"
    assert data_folder(Settings(), {"XDG_DATA_HOME": "/d"}) == Path("/d/flowlike")


def test_the_data_folder_is_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.chdir(tmp_path)
    assert data_folder(load("here", environ={}), {}) == tmp_path / "here"
    assert data_folder(load(Path("~/there"), environ={}), {}) == tmp_path / "there"


@given(st.dictionaries(st.text(), st.none() | st.integers() | st.text(), max_size=4))
def test_whatever_the_flags_it_is_settings_or_a_usage_error(flags: dict[str, Any]) -> None:
    try:
        settings = load(flags=flags, environ={"XDG_CONFIG_HOME": "/nonexistent"})
    except UsageError:
        return
    assert settings == Settings()
