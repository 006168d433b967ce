"""Compiled programs on disk. They are code, so only this installation's own are ever used.

A file is a MAC and an artifact. Its name says what it is for; the MAC covers name and content under
a key of the installation, so that a file somebody put there, changed or renamed is refused and
removed. The folder is the owner's alone. Nothing here raises because of a file: a program that
cannot be read is compiled again. Threats, row 6 (``tests/security/test_t06_*``).
"""

import hashlib
import hmac
import os
import secrets
import stat
from pathlib import Path

import msgspec

from flowlike.errors import ExecutionError

_SUFFIX = ".program"
_MAC_BYTES = 32
_LABEL = b"flowlike compile cache 1"
_MOST_ENTRY_BYTES = 64 * 1024 * 1024


class CacheStats(msgspec.Struct):
    """Counts since the start. ``refused`` files were not ours; ``failed`` is trouble with files."""

    hits: int = 0
    misses: int = 0
    refused: int = 0
    stored: int = 0
    removed: int = 0
    failed: int = 0


class CompileCache:
    """Keeps artifacts in a folder. One process uses it, one thread at a time.

    Args:
        folder: made if it is not there, with mode 0700.
        key: secret of this installation, at least 16 bytes.
        most_bytes: the files may take in all; those used longest ago go first.

    Raises:
        ExecutionError: ``cache.not-ours``, the folder belongs to somebody else or is none;
            ``cache.io``, it cannot be made.
    """

    def __init__(self, folder: Path, key: bytes, most_bytes: int = 512 * 1024 * 1024) -> None:
        if len(key) < _MAC_BYTES // 2:
            raise ValueError("the key of a compile cache has at least 16 bytes")
        self._folder = folder
        self._key = hmac.digest(key, _LABEL, hashlib.sha256)
        self._most = most_bytes
        self.stats = CacheStats()
        _claim(folder)
        self._sizes = self._scan()
        self._bytes = sum(self._sizes.values())

    @staticmethod
    def name_of(code: str, stamp: str) -> str:
        """The name of an entry: what was compiled, and by what."""
        return hashlib.sha256(f"{code}\0{stamp}".encode()).hexdigest()

    def get(self, name: str) -> bytes | None:
        """The artifact of that name, None if there is none that can be trusted."""
        path = self._path(name)
        try:
            content = _read(path)
        except FileNotFoundError:
            self.stats.misses += 1
            return None
        except OSError:
            self._refuse(name, path)
            return None
        mac, artifact = content[:_MAC_BYTES], content[_MAC_BYTES:]
        if not hmac.compare_digest(mac, self._mac(name, artifact)):
            self._refuse(name, path)
            return None
        self.stats.hits += 1
        try:
            os.utime(path)
        except OSError:
            self.stats.failed += 1
        return artifact

    def put(self, name: str, artifact: bytes) -> None:
        """Keeps an artifact; the file is whole or not there."""
        size = _MAC_BYTES + len(artifact)
        if size > min(self._most, _MOST_ENTRY_BYTES):
            return
        draft = self._folder / f".{secrets.token_hex(8)}.new"
        try:
            flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
            with os.fdopen(os.open(draft, flags, 0o600), "wb") as file:
                file.write(self._mac(name, artifact) + artifact)
            draft.replace(self._path(name))
        except OSError:
            self.stats.failed += 1
            draft.unlink(missing_ok=True)
            return
        self.stats.stored += 1
        self._bytes += size - self._sizes.pop(name, 0)
        self._sizes[name] = size
        if self._bytes > self._most:
            self._make_room()

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}{_SUFFIX}"

    def _mac(self, name: str, artifact: bytes) -> bytes:
        digest = hmac.new(self._key, name.encode() + b"\0", hashlib.sha256)
        digest.update(artifact)
        return digest.digest()

    def _refuse(self, name: str, path: Path) -> None:
        self.stats.refused += 1
        self._remove(name, path)

    def _remove(self, name: str, path: Path) -> None:
        try:
            path.unlink(missing_ok=True)
        except OSError:
            self.stats.failed += 1
        else:
            self.stats.removed += 1
        self._bytes -= self._sizes.pop(name, 0)

    def _scan(self) -> dict[str, int]:
        """Sizes of the entries; drafts that a crash left are removed."""
        sizes: dict[str, int] = {}
        for entry in os.scandir(self._folder):
            if entry.name.startswith(".") and entry.name.endswith(".new"):
                Path(entry.path).unlink(missing_ok=True)
            elif entry.name.endswith(_SUFFIX):
                sizes[entry.name.removesuffix(_SUFFIX)] = entry.stat(follow_symlinks=False).st_size
        return sizes

    def _make_room(self) -> None:
        """Removes what was used longest ago, down to nine tenths."""
        used: list[tuple[float, str]] = []
        for name in self._sizes:
            try:
                used.append((self._path(name).lstat().st_mtime, name))
            except OSError:
                used.append((0.0, name))
        for _, name in sorted(used):
            if self._bytes <= self._most * 0.9:
                break
            self._remove(name, self._path(name))


def _claim(folder: Path) -> None:
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
            raise ExecutionError(
                "cache.not-ours",
                f"{folder} is not a folder of this user.",
                remedy="Name another folder for compiled programs.",
            )
        if found.st_mode & 0o077:
            folder.chmod(0o700)
    except OSError as error:
        raise ExecutionError(
            "cache.io",
            f"{folder} cannot be used for compiled programs: {error.strerror or error}.",
            remedy="Check the folder and your permissions.",
        ) from error


def _read(path: Path) -> bytes:
    """A regular file of ours. Raises OSError for anything else."""
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
    with os.fdopen(os.open(path, flags), "rb") as file:
        found = os.fstat(file.fileno())
        if not stat.S_ISREG(found.st_mode) or found.st_uid != os.geteuid():
            raise OSError("not a regular file of ours")
        if found.st_size > _MOST_ENTRY_BYTES:
            raise OSError("too large")
        return file.read()
