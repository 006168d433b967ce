"""From settings to the options of rooms."""

import pytest

from flowlike.board.model import TraceLevel
from flowlike.errors import UsageError
from flowlike.server import configured
from flowlike.server.early import pool_options
from flowlike.server.options import LOOPBACK_NAMES
from flowlike.settings import (
    Address,
    Execution,
    Limits,
    Nodes,
    Runs,
    Server,
    Sessions,
    Settings,
)

LOCAL = Address("127.0.0.1", 8787)
OPEN = Address("0.0.0.0", 443)
PROXIED = Server(
    tls="behind-proxy",
    trusted_proxies=("10.0.0.0/8", "fd00::/8"),
    public_url="https://flowlike.example/",
)


def test_a_local_server_knows_loopback_names_and_no_limits_of_rate() -> None:
    options = configured.server_options(Settings(), LOCAL)
    assert options.hosts == LOOPBACK_NAMES
    assert not options.secure
    assert options.origins == frozenset()
    assert (options.rates.api.count, options.rates.starts.count) == (0, 0)
    assert options.rates.public_event.count == 0
    assert options.rates.login.count == Limits().logins_per_minute


def test_an_open_server_has_limits_and_more_names() -> None:
    server = Server(bind=str(OPEN), tls="auto", allowed_hosts=("Shop.example", "10.0.0.7"))
    settings = Settings(
        server=server, limits=Limits(body_mb=3, streams=7, event_calls_per_minute=9)
    )
    options = configured.server_options(settings, OPEN)
    assert {"shop.example", "10.0.0.7"} <= options.hosts
    assert options.secure
    assert options.rates.api.count == 600
    assert options.rates.public_event.count == 9
    assert options.sizes.json == 3 * 1024 * 1024
    assert options.streams.per_principal == 7


def test_behind_a_proxy_nobody_is_local() -> None:
    settings = Settings(server=PROXIED)
    options = configured.server_options(settings, LOCAL)
    assert not configured.is_local(settings, LOCAL)
    assert options.origins == {"https://flowlike.example"}
    assert "flowlike.example" in options.hosts
    assert options.rates.api.count == 600
    assert [str(each) for each in configured.proxies(settings)] == ["10.0.0.0/8", "fd00::/8"]


def test_proxies_are_believed_only_where_one_is_said_to_be() -> None:
    server = Server(trusted_proxies=("10.0.0.0/8",))
    assert configured.proxies(Settings(server=server)) == ()


def test_what_is_no_network_is_named() -> None:
    server = Server(tls="behind-proxy", trusted_proxies=("10.0.0.1/8",))
    with pytest.raises(UsageError, match="trusted_proxies"):
        configured.proxies(Settings(server=server))


@pytest.mark.parametrize(
    ("server", "address", "expected"),
    [
        (Server(), LOCAL, "http://127.0.0.1:8787"),
        (Server(tls="auto"), Address("::1", 1), "https://[::1]:1"),
        (Server(tls="a,b"), OPEN, "https://127.0.0.1:443"),
        (Server(tls="behind-proxy"), LOCAL, "http://127.0.0.1:8787"),
        (PROXIED, LOCAL, "https://flowlike.example"),
    ],
)
def test_the_address_people_type(server: Server, address: Address, expected: str) -> None:
    assert configured.public_address(Settings(server=server), address) == expected


@pytest.mark.parametrize(
    "url", ["flowlike.example", "ftp://x", "https://", "https://x/path", "https:///x"]
)
def test_what_is_no_site_is_named(url: str) -> None:
    with pytest.raises(UsageError) as raised:
        configured.usual_address(Settings(server=Server(public_url=url)))
    assert raised.value.code == "settings.public-url"


def test_ipv6_stands_in_brackets() -> None:
    settings = Settings(server=Server(bind="[::1]:1", allowed_hosts=("[fe80::1]",)))
    address = Address("::1", 1)
    assert configured.names(settings, address) == ("::1", "fe80::1")
    assert "[fe80::1]" in configured.server_options(settings, address).hosts


def test_executors_and_runs() -> None:
    settings = Settings(
        execution=Execution(executors=3, memory_mb=100, queue=7, max_steps=9, max_seconds=2.5),
        nodes=Nodes(native_packages=("a",)),
        runs=Runs(trace="data", keep_days=1, keep_mb=2),
    )
    options = pool_options(settings)
    assert (options.executors, options.waiting, options.packages) == (3, 7, ("a",))
    assert options.memory_bytes == 100 * 1024 * 1024
    defaults = configured.run_defaults(settings)
    assert defaults.level is TraceLevel.DATA
    assert (defaults.limits.steps, defaults.limits.seconds) == (9, 2.5)
    kept = configured.archive_options(settings).retention
    assert (kept.days, kept.app_bytes) == (1, 2 * 1024 * 1024)


def test_sessions() -> None:
    from flowlike.server.installation import identity_options

    options = identity_options(Sessions(idle_hours=1, absolute_days=2, most=3, link_minutes=0.5))
    assert options.sessions.idle_us == 3_600_000_000
    assert options.sessions.life_us == 2 * 86_400_000_000
    assert options.sessions.most == 3
    assert options.links.life_us == 30_000_000
