r"""What the server says: one record a line on stderr, JSON unless on a terminal.

Records hold what strangers sent: paths, names, messages of nodes. Characters that would begin
another line or steer a terminal are escaped in both forms, and what looks like a credential is
replaced, whichever library logs it. Spec: threats, row 49 (tests/security/test_t49_*).
"""

import json
import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, Processor

from flowlike.settings import Log

REDACTED = "[redacted]"
_LEVELS = {"debug": 10, "info": 20, "warning": 30, "error": 40}
_SECRET_NAMES = re.compile(
    r"(?i)(?:^|[_\-.])(?:authorization|cookie|csrf|password|passphrase|secret|token|api_?key)s?$"
)
# Session ids, tokens and keys of ours, JSON web tokens, and whatever follows a scheme of HTTP.
_CREDENTIALS = re.compile(
    r"\b(?:ses|pat|flk|csrf)_[A-Za-z0-9_.\-]{16,}"
    r"|(?<=login#)[A-Za-z0-9_\-]{16,}"
    r"|\beyJ[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-]{8,}\.[A-Za-z0-9_\-]*"
    r"|(?<=[Bb]earer )[A-Za-z0-9._~+/=\-]{8,}"
    r"|(?<=[Bb]asic )[A-Za-z0-9+/=]{8,}"
    r"|(?<=://)[^\s/:@]+:[^\s/@]+(?=@)"
)
_MOST_TEXT = 8_192
_QUIET = ("_granian", "asyncio", "aiosqlite", "sqlalchemy", "alembic", "litestar")


def configure(log: Log, stream: TextIO | None = None) -> None:
    """Sends all records, those of libraries too, to ``stream``, stderr if None."""
    target = sys.stderr if stream is None else stream
    is_pretty = log.format == "pretty" or (log.format == "auto" and target.isatty())
    level = _LEVELS[log.level]
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        redact,
    ]
    render = pretty if is_pretty else as_json
    handler = logging.StreamHandler(target)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, render],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for name in _QUIET:
        logging.getLogger(name).setLevel(max(level, logging.WARNING))
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def redact(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Replaces credentials, by the name of the field and by how they look."""
    return {without_credentials(name): _clean(name, value) for name, value in event.items()}


def _clean(name: str, value: Any) -> Any:
    if name.startswith("_"):  # structlog's own, taken out before anything is written
        return value
    if _SECRET_NAMES.search(name):
        return REDACTED
    if isinstance(value, str):
        return without_credentials(value)
    if isinstance(value, Mapping):
        texts = {str(key): each for key, each in value.items()}
        return {without_credentials(key): _clean(key, each) for key, each in texts.items()}
    if isinstance(value, list | tuple):
        return [_clean("", each) for each in value]
    return value if isinstance(value, bool | int | float | None) else _clean("", str(value))


def without_credentials(text: str) -> str:
    """The text, cut to a reasonable length, with what looks like a credential replaced."""
    shown = text if len(text) <= _MOST_TEXT else f"{text[:_MOST_TEXT]}…"
    return _CREDENTIALS.sub(REDACTED, shown)


def as_json(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> str:
    """One JSON object in ASCII: line breaks and control characters stand as escapes."""
    first = {name: event[name] for name in ("timestamp", "level", "event") if name in event}
    return json.dumps({**first, **event}, default=str)


def pretty(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> str:
    """Time, level, what happened, and the rest as ``name=value``."""
    rest = dict(event)
    time, level = str(rest.pop("timestamp", "")), str(rest.pop("level", ""))
    what = _visible(str(rest.pop("event", "")))
    trace = rest.pop("exception", "")
    parts = [f"{_visible(name)}={_visible(_text(value))}" for name, value in rest.items()]
    line = " ".join([time[11:19], f"{level:<7}", what, *parts])
    lines = [line, *(f"  {_visible(each)}" for each in str(trace).splitlines())]
    return "\n".join(lines)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, default=str)


def _visible(text: str) -> str:
    if text.isprintable():
        return text
    return "".join(each if each.isprintable() else ascii(each)[1:-1] for each in text)
