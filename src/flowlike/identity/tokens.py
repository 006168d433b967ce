"""Secrets that are shown once and stored as hashes; values signed with the key of the install."""

import base64
import hashlib
import hmac
import os
import re
import secrets
from pathlib import Path

import msgspec

KEY_BYTES = 32
_LOOKUP = 32  # hexadecimal digits, 128 bits
_BODY = re.compile(r"[A-Za-z0-9_-]{43}")


class Stored(msgspec.Struct, frozen=True):
    """What is kept of a token.

    ``lookup`` is a public id to find the row by; ``digest``, the SHA-256 in hexadecimal, is then
    compared in constant time.
    """

    lookup: str
    digest: str


def mint(prefix: str = "") -> str:
    """A token of 256 random bits: the prefix and 43 letters, digits, ``-`` and ``_``."""
    return prefix + secrets.token_urlsafe(32)


def stored(token: str, prefix: str = "") -> Stored | None:
    """What is kept of ``token``; None if it is malformed, so that no query is made for it."""
    if not token.startswith(prefix) or not _BODY.fullmatch(token[len(prefix) :]):
        return None
    digest = hashlib.sha256(token.encode()).hexdigest()
    return Stored(digest[:_LOOKUP], digest)


def equal(given: str, kept: str) -> bool:
    """Whether two secrets are equal, in a time that says nothing about where they differ."""
    return hmac.compare_digest(given.encode(), kept.encode())


def seal(key: bytes, purpose: str, value: str) -> str:
    """HMAC-SHA256 of a value for one purpose, as 43 characters of base64url. Source: RFC 2104."""
    mac = hmac.new(key, f"{purpose}\0{value}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(mac).rstrip(b"=").decode()


def install_key(file: Path) -> bytes:
    """The key of this installation, made at the first call; only its owner may read the file.

    Raises:
        OSError: the file cannot be made or read.
        ValueError: it does not hold a key. It is never replaced.
    """
    try:
        descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    except FileExistsError:
        key = file.read_bytes()
    else:
        key = secrets.token_bytes(KEY_BYTES)
        with os.fdopen(descriptor, "wb") as opened:
            opened.write(key)
            opened.flush()
            os.fsync(opened.fileno())
    if len(key) != KEY_BYTES:
        raise ValueError(f"{file.name} does not hold a key of {KEY_BYTES} bytes.")
    return key
