"""``flowlike serve`` from start to stop, as people use it."""

import os
import signal
import socket  # noqa: TID251 - takes a port away
import sqlite3
import ssl  # noqa: TID251 - a client of its own
from pathlib import Path

import httpx
import pytest

from flowlike.server.tls import own
from tests.serving import SAMPLE, Serving, alive, kill, until


def code_and_log(serving: Serving, *options: str) -> tuple[int, str]:
    """Of a start that fails."""
    serving.launch(*options)
    assert serving.process is not None
    return serving.process.wait(60), serving.log.read_text("utf-8")


def test_the_first_start_prints_a_link_that_signs_in_once(tmp_path: Path) -> None:
    with Serving(tmp_path) as serving:
        ready, link = until(lambda: found if len(found := serving.text.splitlines()) > 1 else [])
        address = ready.removeprefix("Flowlike is ready at ")
        prefix, _, token = link.partition(f"{address}/login#")
        assert prefix == "Sign in (once, within 10 minutes): "
        assert serving.http.get("/api/v1/health/ready").status_code == 200
        signed_in = serving.http.post("/api/v1/auth/local", json={"token": token})
        assert signed_in.status_code in {200, 201}
        again = serving.http.post("/api/v1/auth/local", json={"token": token})
        assert again.status_code == 401
        assert "flowlike login-link" in again.text
        assert serving.stop() == 0
    assert token not in serving.log.read_text("utf-8")


def test_later_starts_print_one_if_asked(tmp_path: Path) -> None:
    serving = Serving(tmp_path)
    with serving:
        serving.sign_in()
        assert serving.stop() == 0
        assert "login#" not in serving.start().text
        assert serving.http.get("/api/v1/auth/session").status_code == 200  # still signed in
        serving.stop()
        serving.start("--link")
        until(lambda: "login#" in serving.text)


def test_a_link_from_the_command_works_while_the_server_runs_and_before(tmp_path: Path) -> None:
    serving = Serving(tmp_path)
    none = serving.command("login-link")
    assert none.returncode == 2
    assert "flowlike serve" in none.stderr
    serving.data.mkdir()
    before = serving.command("login-link").stdout.partition("#")[2].strip()
    with serving:
        signed_in = serving.http.post("/api/v1/auth/local", json={"token": before})
        assert signed_in.status_code in {200, 201}
        serving.sign_in()
        assert serving.http.get("/api/v1/auth/session").status_code == 200


def test_an_expired_link_says_how_to_get_another(tmp_path: Path) -> None:
    with Serving(tmp_path, FLOWLIKE_SESSIONS_LINK_MINUTES="0.0001") as serving:
        until(lambda: "login#" in serving.text)
        token = serving.text.partition("#")[2].strip()
        answer = serving.http.post("/api/v1/auth/local", json={"token": token})
        assert answer.status_code == 401
        assert "expired" in answer.text
        assert "flowlike login-link" in answer.text


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_leaves_nothing_behind(tmp_path: Path, number: signal.Signals) -> None:
    with Serving(tmp_path) as serving:
        processes = [serving.supervisor, serving.api, *serving.executors]
        assert len(processes) > 2
        assert serving.stop(number) == 0
        until(lambda: not any(map(alive, processes)))
        assert not (serving.data / "control.sock").exists()
        assert [each["event"] for each in serving.records][-1] == "stopping"


def test_a_stop_ends_open_streams_and_tells_no_fault(tmp_path: Path) -> None:
    with Serving(tmp_path) as serving:
        serving.command("import", SAMPLE)
        serving.sign_in()
        path = "/api/v1/apps/order-triage/boards/triage/changes?after=0"
        with serving.http.stream("GET", path) as answer:
            assert answer.status_code == 200
            os.kill(serving.supervisor, signal.SIGTERM)
            answer.read()  # to its proper end
        assert serving.stop() == 0
        assert [each["event"] for each in serving.records] == ["stopping"]


def test_when_the_supervisor_is_killed_all_others_end(tmp_path: Path) -> None:
    with Serving(tmp_path) as serving:
        others = [serving.api, *serving.executors]
        kill(serving.supervisor)
        until(lambda: not any(map(alive, others)))
        serving.start()
        assert serving.http.get("/api/v1/health/ready").status_code == 200


def test_when_the_api_is_killed_callers_wait_and_are_answered(tmp_path: Path) -> None:
    with Serving(tmp_path) as serving:
        before, executors = serving.api, serving.executors
        kill(before)
        assert serving.http.get("/api/v1/health/ready").status_code == 200
        assert serving.api != before
        until(lambda: not any(map(alive, executors)))
        assert "was killed by signal 9" in serving.log.read_text("utf-8")


def test_a_busy_port(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        bind = f"127.0.0.1:{other.getsockname()[1]}"
        code, log = code_and_log(Serving(tmp_path), "--bind", bind)
    assert code == 1
    assert "[serve.port-taken]" in log
    assert "remedy:" in log


def test_a_folder_in_use(tmp_path: Path) -> None:
    with Serving(tmp_path) as serving:
        other = Serving(tmp_path)
        other.log = tmp_path / "other"
        code, log = code_and_log(other)
        assert code == 1
        assert f"in use by process {serving.api}" in log
        assert serving.http.get("/api/v1/health/ready").status_code == 200


def test_a_folder_that_is_none(tmp_path: Path) -> None:
    serving = Serving(tmp_path)
    serving.data.write_text("a file", "utf-8")
    code, log = code_and_log(serving)
    assert (code, "remedy:" in log) == (78, True)


def test_a_database_of_a_later_version(tmp_path: Path) -> None:
    with Serving(tmp_path) as serving:
        serving.stop()
    with sqlite3.connect(serving.data / "flowlike.db") as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.close()
    code, log = code_and_log(serving)
    assert code == 78
    assert "[database.newer]" in log
    assert "remedy:" in log


@pytest.mark.parametrize(
    ("options", "variables", "expected", "said"),
    [
        (["--bind", "0.0.0.0:0"], {}, 78, "[serve.no-certificate]"),
        (["--bind", "here"], {}, 2, "[settings.address]"),
        (["--tls", "behind-proxy"], {}, 78, "[serve.no-proxy]"),
        (["--tls", "autos"], {}, 78, "[serve.tls]"),
        (["--tls", "none.pem,none.key"], {}, 78, "[serve.certificate]"),
        ([], {"FLOWLIKE_BINDD": "x"}, 2, "Did you mean 'FLOWLIKE_BIND'?"),
        ([], {"FLOWLIKE_METRICS_BIND": "0.0.0.0:0"}, 78, "[serve.metrics-open]"),
        ([], {"FLOWLIKE_PUBLIC_URL": "here"}, 2, "[settings.public-url]"),
        ([], {"FLOWLIKE_NATIVE_PACKAGES": "nothing-of-ours"}, 78, "[catalog.package-missing]"),
    ],
)
def test_what_cannot_be_is_explained(
    tmp_path: Path, options: list[str], variables: dict[str, str], expected: int, said: str
) -> None:
    code, log = code_and_log(Serving(tmp_path, **variables), *options)
    assert (code, said in log, "remedy:" in log) == (expected, True, True), log


def test_a_projects_settings_stop_the_start(tmp_path: Path) -> None:
    (tmp_path / "flowlike.toml").write_text('[server]\nbind = "0.0.0.0:80"\n', "utf-8")
    code, log = code_and_log(Serving(tmp_path))
    assert code == 78
    assert "'server.bind'" in log


def test_a_certificate_of_our_own(tmp_path: Path) -> None:
    serving = Serving(tmp_path, "--tls", "auto")
    serving.launch()
    address = until(lambda: serving.text.partition("ready at ")[2].partition("\n")[0])
    try:
        assert address.startswith("https://127.0.0.1:")
        authority = tmp_path / "config" / "flowlike" / "tls" / "authority.pem"
        context = ssl.create_default_context(cafile=str(authority))
        with httpx.Client(base_url=address, verify=context) as client:
            assert client.get("/api/v1/info").json()["secure"] is True
            answer = client.get("/api/v1/health/live")
            assert "max-age=" in answer.headers["strict-transport-security"]
        with pytest.raises(httpx.ConnectError):
            httpx.get(address)
    finally:
        assert serving.stop() == 0


def test_a_new_certificate_is_read_on_sighup(tmp_path: Path) -> None:
    first, second = own(tmp_path / "a", []), own(tmp_path / "b", [])
    serving = Serving(tmp_path, "--tls", f"{first.certificate},{first.key}")
    with serving:
        port = serving.http.base_url.port
        assert port is not None

        def shown() -> str:
            try:
                return ssl.get_server_certificate(("127.0.0.1", port))
            except OSError:
                return ""

        before = shown()
        for old, new in ((first.certificate, second.certificate), (first.key, second.key)):
            old.write_bytes(new.read_bytes())
        os.kill(serving.supervisor, signal.SIGHUP)
        until(lambda: shown() not in {"", before})
        first.key.write_text("damaged", "utf-8")
        os.kill(serving.supervisor, signal.SIGHUP)
        until(lambda: "the old certificate stays" in serving.log.read_text("utf-8"))
        assert shown()


def test_beyond_this_machine_the_owner_needs_a_password(tmp_path: Path) -> None:
    password = "correct horse battery"
    with Serving(tmp_path) as serving:
        serving.sign_in()
        set_it = serving.http.put("/api/v1/auth/password", json={"password": password})
        assert set_it.status_code < 300, set_it.text
    proxied = {
        "FLOWLIKE_TLS": "behind-proxy",
        "FLOWLIKE_TRUSTED_PROXIES": "127.0.0.0/8",
        "FLOWLIKE_PUBLIC_URL": "https://flowlike.example",
    }
    with Serving(tmp_path, **proxied) as serving:
        assert "ready at https://flowlike.example" in serving.text
        assert "login#" not in serving.text


def test_behind_a_proxy_without_a_password(tmp_path: Path) -> None:
    variables = {"FLOWLIKE_TLS": "behind-proxy", "FLOWLIKE_TRUSTED_PROXIES": "127.0.0.0/8"}
    code, log = code_and_log(Serving(tmp_path, **variables))
    assert (code, "[serve.no-password]" in log) == (78, True)


def test_figures_are_on_a_port_of_their_own(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        bind = f"127.0.0.1:{free.getsockname()[1]}"
    with Serving(tmp_path, FLOWLIKE_METRICS_BIND=bind) as serving:
        serving.http.get("/api/v1/info")
        text = httpx.get(f"http://{bind}/metrics").text
        assert 'flowlike_http_requests_total{method="GET",status="2xx"}' in text
        assert "flowlike_executors " in text
        assert "flowlike_http" not in serving.http.get("/metrics").text


def test_a_request_id_is_in_answer_and_log(tmp_path: Path) -> None:
    with Serving(tmp_path, FLOWLIKE_LOG_LEVEL="debug") as serving:
        answer = serving.http.get("/api/v1/nothing-here", headers={"x-request-id": "x\ny"[:1]})
        assert answer.headers["x-request-id"]
        assert answer.json()["request_id"] == answer.headers["x-request-id"]
