"""The built page: its files, and what is answered without one."""

import asyncio
import gzip
from pathlib import Path

import httpx
import pytest

from flowlike.server.page import Page
from flowlike.server.refusal import Refusal


@pytest.fixture
def built(tmp_path: Path) -> Path:
    folder = tmp_path / "static"
    (folder / "assets").mkdir(parents=True)
    (folder / "index.html").write_text("<title>editor</title>")
    (folder / "assets/index-4f2a.js").write_text("let a = 1;")
    (folder / "assets/index-4f2a.js.gz").write_bytes(gzip.compress(b"let a = 1;"))
    (folder / "icon.svg").write_text("<svg/>")
    (tmp_path / "secret.txt").write_text("secret")
    (folder / "link.txt").symlink_to(tmp_path / "secret.txt")
    return folder


def asked(page: Page, path: str, method: str = "GET", **headers: str) -> httpx.Response:
    async def run() -> httpx.Response:
        transport = httpx.ASGITransport(page)  # type: ignore[arg-type]  # an ASGI application
        async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
            named = {name.replace("_", "-"): value for name, value in headers.items()}
            return await client.request(method, path, headers=named)

    return asyncio.run(run())


def test_hashed_files_are_kept_for_ever(built: Path) -> None:
    answer = asked(Page(built), "/assets/index-4f2a.js", accept_encoding="identity")
    assert answer.text == "let a = 1;"
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["cache-control"] == "public, max-age=31536000, immutable"


def test_the_page_itself_is_asked_for_again(built: Path) -> None:
    answer = asked(Page(built), "/")
    assert answer.text == "<title>editor</title>"
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert answer.headers["cache-control"] == "no-cache"


def test_what_has_not_changed_is_not_sent_again(built: Path) -> None:
    page = Page(built)
    tag = asked(page, "/").headers["etag"]
    again = asked(page, "/", if_none_match=f'"x", {tag}')
    assert (again.status_code, again.content) == (304, b"")
    assert asked(page, "/", if_none_match='"x"').status_code == 200


@pytest.mark.parametrize("path", ["/apps", "/apps/a1/boards/b1", "/login", "/runs/"])
def test_addresses_of_the_editor_are_the_page(built: Path, path: str) -> None:
    assert asked(Page(built), path).text == "<title>editor</title>"


@pytest.mark.parametrize("path", ["/assets/old-1111.js", "/missing.png", "/assets/x"])
def test_a_file_that_is_not_there_is_not_the_page(built: Path, path: str) -> None:
    with pytest.raises(Refusal) as caught:
        asked(Page(built), path)
    assert caught.value.kind.status == 404


def test_a_file_that_went_since_the_start_is_not_found(built: Path) -> None:
    page = Page(built)
    (built / "assets/index-4f2a.js").unlink()
    with pytest.raises(Refusal) as caught:
        asked(page, "/assets/index-4f2a.js")
    assert caught.value.kind.status == 404


@pytest.mark.parametrize(
    "path", ["/link.txt", "/../secret.txt", "/assets/../../secret.txt", "/%2e%2e/secret.txt"]
)
def test_nothing_but_listed_files_is_opened(built: Path, path: str) -> None:
    with pytest.raises(Refusal) as caught:
        asked(Page(built), path)
    assert caught.value.kind.status == 404


def test_a_packed_copy_is_sent_to_those_who_take_it(built: Path) -> None:
    packed = asked(Page(built), "/assets/index-4f2a.js", accept_encoding="gzip, br")
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.text == "let a = 1;"
    assert packed.headers["vary"] == "accept-encoding"


def test_a_head_has_no_body(built: Path) -> None:
    answer = asked(Page(built), "/icon.svg", "HEAD")
    assert (answer.status_code, answer.content) == (200, b"")
    assert answer.headers["content-length"] == "6"
    assert answer.headers["content-type"] == "image/svg+xml"


def test_pages_are_only_read(built: Path) -> None:
    with pytest.raises(Refusal) as caught:
        asked(Page(built), "/", "POST")
    assert caught.value.kind.status == 405
    assert caught.value.headers == {"Allow": "GET, HEAD"}


@pytest.mark.parametrize("folder", ["nowhere", "."])
def test_without_a_page_it_says_how_to_get_one(tmp_path: Path, folder: str) -> None:
    page = Page(tmp_path / folder)
    assert not page.is_built
    answer = asked(page, "/")
    assert answer.status_code == 404
    assert "make web" in answer.text


def test_a_page_that_is_there_is_built(built: Path) -> None:
    assert Page(built).is_built
