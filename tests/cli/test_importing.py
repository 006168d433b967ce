"""``flowlike import`` and ``flowlike export``, without and with a server."""

import io
import zipfile
from pathlib import Path

import pytest

from flowlike.cli.exporting import write
from flowlike.cli.importing import app_of, content_of
from flowlike.errors import TextError
from tests.cli.calls import Calls
from tests.serving import SAMPLE, Serving, order


def packed(**files: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        for name, text in files.items():
            archive.writestr(name, text)
    return content.getvalue()


def test_a_folder_comes_in_and_goes_out_again(call: Calls) -> None:
    done = call("import", SAMPLE, "--data", "data", "--activate")
    assert (done.code, done.out) == (0, "order-triage\n")
    assert "Order triage was imported" in done.err
    done = call("export", "order-triage", "out", "--data", "data")
    assert done.code == 0, done.err
    event = "events/order.json"
    assert (call.folder / "out" / event).read_bytes() == (SAMPLE / event).read_bytes()
    assert call("check", "out").code == 0


def test_a_zip_comes_in_and_goes_out_again(call: Calls) -> None:
    call("import", SAMPLE, "--data", "data")
    assert call("export", "order-triage", "one.zip", "--data", "data").code == 0
    done = call("import", "one.zip", "--data", "other", "--json")
    assert done.data == {"app": "order-triage", "name": "Order triage"}
    assert call("export", "order-triage", "two.zip", "--data", "other").code == 0
    assert (call.folder / "one.zip").read_bytes() == (call.folder / "two.zip").read_bytes()


def test_an_id_that_is_taken_is_replaced_unless_once_is_enough(call: Calls) -> None:
    call("import", SAMPLE, "--data", "data")
    again = call("import", SAMPLE, "--data", "data").out.strip()
    assert again
    assert again != "order-triage"
    done = call("import", SAMPLE, "--data", "data", "--once")
    assert (done.code, done.out) == (0, "order-triage\n")
    assert "is there already" in done.err


def test_what_is_there_is_not_overwritten(call: Calls) -> None:
    call("import", SAMPLE, "--data", "data")
    call.file("out/mine", "x")
    call.file("mine.zip", "x")
    for target in ("out", "mine.zip"):
        done = call("export", "order-triage", target, "--data", "data")
        assert (done.code, "[file.exists]" in done.err) == (2, True)
    assert (call.folder / "mine.zip").read_text("utf-8") == "x"


def test_an_unknown_app(call: Calls) -> None:
    call("import", SAMPLE, "--data", "data")
    done = call("export", "nothing", "out", "--data", "data")
    assert done.code == 1
    assert "remedy:" in done.err
    assert not (call.folder / "out").exists()


def test_a_folder_without_data(call: Calls) -> None:
    done = call("export", "nothing", "out", "--data", "none")
    assert (done.code, "[cli.no-data]" in done.err) == (2, True)
    assert not (call.folder / "none").exists()


@pytest.mark.parametrize("content", [b"", b"no zip", packed(x="y"), packed(**{"app.json": "{"})])
def test_what_is_no_app_is_explained(call: Calls, content: bytes) -> None:
    call.file("bad.zip", content)
    done = call("import", "bad.zip", "--data", "data")
    assert done.code in {1, 2}
    assert "remedy:" in done.err
    assert app_of(content) == ""


def test_a_missing_source(call: Calls) -> None:
    done = call("import", "none", "--data", "data")
    assert (done.code, "[file.unreadable]" in done.err) == (2, True)


def test_sources_that_are_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flowlike.cli.importing._MOST_BYTES", 100)
    with pytest.raises(TextError, match="more than"):
        content_of(SAMPLE)
    (tmp_path / "x.zip").write_bytes(bytes(101))
    with pytest.raises(TextError, match="more than"):
        content_of(tmp_path / "x.zip")


def test_only_parts_of_an_app_are_taken(tmp_path: Path) -> None:
    for name in ("app.json", "boards/a.board.json", "events/e.json", "boards/.git", "secret.env"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("{}", "utf-8")
    with zipfile.ZipFile(io.BytesIO(content_of(tmp_path))) as archive:
        assert archive.namelist() == ["app.json", "boards/a.board.json", "events/e.json"]


@pytest.mark.parametrize("name", ["../out", "/out", "a/../../out"])
def test_nothing_is_written_beside_the_target(tmp_path: Path, name: str) -> None:
    with pytest.raises(PermissionError):
        write(packed(**{name: "x"}), tmp_path / "target")
    assert not (tmp_path / "out").exists()


def test_a_target_that_cannot_be_written(call: Calls) -> None:
    call("import", SAMPLE, "--data", "data")
    call.file("file", "x")
    done = call("export", "order-triage", "file/out", "--data", "data")
    assert done.code == 2
    assert "[file.unwritable]" in done.err


def test_a_projects_settings_are_refused(call: Calls) -> None:
    call.file("clone/flowlike.toml", '[nodes]\nnative_packages = ["evil"]\n')
    call.file("clone/app.json", '{"format": "flowlike.app/1", "id": "x"}')
    done = call("import", "clone", "--data", "data")
    assert (done.code, "[settings.project-file]" in done.err) == (78, True)


def test_a_running_server_takes_the_app_at_once(tmp_path: Path) -> None:
    with Serving(tmp_path) as serving:
        done = serving.command("import", SAMPLE, "--activate")
        assert (done.returncode, done.stdout) == (0, "order-triage\n")
        serving.sign_in()
        apps = serving.http.get("/api/v1/apps").json()["items"]
        assert [each["id"] for each in apps] == ["order-triage"]
        answer = serving.http.post("/e/order-triage/orders", json=order())
        assert answer.json()["lane"] == "express"
        done = serving.command("export", "order-triage", tmp_path / "out.zip")
        assert done.returncode == 0
        listing = serving.command("runs", "--limit", "5")
        assert listing.returncode == 0
        refused = serving.command("export", "nothing", tmp_path / "other.zip")
        assert refused.returncode == 1
        assert "remedy:" in refused.stderr
