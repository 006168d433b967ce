"""From settings to the options of each room. Rooms know nothing of settings."""

import ipaddress
from urllib.parse import urlsplit

import msgspec

from flowlike.board.model import TraceLevel
from flowlike.engine.run import Limits
from flowlike.errors import UsageError
from flowlike.runs.archive import ArchiveOptions
from flowlike.runs.retention import RetentionOptions
from flowlike.server.facts import Networks
from flowlike.server.listening import BEHIND_PROXY, machine_names
from flowlike.server.options import LOOPBACK_NAMES, Rate, Rates, ServerOptions, Sizes, Streams
from flowlike.server.services import RunDefaults
from flowlike.settings import Address, Settings, parse_address

_MIB = 1024 * 1024
_NO_LIMIT = Rate(0)


def server_options(settings: Settings, address: Address) -> ServerOptions:
    """The HTTP application of a server that listens at ``address``.

    Raises:
        UsageError: ``settings.public-url``.
    """
    public = public_address(settings, address)
    return ServerOptions(
        hosts=LOOPBACK_NAMES | {bracketed(name) for name in names(settings, address)},
        secure=bool(settings.server.tls),
        origins=frozenset({public}) if settings.server.public_url else frozenset(),
        event_origins=frozenset(settings.server.event_origins),
        rates=_rates(settings, is_local=is_local(settings, address)),
        sizes=Sizes(json=settings.limits.body_mb * _MIB),
        streams=Streams(per_principal=settings.limits.streams),
    )


def is_local(settings: Settings, address: Address) -> bool:
    """Whether only this machine's owner can come: loopback and no proxy."""
    return address.is_loopback and settings.server.tls != BEHIND_PROXY


def names(settings: Settings, address: Address) -> tuple[str, ...]:
    """Host names and addresses that the server goes by, for requests and its own certificate."""
    public = urlsplit(settings.server.public_url).hostname if settings.server.public_url else None
    own = machine_names() if _is_everywhere(address.host) else (address.host,)
    found = (*own, *settings.server.allowed_hosts, *((public,) if public else ()))
    return tuple(dict.fromkeys(name.strip("[]").lower() for name in found))


def bracketed(name: str) -> str:
    """A host as it stands in a request."""
    return f"[{name}]" if ":" in name else name


def public_address(settings: Settings, address: Address) -> str:
    """What people type to come here, without a slash at the end.

    Raises:
        UsageError: ``settings.public-url``.
    """
    if settings.server.public_url:
        return _origin(settings.server.public_url)
    scheme = "https" if settings.server.tls not in {"", BEHIND_PROXY} else "http"
    host = "127.0.0.1" if _is_everywhere(address.host) else address.host
    return f"{scheme}://{Address(host, address.port)}"


def usual_address(settings: Settings) -> str:
    """The same for a server that does not run."""
    return public_address(settings, parse_address(settings.server.bind, "server.bind"))


def run_defaults(settings: Settings) -> RunDefaults:
    """What runs record and may use."""
    execution = settings.execution
    limits = Limits(steps=execution.max_steps, seconds=execution.max_seconds)
    return RunDefaults(level=TraceLevel(settings.runs.trace), limits=limits)


def archive_options(settings: Settings) -> ArchiveOptions:
    """Runs that are kept."""
    runs = settings.runs
    return ArchiveOptions(
        retention=RetentionOptions(
            days=runs.keep_days, failed_days=runs.keep_failed_days, app_bytes=runs.keep_mb * _MIB
        )
    )


def proxies(settings: Settings) -> Networks:
    """Networks whose forwarding headers are believed. Raises UsageError ``settings.network``."""
    if settings.server.tls != BEHIND_PROXY:
        return ()
    try:
        return tuple(ipaddress.ip_network(each) for each in settings.server.trusted_proxies)
    except ValueError as error:
        raise UsageError(
            "settings.network",
            f"The setting server.trusted_proxies holds what is no network: {error}.",
            remedy="Write networks as 10.0.0.0/8 or fd00::/8.",
        ) from error


def _rates(settings: Settings, *, is_local: bool) -> Rates:
    limits = settings.limits
    rates = Rates(
        login=Rate(limits.logins_per_minute),
        api=Rate(limits.requests_per_minute),
        starts=Rate(limits.runs_per_minute),
        public_event=Rate(limits.event_calls_per_minute),
    )
    if not is_local:
        return rates
    return msgspec.structs.replace(rates, api=_NO_LIMIT, starts=_NO_LIMIT, public_event=_NO_LIMIT)


def _is_everywhere(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_unspecified
    except ValueError:
        return False


def _origin(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/"):
        raise UsageError(
            "settings.public-url",
            f"The setting server.public_url is no address of a site: {url!r}.",
            remedy="Write it as https://flowlike.example, without a path.",
        )
    return f"{parts.scheme}://{parts.netloc}"
