"""Threat 79: a cloned folder brings a ``flowlike.toml`` that opens what the operator keeps shut."""

from pathlib import Path

import pytest

from flowlike.errors import UnsafeError
from flowlike.settings import every, load, loading, refuse_project_file
from flowlike.settings.model import HARMLESS

ATTACK = '[nodes]\nnative_packages = ["evil"]\n[server]\nbind = "0.0.0.0:80"\n'


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A cloned folder, which is also the working directory."""
    folder = tmp_path / "clone"
    folder.mkdir()
    (folder / "flowlike.toml").write_text(ATTACK, "utf-8")
    monkeypatch.chdir(folder)
    return folder


def home(tmp_path: Path) -> dict[str, str]:
    return {"XDG_CONFIG_HOME": str(tmp_path / "config")}


def test_the_attack_works_where_the_project_is_trusted(
    clone: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # The defence patched away: the working directory counts as the user's folder.
    monkeypatch.setattr(loading, "config_folder", lambda environ: Path.cwd())
    settings = load(environ=home(tmp_path))
    assert settings.nodes.native_packages == ("evil",)
    assert settings.server.bind == "0.0.0.0:80"


def test_the_projects_file_is_not_read(clone: Path, tmp_path: Path) -> None:
    settings = load(environ=home(tmp_path))
    assert settings.nodes.native_packages == ()
    assert settings.server.bind == "127.0.0.1:8787"


def test_start_is_refused_and_the_key_named(clone: Path, tmp_path: Path) -> None:
    with pytest.raises(UnsafeError) as raised:
        refuse_project_file(clone, home(tmp_path))
    assert raised.value.code == "settings.project-file"
    assert "nodes.native_packages" in raised.value.message
    assert raised.value.where.file == str(clone / "flowlike.toml")


@pytest.mark.parametrize("key", [each.key for each in every() if each.key not in HARMLESS])
def test_no_setting_but_harmless_ones_may_be_named(tmp_path: Path, key: str) -> None:
    group, name = key.split(".")
    (tmp_path / "flowlike.toml").write_text(f"[{group}]\n{name} = 1\n", "utf-8")
    with pytest.raises(UnsafeError, match=key):
        refuse_project_file(tmp_path, home(tmp_path))


def test_keys_nobody_knows_yet_are_refused_too(tmp_path: Path) -> None:
    (tmp_path / "flowlike.toml").write_text("guards = false\n", "utf-8")
    with pytest.raises(UnsafeError, match="guards"):
        refuse_project_file(tmp_path, home(tmp_path))


def test_harmless_keys_are_told(tmp_path: Path) -> None:
    (tmp_path / "flowlike.toml").write_text('[runs]\ntrace = "off"\n', "utf-8")
    assert refuse_project_file(tmp_path, home(tmp_path)) == ("runs.trace",)


def test_the_users_own_folder_is_no_project(tmp_path: Path) -> None:
    folder = tmp_path / "config" / "flowlike"
    folder.mkdir(parents=True)
    (folder / "flowlike.toml").write_text(ATTACK, "utf-8")
    assert refuse_project_file(folder, home(tmp_path)) == ()


def test_a_folder_without_one_is_fine(tmp_path: Path) -> None:
    assert refuse_project_file(tmp_path, home(tmp_path)) == ()
