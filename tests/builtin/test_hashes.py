import hashlib
import hmac
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowlike.builtin import hashes
from flowlike.nodes import NodeFailure, NodeType
from flowlike.testing import SeededRandom, World, run_node


def call(node: NodeType, *given: Any, **named: Any) -> Any:
    assert node.function is not None
    return node.function(*given, **named)


@given(st.binary())
def test_sha_256_of_bytes(data: bytes) -> None:
    assert call(hashes.digest, data) == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize(
    ("algorithm", "begins"),
    [
        ("SHA-256", "ba7816bf"),
        ("SHA-384", "cb00753f"),
        ("SHA-512", "ddaf35a1"),
        ("SHA3-256", "3a985da7"),
        ("SHA3-512", "b751850b"),
        ("BLAKE2b", "ba80a53f"),
        ("BLAKE2s", "508c5e8c"),
    ],
)
def test_published_digests_of_abc(algorithm: str, begins: str) -> None:
    assert call(hashes.digest, "abc", algorithm=algorithm).startswith(begins)


def test_every_choice_works() -> None:
    (_, pin) = hashes.digest.definition.inputs
    assert pin.default == "SHA-256"
    for algorithm in pin.choices:
        assert run_node(hashes.digest, data="", algorithm=algorithm).outputs["hex"]
        assert run_node(hashes.sign, data="", key="k", algorithm=algorithm).outputs["hex"]


def test_equal_structs_have_equal_digests() -> None:
    assert call(hashes.digest, {"a": 1, "b": [True]}) == call(hashes.digest, {"b": [True], "a": 1})
    assert call(hashes.digest, {"a": 1}) == hashlib.sha256(b'{"a":1}').hexdigest()
    assert call(hashes.digest, "é") == call(hashes.digest, "é".encode())


@given(st.text(), st.text(min_size=1))
def test_signatures(data: str, key: str) -> None:
    wanted = hmac.digest(key.encode(), data.encode(), "sha512").hex()
    assert call(hashes.sign, data, key, algorithm="SHA-512") == wanted


@pytest.mark.parametrize("algorithm", ["", "MD5", "sha1", "sha256", "shake_128"])
def test_unknown_algorithms(algorithm: str) -> None:
    for values in (("x",), ("x", "key")):
        node = hashes.digest if len(values) == 1 else hashes.sign
        with pytest.raises(NodeFailure) as caught:
            call(node, *values, algorithm=algorithm)
        assert (caught.value.code, caught.value.where.pin) == (
            "hash.unknown-algorithm",
            "algorithm",
        )


def test_a_key_is_needed_and_secret() -> None:
    with pytest.raises(NodeFailure) as caught:
        run_node(hashes.sign, data="x", key="")
    assert (caught.value.code, caught.value.where.pin) == ("hash.empty-key", "key")
    key = hashes.sign.definition.inputs[1]
    assert key.sensitive
    assert not hashes.sign.definition.declassifies


def test_ids() -> None:
    world = World(SeededRandom(3))
    ids = [run_node(hashes.cuid, world=world).outputs["cuid"] for _ in range(200)]
    assert len(set(ids)) == 200
    assert all(re.fullmatch("[a-z][a-z0-9]{23}", each) for each in ids)
    assert len({each[0] for each in ids}) > 15
    assert not hashes.cuid.definition.pure
    assert hashes.cuid.definition.permissions == ("random",)
