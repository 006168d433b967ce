"""HOST:PORT, and which hosts are this machine itself."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flowlike.errors import UsageError
from flowlike.settings import Address, parse_address


@pytest.mark.parametrize(
    ("text", "host", "port", "loopback"),
    [
        ("127.0.0.1:8787", "127.0.0.1", 8787, True),
        ("127.9.9.9:1", "127.9.9.9", 1, True),
        ("localhost:0", "localhost", 0, True),
        ("[::1]:65535", "::1", 65535, True),
        (" 0.0.0.0:80 ", "0.0.0.0", 80, False),
        ("[::]:80", "::", 80, False),
        ("host.example:443", "host.example", 443, False),
        ("localhost.example:443", "localhost.example", 443, False),
        ("10.0.0.1:443", "10.0.0.1", 443, False),
    ],
)
def test_addresses_are_read(text: str, host: str, port: int, loopback: bool) -> None:
    address = parse_address(text, "server.bind")
    assert address == Address(host, port)
    assert address.is_loopback is loopback
    assert str(address) == text.strip()


@pytest.mark.parametrize(
    "text",
    ["", ":", "x", "x:", ":80", "x:y", "x:65536", "x:-1", "x:٣", "::1:80", "[x]:80", "[]:80"],
)
def test_others_are_refused_with_an_example(text: str) -> None:
    with pytest.raises(UsageError) as raised:
        parse_address(text, "server.bind")
    assert raised.value.code == "settings.address"
    assert "server.bind" in raised.value.message
    assert "127.0.0.1:8787" in raised.value.remedy


@given(st.text(max_size=20))
def test_any_text_is_an_address_or_refused(text: str) -> None:
    try:
        address = parse_address(text, "k")
    except UsageError:
        return
    assert parse_address(str(address), "k") == address
