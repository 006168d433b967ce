"""The built page of the editor: its files, and ``index.html`` for every address of its own.

The files are listed once, when the server starts; only what is in that list is ever opened. Names
in ``assets/`` hold a hash of their content, so browsers may keep them.
"""

import hashlib
import mimetypes
from pathlib import Path
from typing import Any

import msgspec
from litestar.types import Receive, Scope, Send

from flowlike.server.refusal import Kind, Refusal, not_found

_INDEX = "/index.html"
_FOR_EVER = b"public, max-age=31536000, immutable"
_ASK_AGAIN = b"no-cache"
_ENCODINGS = (("br", ".br"), ("gzip", ".gz"))
_TEXTS = frozenset({"text/html", "text/css", "text/plain", "text/javascript"})
_TYPES = mimetypes.MimeTypes()
for _suffix, _type in (
    (".js", "text/javascript"),
    (".mjs", "text/javascript"),
    (".webmanifest", "application/manifest+json"),
    (".woff2", "font/woff2"),
):
    _TYPES.add_type(_type, _suffix)

_NOT_BUILT = b"""<!doctype html>
<html lang="en"><meta charset="utf-8"><title>flowlike</title>
<h1>The editor is not built</h1>
<p>The server runs and its API answers, but this installation has no web page.
<p>In a checkout of the project, run <code>make web</code> and start the server again.
Installed packages bring the page with them.
</html>
"""


class _File(msgspec.Struct, frozen=True):
    """A file as it is sent."""

    body: bytes
    etag: bytes
    type: bytes
    cache: bytes
    packed: dict[str, bytes]


class Page:
    """Answers with the files in ``folder``."""

    def __init__(self, folder: Path) -> None:
        root = folder.resolve()
        self._paths = _listed(root) if (root / "index.html").is_file() else {}
        self._files: dict[str, _File] = {}

    @property
    def is_built(self) -> bool:
        """Whether there is a page to show."""
        return bool(self._paths)

    async def __call__(self, scope: Scope, _: Receive, send: Send) -> None:
        """Answers one request. Raises Refusal (404, 405)."""
        method = scope["method"]  # type: ignore[typeddict-item]  # only http scopes come here
        if method not in {"GET", "HEAD"}:
            raise Refusal(Kind.METHOD, "Pages are only read.", headers={"Allow": "GET, HEAD"})
        if not self._paths:
            await _send(send, 404, [(b"content-type", b"text/html; charset=utf-8")], _NOT_BUILT)
            return
        file = self._file(self._name(scope["path"]))
        heads = [
            (b"content-type", file.type),
            (b"cache-control", file.cache),
            (b"etag", file.etag),
            (b"vary", b"accept-encoding"),
        ]
        wanted = _field(scope, b"if-none-match")
        if wanted and file.etag in [each.strip() for each in wanted.split(b",")]:
            await _send(send, 304, heads, b"")
            return
        body = file.body
        accepted = _field(scope, b"accept-encoding").decode("latin-1")
        packed = next(
            (each for each, _ in _ENCODINGS if each in file.packed and each in accepted), ""
        )
        if packed:
            heads.append((b"content-encoding", packed.encode()))
            body = file.packed[packed]
        heads.append((b"content-length", str(len(body)).encode()))
        await _send(send, 200, heads, b"" if method == "HEAD" else body)

    def _name(self, path: str) -> str:
        """The file for an address: itself, else the page for addresses that look like no file."""
        if path in self._paths:
            return path
        if "." in path.rpartition("/")[2] or path.startswith("/assets/"):
            raise not_found()
        return _INDEX

    def _file(self, name: str) -> _File:
        found = self._files.get(name)
        if found is None:
            try:
                found = self._files[name] = _read(name, self._paths)
            except FileNotFoundError:  # the page was built anew; a restart shows it
                raise not_found() from None
        return found


def _listed(root: Path) -> dict[str, Path]:
    """The files below a folder by address; links lead nowhere."""
    return {
        f"/{path.relative_to(root).as_posix()}": path
        for path in sorted(root.rglob("*"))
        if path.is_file() and not path.is_symlink() and path.resolve().is_relative_to(root)
    }


def _read(name: str, paths: dict[str, Path]) -> _File:
    body = paths[name].read_bytes()
    type_ = _TYPES.guess_type(name)[0] or "application/octet-stream"
    packed = {
        encoding: paths[name + suffix].read_bytes()
        for encoding, suffix in _ENCODINGS
        if name + suffix in paths
    }
    return _File(
        body=body,
        etag=f'"{hashlib.sha256(body).hexdigest()[:32]}"'.encode(),
        type=(f"{type_}; charset=utf-8" if type_ in _TEXTS else type_).encode(),
        cache=_FOR_EVER if name.startswith("/assets/") else _ASK_AGAIN,
        packed=packed,
    )


def _field(scope: Any, name: bytes) -> bytes:
    return next((value for key, value in scope["headers"] if key == name), b"")


async def _send(send: Send, status: int, heads: list[tuple[bytes, bytes]], body: bytes) -> None:
    await send({"type": "http.response.start", "status": status, "headers": heads})
    await send({"type": "http.response.body", "body": body, "more_body": False})
