"""Digests and signatures of the standard library, by a fixed list of algorithms; ids."""

import hashlib
import hmac
from typing import Annotated, Any, Literal

from flowlike.builtin.text import json_of
from flowlike.nodes import Example, NodeFailure, Pin, Random, node, pure

_CATEGORY = "Utils/Hash"
_ALGORITHMS = {
    "SHA-256": "sha256",
    "SHA-384": "sha384",
    "SHA-512": "sha512",
    "SHA3-256": "sha3_256",
    "SHA3-512": "sha3_512",
    "BLAKE2b": "blake2b",
    "BLAKE2s": "blake2s",
}
_LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"
_ID_LENGTH = 24

Algorithm = Annotated[
    Literal["SHA-256", "SHA-384", "SHA-512", "SHA3-256", "SHA3-512", "BLAKE2b", "BLAKE2s"],
    Pin(label="Algorithm"),
]
Data = Annotated[Any, Pin(label="Data")]
Hex = Annotated[str, Pin("hex", label="Hex", description="In small hexadecimal digits.")]


def _bytes_of(data: Any) -> bytes:
    """Bytes as they are, text as UTF-8, else JSON with sorted names, so that equal means equal."""
    if isinstance(data, bytes):
        return data
    if isinstance(data, str):
        return data.encode()
    return json_of(data, ordered=True)


def _known(algorithm: str) -> str:
    name = _ALGORITHMS.get(algorithm)
    if name is None:
        raise NodeFailure(
            "hash.unknown-algorithm",
            f"There is no algorithm {algorithm!r}.",
            remedy=f"Choose one of {', '.join(_ALGORITHMS)}.",
            pin="algorithm",
        )
    return name


@pure(
    name="hash_digest",
    title="Hash",
    category=_CATEGORY,
    keywords=("sha", "checksum", "digest"),
    deterministic=True,
)
def digest(data: Data, algorithm: Algorithm = "SHA-256") -> Hex:
    """A digest of text, bytes or any value.

    Text counts as UTF-8; other values count as JSON without spaces, with the names sorted. Not for
    passwords: a digest of one is soon guessed.
    """
    return hashlib.new(_known(algorithm), _bytes_of(data)).hexdigest()


@pure(
    name="hmac_sign",
    title="HMAC",
    category=_CATEGORY,
    keywords=("sign", "signature", "webhook"),
    deterministic=True,
)
def sign(
    data: Data,
    key: Annotated[str, Pin(label="Key", sensitive=True)],
    algorithm: Algorithm = "SHA-256",
) -> Hex:
    """A signature that only those who know the key can make or check. Source: RFC 2104.

    Data is read as in Hash, and the key as UTF-8.
    """
    if not key:
        raise NodeFailure(
            "hash.empty-key",
            "The key is empty, so anyone could make the signature.",
            remedy="Give the secret shared with the other side.",
            pin="key",
        )
    return hmac.new(key.encode(), _bytes_of(data), _known(algorithm)).hexdigest()


@node(name="cuid", title="Unique Id", category="Utils", keywords=("uuid", "cuid"))
def cuid(random: Random) -> Annotated[str, Pin("cuid", label="Cuid")]:
    """A new id of 24 small letters and digits, a letter first.

    Ids do not repeat in practice, but they may be guessed: they are no secrets.
    """
    last = len(_LETTERS) - 1
    rest = (_LETTERS[random.integer(0, last)] for _ in range(_ID_LENGTH - 1))
    return _LETTERS[random.integer(0, 25)] + "".join(rest)


EXAMPLES = (
    Example(
        "hash_digest",
        {"data": "abc"},
        {"hex": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
    ),
    Example("hash_digest", {"data": "abc", "algorithm": "MD5"}, fails="hash.unknown-algorithm"),
    Example(
        "hmac_sign",
        {"data": "what do ya want for nothing?", "key": "Jefe"},
        {"hex": "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
    ),
    Example("cuid", fired=("exec_out",)),
)
