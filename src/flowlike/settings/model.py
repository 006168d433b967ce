"""Every setting: its type, its default, its bounds and what it is for.

A setting ``group.name`` is the key ``name`` of the table ``[group]`` in ``flowlike.toml`` and the
environment variable ``FLOWLIKE_GROUP_NAME``. The groups ``server`` and ``nodes`` are left out of
the variable: ``FLOWLIKE_BIND``. Units stand at the end of a name.
"""

from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta


class Group(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A table of ``flowlike.toml``."""


class Data(Group, frozen=True):
    """Where things are kept."""

    dir: Annotated[
        str, Meta(description="the folder for database and traces; empty: the user's data folder")
    ] = ""


class Database(Group, frozen=True):
    """The main database."""

    url: Annotated[str, Meta(description="`postgresql://…`; empty: SQLite in the data folder")] = ""


class Server(Group, frozen=True):
    """Who reaches the server, and how."""

    bind: Annotated[str, Meta(description="`HOST:PORT` to listen at; port 0 takes a free one")] = (
        "127.0.0.1:8787"
    )
    tls: Annotated[
        str,
        Meta(
            description="`auto` (a certificate authority of its own), `CERT,KEY` (files),"
            " `behind-proxy`, or empty: plain HTTP, on loopback only"
        ),
    ] = ""
    public_url: Annotated[
        str, Meta(description="the address people use, if a proxy stands in front")
    ] = ""
    allowed_hosts: Annotated[
        tuple[str, ...],
        Meta(description="names the server answers to, beside those of its own address"),
    ] = ()
    event_origins: Annotated[
        tuple[str, ...],
        Meta(description="origins, as `https://shop.example`, whose pages may call public events"),
    ] = ()
    trusted_proxies: Annotated[
        tuple[str, ...],
        Meta(description="networks, as `10.0.0.0/8`, whose forwarding headers are believed"),
    ] = ()
    drain_seconds: Annotated[
        float, Meta(ge=0, le=3600, description="how long a stop waits for runs to end")
    ] = 10.0


class Nodes(Group, frozen=True):
    """Nodes beside the built-in ones."""

    native_packages: Annotated[
        tuple[str, ...],
        Meta(description="Python distributions whose nodes are loaded, with all your rights"),
    ] = ()


class Execution(Group, frozen=True):
    """Where runs happen, and their limits."""

    executors: Annotated[
        int, Meta(ge=0, le=256, description="executor processes; 0: one a core")
    ] = 0
    spares: Annotated[
        int, Meta(ge=-1, le=1024, description="more while all are busy; -1: four a core")
    ] = -1
    memory_mb: Annotated[
        int, Meta(ge=64, le=1_048_576, description="memory of one executor, in MiB")
    ] = 1024
    queue: Annotated[
        int, Meta(ge=1, le=1_000_000, description="runs that may wait before callers are refused")
    ] = 1000
    max_steps: Annotated[
        int, Meta(ge=1, le=10**12, description="steps of a run, where nothing smaller is set")
    ] = 1_000_000
    max_seconds: Annotated[
        float, Meta(gt=0, le=604_800, description="time of a run, where nothing smaller is set")
    ] = 300.0
    grace_seconds: Annotated[
        float,
        Meta(gt=0, le=600, description="from the wish that a run ends to killing its executor"),
    ] = 2.0
    lease_seconds: Annotated[
        float,
        Meta(gt=0, le=3600, description="an executor that is silent for so long counts as lost"),
    ] = 10.0
    cache_mb: Annotated[
        int, Meta(ge=0, le=1_048_576, description="compiled boards kept on disk, in MiB")
    ] = 512


class Runs(Group, frozen=True):
    """What is kept of runs."""

    trace: Annotated[
        Literal["off", "errors", "steps", "data"],
        Meta(description="recorded of runs where app, board and event say nothing"),
    ] = "steps"
    keep_days: Annotated[float, Meta(gt=0, le=36_500, description="how long a run is kept")] = 30.0
    keep_failed_days: Annotated[
        float, Meta(gt=0, le=36_500, description="the same for a run that failed")
    ] = 90.0
    keep_mb: Annotated[
        int, Meta(ge=1, le=1_073_741_824, description="traces kept of one app, in MiB")
    ] = 4096


class Limits(Group, frozen=True):
    """What one caller may ask for."""

    body_mb: Annotated[
        int, Meta(ge=1, le=1024, description="body of a request, in MiB; boards may have 16")
    ] = 1
    requests_per_minute: Annotated[
        int, Meta(ge=1, le=10**9, description="requests of one caller; not in local use")
    ] = 600
    runs_per_minute: Annotated[
        int, Meta(ge=1, le=10**9, description="runs started in one app; not in local use")
    ] = 120
    event_calls_per_minute: Annotated[
        int, Meta(ge=1, le=10**9, description="calls of one public HTTP event; not in local use")
    ] = 60
    logins_per_minute: Annotated[
        int, Meta(ge=1, le=10**6, description="attempts to sign in, of one address")
    ] = 10
    streams: Annotated[int, Meta(ge=1, le=10_000, description="open streams of one caller")] = 20


class Sessions(Group, frozen=True):
    """How long people stay signed in."""

    idle_hours: Annotated[
        float, Meta(gt=0, le=8760, description="a session ends after so long without a request")
    ] = 12.0
    absolute_days: Annotated[
        float, Meta(gt=0, le=365, description="a session ends after so long in any case")
    ] = 7.0
    most: Annotated[int, Meta(ge=1, le=1000, description="sessions of one person")] = 10
    link_minutes: Annotated[
        float, Meta(gt=0, le=1440, description="how long a login link can be used")
    ] = 10.0


class Log(Group, frozen=True):
    """What the server says on stderr."""

    level: Annotated[
        Literal["debug", "info", "warning", "error"], Meta(description="the least that is said")
    ] = "info"
    format: Annotated[
        Literal["auto", "json", "pretty"], Meta(description="`auto`: JSON unless on a terminal")
    ] = "auto"


class Metrics(Group, frozen=True):
    """Figures for Prometheus."""

    bind: Annotated[
        str, Meta(description="`HOST:PORT` on loopback that answers `/metrics`; empty: off")
    ] = ""


class Otel(Group, frozen=True):
    """Runs as OpenTelemetry spans; needs the extra `otel`."""

    endpoint: Annotated[
        str, Meta(description="OTLP over HTTP, as `https://host:4318`; empty: off")
    ] = ""
    headers_file: Annotated[
        str, Meta(description="a file with one `Name: value` a line, sent with each export")
    ] = ""
    service: Annotated[str, Meta(description="the name of this service in spans")] = "flowlike"


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """All of them. ``load`` makes one; tests may call it with the groups they care about."""

    data: Data = Data()
    database: Database = Database()
    server: Server = Server()
    nodes: Nodes = Nodes()
    execution: Execution = Execution()
    runs: Runs = Runs()
    limits: Limits = Limits()
    sessions: Sessions = Sessions()
    log: Log = Log()
    metrics: Metrics = Metrics()
    otel: Otel = Otel()


PREFIX = "FLOWLIKE_"
_UNNAMED = frozenset({"server", "nodes"})
HARMLESS = frozenset({"log.level", "log.format", "runs.trace"})
"""The only keys a project's folder may name; they are not read there either."""


class Setting(msgspec.Struct, frozen=True):
    """One setting, for those who read or list them. ``key``: ``group.name``."""

    key: str
    variable: str
    type: Any
    default: Any
    description: str


def every() -> tuple[Setting, ...]:
    """All settings, in the order of the file."""
    return tuple(
        _setting(group.name, field)
        for group in msgspec.structs.fields(Settings)
        for field in msgspec.structs.fields(group.type)
    )


def groups() -> dict[str, str]:
    """The groups and what they are for."""
    return {
        group.name: str(group.type.__doc__).removesuffix(".")
        for group in msgspec.structs.fields(Settings)
    }


def _setting(group: str, field: msgspec.structs.FieldInfo) -> Setting:
    metas = getattr(field.type, "__metadata__", ())
    description = next((meta.description for meta in metas if meta.description), "")
    owner = "" if group in _UNNAMED else f"{group}_"
    return Setting(
        key=f"{group}.{field.name}",
        variable=f"{PREFIX}{owner}{field.name}".upper(),
        type=field.type,
        default=field.default,
        description=description,
    )
