"""App folders as zip archives: read with limits on what they unfold to, written the same each time.

Nothing of an archive is written to a disk, so a name can lead nowhere; odd names are refused all
the same, since whoever unpacks the archive by other means would be led (threat 39).
"""

import io
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterable, Mapping

import msgspec

from flowlike.board.limits import LIMITS
from flowlike.errors import ImportRefused, Where

NOT_A_ZIP = "import.not-a-zip"
TOO_LARGE = "import.too-large"
TOO_MANY = "import.too-many-files"
BAD_NAME = "import.bad-name"
DUPLICATE = "import.duplicate"
LINK = "import.link"
LOCKED = "import.encrypted"

_MIB = 1024 * 1024
_CHUNK = 64 * 1024
_END, _END_SIZE, _LONGEST_COMMENT = b"PK\x05\x06", 22, 65_535
_LEAST_ENTRY, _ENTRY = 46, 46 + 512
_LONGEST_NAME, _LONGEST_PART = 1024, 255
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
_KINDS = frozenset({0, stat.S_IFREG, stat.S_IFDIR})
_MADE = (1980, 1, 1, 0, 0, 0)  # as early as the format can say
_FAULTS = (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, ValueError, OSError)


class ImportLimits(msgspec.Struct, frozen=True, kw_only=True):
    """How large an app's folder may be, in bytes: packed, unpacked, and each file."""

    archive: int = 50 * _MIB
    total: int = 256 * _MIB
    file: int = LIMITS.text
    files: int = 2_000


def read_archive(
    raw: bytes, wanted: Callable[[str], bool], limits: ImportLimits
) -> dict[str, bytes]:
    """The wanted files of a zip by name; all names are checked, the rest is not unpacked.

    If everything lies in one folder, names are those below it. Raises ImportRefused.
    """
    if len(raw) > limits.archive:
        raise too_large(f"The archive has more than {limits.archive:,} bytes.")
    _check_directory(raw, limits)
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            entries = _entries(archive, limits)
            chosen = {name: info for name, info in entries.items() if wanted(name)}
            return _unpack(archive, chosen, limits)
    except _FAULTS as error:
        raise _not_a_zip() from error


def write_archive(files: Mapping[str, bytes]) -> bytes:
    """A zip of files by name; equal files give equal bytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name in sorted(files):
            info = zipfile.ZipInfo(name, _MADE)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.create_system = 3
            info.external_attr = (stat.S_IFREG | 0o644) << 16
            archive.writestr(info, files[name])
    return packed.getvalue()


def check_names(names: Iterable[str]) -> None:
    """Refuse names that lead elsewhere, or that some file systems take for the same.

    Raises ImportRefused.
    """
    seen: set[str] = set()
    folders: set[str] = set()
    for name in names:
        parts = name.split("/")
        if len(name) > _LONGEST_NAME or not all(map(_is_plain, parts)):
            message = "A file of the archive has a name that leads elsewhere."
            raise _refused(BAD_NAME, message, "Pack the app's folder again.", name)
        folded = [unicodedata.normalize("NFKC", part).casefold() for part in parts]
        whole = "/".join(folded)
        above = {"/".join(folded[:depth]) for depth in range(1, len(folded))}
        if whole in seen or whole in folders or above & seen:
            message = "Two files of the archive have the same name."
            raise _refused(DUPLICATE, message, "Pack the app's folder again.", name)
        seen.add(whole)
        folders |= above


def too_large(message: str, file: str = "") -> ImportRefused:
    """It is more than may be read."""
    return _refused(TOO_LARGE, message, "Leave large files out of the app's folder.", file)


def _is_plain(part: str) -> bool:
    return (
        part not in {"", ".", ".."}
        and len(part) <= _LONGEST_PART
        and part.isprintable()
        and not any(char in part for char in "\\:\0")
        and part == part.strip(" ")
        and not part.endswith(".")
    )


def _check_directory(raw: bytes, limits: ImportLimits) -> None:
    """The list of files is bounded before it is read: it costs memory for each."""
    at = len(raw) - _END_SIZE
    if not (raw[at : at + 4] == _END and raw[-2:] == b"\0\0"):
        at = raw.rfind(_END, max(0, len(raw) - _END_SIZE - _LONGEST_COMMENT))
    if at < 0:
        raise _not_a_zip()
    count = int.from_bytes(raw[at + 10 : at + 12], "little")
    size = int.from_bytes(raw[at + 12 : at + 16], "little")
    if count > limits.files or size > limits.files * _ENTRY or size < count * _LEAST_ENTRY:
        message = f"The archive has more than {limits.files:,} files."
        raise _refused(TOO_MANY, message, "Pack only the app's folder.")


def _entries(archive: zipfile.ZipFile, limits: ImportLimits) -> dict[str, zipfile.ZipInfo]:
    found = []
    for info in archive.infolist():
        name = info.orig_filename
        if "__MACOSX" in name.split("/"):
            continue
        if stat.S_IFMT(info.external_attr >> 16) not in _KINDS:
            message = "The archive holds a link, or something else that is no file."
            raise _refused(LINK, message, "Put the files themselves into it.", name)
        if info.flag_bits & 1 or info.compress_type not in _METHODS:
            message = "The archive is encrypted, or packed in a way that is not usual."
            raise _refused(LOCKED, message, "Pack it without a password.", name)
        if not name.endswith("/"):
            found.append((name, info))
    if len(found) > limits.files:
        message = f"The archive has more than {limits.files:,} files."
        raise _refused(TOO_MANY, message, "Pack only the app's folder.")
    check_names(name for name, _ in found)
    tops = {name.partition("/")[0] for name, _ in found}
    inside = len(tops) == 1 and all("/" in name for name, _ in found)
    return {name.partition("/")[2] if inside else name: info for name, info in found}


def _unpack(
    archive: zipfile.ZipFile, chosen: Mapping[str, zipfile.ZipInfo], limits: ImportLimits
) -> dict[str, bytes]:
    """Counts what really comes out: what the archive says of its sizes may be a lie."""
    left = limits.total
    files = {}
    for name, info in chosen.items():
        parts = []
        size = 0
        with archive.open(info) as opened:
            while chunk := opened.read(_CHUNK):
                size += len(chunk)
                if size > limits.file:
                    raise too_large(f"A file has more than {limits.file:,} bytes.", name)
                if size > left:
                    raise too_large(f"The files have more than {limits.total:,} bytes.", name)
                parts.append(chunk)
        left -= size
        files[name] = b"".join(parts)
    return files


def _not_a_zip() -> ImportRefused:
    message = "This is no zip archive, or it is damaged."
    return _refused(NOT_A_ZIP, message, "Export the app again, or zip its folder.")


def _refused(code: str, message: str, remedy: str, file: str = "") -> ImportRefused:
    return ImportRefused(code, message, remedy=remedy, where=Where(file=file[:200]))
