"""Zips of app folders: what is read of them, and that the same files make the same bytes."""

import io
import zipfile

import pytest

from flowlike.apps.archives import ImportLimits, check_names, read_archive, write_archive
from flowlike.errors import ImportRefused

LIMITS = ImportLimits(archive=100_000, total=20_000, file=10_000, files=20)
FILES = {"app.json": b"{}", "boards/a.board.json": b"board", "notes.txt": b"x"}


def every(_: str) -> bool:
    return True


def refused(raw: bytes, limits: ImportLimits = LIMITS) -> str:
    with pytest.raises(ImportRefused) as caught:
        read_archive(raw, every, limits)
    assert caught.value.remedy
    return caught.value.code


def test_what_was_written_is_read() -> None:
    raw = write_archive(FILES)
    assert read_archive(raw, every, LIMITS) == FILES
    assert write_archive(dict(reversed(FILES.items()))) == raw
    assert read_archive(raw, lambda name: name == "app.json", LIMITS) == {"app.json": b"{}"}


def test_a_folder_packed_as_a_whole_is_the_folder() -> None:
    raw = write_archive({f"shop/{name}": text for name, text in FILES.items()})
    assert read_archive(raw, every, LIMITS) == FILES
    mac = write_archive(
        {f"shop/{name}": text for name, text in FILES.items()} | {"__MACOSX/x": b""}
    )
    assert read_archive(mac, every, LIMITS) == FILES
    two = write_archive({"a/app.json": b"", "b/app.json": b""})
    assert read_archive(two, every, LIMITS).keys() == {"a/app.json", "b/app.json"}


def test_folders_of_their_own_are_passed_over() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.mkdir("boards")
        archive.writestr("app.json", "{}")
    assert read_archive(packed.getvalue(), every, LIMITS) == {"app.json": b"{}"}


@pytest.mark.parametrize("raw", [b"", b"PK", b"x" * 100, b"{}", write_archive(FILES)[:-30]])
def test_what_is_no_zip(raw: bytes) -> None:
    assert refused(raw) == "import.not-a-zip"


def test_a_damaged_zip() -> None:
    raw = bytearray(write_archive({"app.json": bytes(range(256)) * 10}))
    raw[60] ^= 0xFF
    assert refused(bytes(raw)) == "import.not-a-zip"


def test_every_byte_may_be_wrong() -> None:
    raw = write_archive(FILES)
    for at in range(len(raw)):
        wrong = bytearray(raw)
        wrong[at] ^= 0x55
        try:
            found = read_archive(bytes(wrong), every, LIMITS)
        except ImportRefused:
            continue
        assert sum(map(len, found.values())) <= LIMITS.total


def test_limits_are_of_the_archive_the_whole_each_file_and_their_number() -> None:
    assert refused(b"x" * 100_001) == "import.too-large"
    assert refused(write_archive({"a": b"x" * 10_001})) == "import.too-large"
    three = dict.fromkeys("abc", b"x" * 9000)
    assert refused(write_archive(three)) == "import.too-large"
    assert read_archive(write_archive({"a": b"x" * 10_000}), every, LIMITS)
    many = {str(number): b"" for number in range(21)}
    assert refused(write_archive(many)) == "import.too-many-files"
    del many["0"]
    assert len(read_archive(write_archive(many), every, LIMITS)) == 20


def test_a_comment_does_not_hide_the_directory() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("app.json", "{}")
        archive.comment = b"made by hand"
    assert read_archive(packed.getvalue(), every, LIMITS) == {"app.json": b"{}"}


@pytest.mark.parametrize(
    "name",
    [
        "../x",
        "a/../../x",
        "/etc/passwd",
        "a//b",
        "./a",
        "C:/x",
        "a\\b",
        "a\0b",
        "a\nb",
        "a\u202eb",
        "a ",
        " a",
        "a.",
        "x" * 256,
        "a/" * 600 + "b",
        "",
    ],
)
def test_names_that_lead_elsewhere(name: str) -> None:
    with pytest.raises(ImportRefused) as caught:
        check_names([name])
    assert caught.value.code == "import.bad-name"


@pytest.mark.parametrize(
    "names",
    [
        ("a", "a"),
        ("a", "A"),
        ("boards/ä", "boards/a\u0308"),
        ("a", "a/b"),
        ("a/b", "A"),
        ("ﬁ", "fi"),
    ],
)
def test_names_that_some_systems_take_for_the_same(names: tuple[str, ...]) -> None:
    with pytest.raises(ImportRefused) as caught:
        check_names(names)
    assert caught.value.code == "import.duplicate"


def test_usual_names() -> None:
    check_names(["app.json", "boards/größe.board.json", "boards/b.board.json", "events/a-b_c.json"])
