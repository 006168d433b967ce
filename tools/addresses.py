"""No path of somebody's machine and no address of a package registry anywhere in the tree."""

import re
import sys
from pathlib import Path

from tools import sources
from tools.locked import ROOT

# Written so that no pattern matches its own text.
MACHINE_PATH = re.compile(
    r"""(?<![\w.\-/:])/(?:work|farm|root|opt/wheels|(?:home|Users)/[a-z_][\w\-]*)/[\w.]"""
    r"""|\b[A-Z]:\\Users\\"""
)
PACKAGE_ADDRESS = re.compile(
    r"""(?:extra-)?index[-]url|--find[-]links|pypi[.]org|pythonhosted[.]org|npmjs[.](?:org|com)"""
    r"""|"resolved": *"http|registry *= *["']?http"""
)
RULES = (("machine path", MACHINE_PATH), ("package address", PACKAGE_ADDRESS))
# Commands that switch such addresses off have to name the option.
EXEMPT = {"Makefile": re.compile(r"--no-emit-(?:index[-]url|find[-]links)")}


def check(root: Path) -> list[str]:
    """Return one finding a line that holds a machine path or a package address."""
    findings = []
    for path in sources.tracked(root):
        name = path.relative_to(root).as_posix()
        try:
            text = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue  # pictures and recorded traces
        for number, line in enumerate(text.splitlines(), 1):
            shown = EXEMPT[name].sub("", line) if name in EXEMPT else line
            findings += [f"{name}:{number} {what}" for what, rule in RULES if rule.search(shown)]
    return findings


if __name__ == "__main__":
    sys.exit(sources.finish("addresses", check(ROOT), "no machine path, no package address"))
