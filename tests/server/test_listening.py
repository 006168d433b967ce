"""Where the server listens, and what is refused before anything is opened."""

import socket  # noqa: TID251 - connects to what is tested

import pytest

from flowlike.errors import FlowlikeError, UnsafeError, UsageError
from flowlike.server.listening import bound, check_exposure, listen
from flowlike.settings import Address, Server


@pytest.mark.parametrize(
    "server",
    [
        Server(),
        Server(bind="localhost:0"),
        Server(bind="[::1]:80"),
        Server(bind="0.0.0.0:80", tls="auto"),
        Server(bind="0.0.0.0:80", tls="a.pem,a.key"),
        Server(bind="0.0.0.0:80", tls="behind-proxy", trusted_proxies=("10.0.0.0/8",)),
    ],
)
def test_safe_ones_are_taken(server: Server) -> None:
    assert str(check_exposure(server)) == server.bind


@pytest.mark.parametrize(
    ("server", "code"),
    [
        (Server(bind="0.0.0.0:80"), "serve.no-certificate"),
        (Server(bind="[::]:80"), "serve.no-certificate"),
        (Server(bind="host.example:80"), "serve.no-certificate"),
        (Server(bind="0.0.0.0:80", tls="behind-proxy"), "serve.no-proxy"),
        (Server(tls="behind-proxy"), "serve.no-proxy"),
    ],
)
def test_open_ones_are_refused_with_the_remedy(server: Server, code: str) -> None:
    with pytest.raises(UnsafeError) as raised:
        check_exposure(server)
    assert raised.value.code == code
    assert raised.value.remedy


def test_nonsense_is_a_usage_error() -> None:
    with pytest.raises(UsageError):
        check_exposure(Server(bind="here"))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_it_listens(host: str) -> None:
    with listen(Address(host, 0)) as listening:
        address = bound(listening.fileno())
        assert address.host == "127.0.0.1"
        with socket.create_connection(address, timeout=10):
            pass
        assert bound(listening.fileno()) == address  # the look did not close it


def test_a_taken_port_is_told() -> None:
    with listen(Address("127.0.0.1", 0)) as first:
        address = bound(first.fileno())
        with pytest.raises(FlowlikeError) as raised:
            listen(address)
    assert raised.value.code == "serve.port-taken"
    assert str(address) in raised.value.message
    assert "--bind 127.0.0.1:0" in raised.value.remedy


def test_it_can_listen_again_at_once() -> None:
    with listen(Address("127.0.0.1", 0)) as first:
        address = bound(first.fileno())
        with socket.create_connection(address, timeout=10) as client, first.accept()[0]:
            client.shutdown(socket.SHUT_RDWR)
    with listen(address):
        pass


@pytest.mark.parametrize(
    ("address", "code"),
    [
        (Address("192.0.2.1", 1), "serve.no-address"),
        (Address("nothing.invalid", 1), "serve.cannot-listen"),
    ],
)
def test_addresses_of_others(address: Address, code: str) -> None:
    with pytest.raises(FlowlikeError) as raised:
        listen(address)
    assert raised.value.code == code
