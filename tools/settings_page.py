"""``docs/settings.md`` lists every setting, written from the settings themselves."""

import sys
from pathlib import Path
from typing import Any, get_args, get_origin

from msgspec import Meta

from flowlike.settings import Setting, every, groups
from tools import sources
from tools.locked import ROOT

PAGE = Path("docs") / "settings.md"
_BEGIN, _END = "<!-- settings: begin -->\n", "<!-- settings: end -->\n"
_BOUNDS = {"ge": "≥", "gt": ">", "le": "≤", "lt": "<"}


def table() -> str:
    """The settings as Markdown, a table a group."""
    by_group: dict[str, list[Setting]] = {}
    for setting in every():
        by_group.setdefault(setting.key.partition(".")[0], []).append(setting)
    lines: list[str] = []
    for group, title in groups().items():
        lines += [f"### `[{group}]`", "", f"{title}.", ""]
        lines += ["| Key | Variable | Default | Values | Meaning |", "|---|---|---|---|---|"]
        lines += [_row(setting) for setting in by_group[group]]
        lines.append("")
    return "\n".join(lines)


def _row(setting: Setting) -> str:
    name = setting.key.partition(".")[2]
    meaning = setting.description.replace("|", "\\|")
    return (
        f"| `{name}` | `{setting.variable}` | {_default(setting.default)} |"
        f" {_values(setting.type)} | {meaning} |"
    )


def _default(value: Any) -> str:
    if value in ("", ()):
        return ""
    return f"`{value:_}`" if isinstance(value, int) else f"`{value}`"


def _values(kind: Any) -> str:
    plain = getattr(kind, "__origin__", kind)
    if get_origin(plain) is tuple:
        return "texts"
    if choices := get_args(plain):
        return ", ".join(f"`{choice}`" for choice in choices)
    what = {str: "text", int: "whole number", float: "number", bool: "`true`, `false`"}[plain]
    metas = [each for each in getattr(kind, "__metadata__", ()) if isinstance(each, Meta)]
    bounds = [
        f"{sign} {getattr(meta, name):_}"
        for meta in metas
        for name, sign in _BOUNDS.items()
        if getattr(meta, name) is not None
    ]
    return ", ".join([what, *bounds])


def page(text: str) -> str:
    """The page with its tables renewed."""
    head, _, rest = text.partition(_BEGIN)
    _, _, tail = rest.partition(_END)
    return f"{head}{_BEGIN}\n{table()}\n{_END}{tail}"


def check(root: Path) -> list[str]:
    """One finding if the page says something else."""
    text = (root / PAGE).read_text("utf-8")
    if page(text) == text:
        return []
    return [f"{PAGE.as_posix()} is old; python -m tools.settings_page --write renews it"]


if __name__ == "__main__":
    if "--write" in sys.argv:
        (ROOT / PAGE).write_text(page((ROOT / PAGE).read_text("utf-8")), "utf-8")
    sys.exit(sources.finish("settings_page", check(ROOT), "docs/settings.md lists the settings"))
