"""Settings from the user's ``flowlike.toml``, the environment and flags, in rising order."""

import difflib
import os
import stat
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple, get_origin

import msgspec

from flowlike.errors import UnsafeError, UsageError, Where
from flowlike.settings.model import HARMLESS, PREFIX, Setting, Settings, every

FILE = "flowlike.toml"
CONFIG = "FLOWLIKE_CONFIG"
"""The environment variable that names another file."""
_ELSEWHERE = frozenset({CONFIG, "FLOWLIKE_DEBUG"})
_SECRETS = "FLOWLIKE_SECRET_"
_MOST_BYTES = 1_000_000


def load(
    data: str | Path | None = None,
    flags: Mapping[str, Any] | None = None,
    environ: Mapping[str, str] = os.environ,
    file: Path | None = None,
) -> Settings:
    """The settings of this process.

    Args:
        data: the data folder, as ``--data`` gives it.
        flags: further settings by key, as in ``{"server.bind": "127.0.0.1:0"}``; None is not set.
        environ: variables; those named ``FLOWLIKE_…`` have to be settings.
        file: read instead of the user's ``flowlike.toml``; has to be there.

    Raises:
        UsageError: ``settings.unknown-key``, ``settings.unknown-variable``, ``settings.value``,
            ``settings.file``.
        UnsafeError: ``settings.writable``; others may write the file.
    """
    by_key = {each.key: each for each in every()}
    path, needed = (file, True) if file else user_file(environ)
    found = _from_file(path, by_key, needed=needed)
    found |= _from_environment(environ)
    given = {"data.dir": data, **(flags or {})}
    for key, value in given.items():
        if value is not None:
            found[_known(key, by_key).key] = _Given(value, f"the flag for {key}")
    tables: dict[str, dict[str, Any]] = {}
    for key, given_there in found.items():
        group, name = key.split(".")
        tables.setdefault(group, {})[name] = _convert(by_key[key], given_there)
    return msgspec.convert(tables, Settings)


def user_file(environ: Mapping[str, str] = os.environ) -> tuple[Path, bool]:
    """The file that settings are read from, and whether it has to be there."""
    named = environ.get(CONFIG, "")
    return (Path(named), True) if named else (config_folder(environ) / FILE, False)


def config_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """The user's folder for settings and keys."""
    return _user_folder(environ, "XDG_CONFIG_HOME", ".config")


def data_folder(settings: Settings, environ: Mapping[str, str] = os.environ) -> Path:
    """The folder for database and traces, as an absolute path."""
    if settings.data.dir:
        return Path(settings.data.dir).expanduser().absolute()
    return _user_folder(environ, "XDG_DATA_HOME", ".local/share").absolute()


def refuse_project_file(folder: Path, environ: Mapping[str, str] = os.environ) -> tuple[str, ...]:
    """Looks at the ``flowlike.toml`` that a project's folder may bring; it is never read as one.

    Returns:
        The harmless keys it names, for a note that they do nothing there.

    Raises:
        UnsafeError: ``settings.project-file``; it names a key that only the operator may set.
        UsageError: ``settings.file``; it cannot be read.
    """
    path = folder / FILE
    if not path.is_file() or _same(path, user_file(environ)[0]):
        return ()
    keys = tuple(_keys(_read(path, needed=True)))
    for key in keys:
        if key not in HARMLESS:
            raise UnsafeError(
                "settings.project-file",
                f"The project's {FILE} sets {key!r}, which no project may set.",
                remedy=f"Take it out, or set it in {user_file(environ)[0]} if you want it.",
                where=Where(file=str(path), path=key),
            )
    return keys


def _user_folder(environ: Mapping[str, str], variable: str, usual: str) -> Path:
    named = environ.get(variable, "")
    base = Path(named) if named.startswith("/") else Path.home() / usual
    return base / "flowlike"


def _same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except OSError:
        return False


class _Given(NamedTuple):
    """A value and where it stood; the environment has texts only."""

    value: Any
    origin: str
    is_text: bool = False


_Found = dict[str, _Given]


def _from_file(path: Path, by_key: Mapping[str, Setting], *, needed: bool) -> _Found:
    tables = _read(path, needed=needed)
    found: _Found = {}
    for key in _keys(tables):
        group, _, name = key.partition(".")
        if key not in by_key:
            raise _unknown("settings.unknown-key", f"The key {key!r}", key, by_key, str(path))
        found[key] = _Given(tables[group][name], str(path))
    return found


def _keys(tables: Mapping[str, Any]) -> list[str]:
    keys: list[str] = []
    for group, table in tables.items():
        if isinstance(table, dict):
            keys += [f"{group}.{name}" for name in table]
        else:
            keys.append(group)
    return keys


def _read(path: Path, *, needed: bool) -> dict[str, Any]:
    try:
        with path.open("rb") as opened:
            mode = os.fstat(opened.fileno()).st_mode
            text = opened.read(_MOST_BYTES + 1)
    except FileNotFoundError:
        if not needed:
            return {}
        raise _unreadable(path, "there is no such file") from None
    except OSError as error:
        raise _unreadable(path, error.strerror or str(error)) from error
    if mode & (stat.S_IWGRP | stat.S_IWOTH) and stat.S_ISREG(mode):
        raise UnsafeError(
            "settings.writable",
            "The settings can be changed by other users of this machine.",
            remedy=f"chmod go-w {path}",
            where=Where(file=str(path)),
        )
    if len(text) > _MOST_BYTES:
        raise _unreadable(path, "it is too large")
    try:
        return tomllib.loads(text.decode())
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise _unreadable(path, str(error)) from error


def _unreadable(path: Path, why: str) -> UsageError:
    return UsageError(
        "settings.file",
        f"The settings cannot be read: {why}.",
        remedy="Correct the file; docs/settings.md lists what it may hold.",
        where=Where(file=str(path)),
    )


def _from_environment(environ: Mapping[str, str]) -> _Found:
    variables = {each.variable: each for each in every()}
    found: _Found = {}
    for name, text in environ.items():
        if not name.startswith(PREFIX) or name in _ELSEWHERE or name.startswith(_SECRETS):
            continue
        if name not in variables:
            code, what = "settings.unknown-variable", f"The environment variable {name!r}"
            raise _unknown(code, what, name, [*variables, *_ELSEWHERE], "")
        setting = variables[name]
        listed = get_origin(_plain(setting.type)) is tuple
        parts = [part.strip() for part in text.split(",") if part.strip()]
        found[setting.key] = _Given(parts if listed else text.strip(), name, is_text=True)
    return found


def _known(key: str, by_key: Mapping[str, Setting]) -> Setting:
    if key not in by_key:
        raise _unknown("settings.unknown-key", f"The flag {key!r}", key, by_key, "")
    return by_key[key]


def _unknown(code: str, what: str, name: str, known: Any, file: str) -> UsageError:
    near = difflib.get_close_matches(name, list(known), n=1)
    hint = f" Did you mean {near[0]!r}?" if near else ""
    return UsageError(
        code,
        f"{what} is no setting.{hint}",
        remedy="docs/settings.md lists the settings.",
        where=Where(file=file, path=name if file else ""),
    )


def _plain(kind: Any) -> Any:
    return getattr(kind, "__origin__", kind)


def _convert(setting: Setting, given: _Given) -> Any:
    value = str(given.value) if isinstance(given.value, Path) else given.value
    strict = not given.is_text or _plain(setting.type) is str
    try:
        return msgspec.convert(value, setting.type, strict=strict)
    except msgspec.ValidationError as error:
        raise UsageError(
            "settings.value",
            f"The setting {setting.key} does not fit: {error}.",
            remedy=f"Correct it in {given.origin}. It means: {setting.description}.",
        ) from error
