"""Small installed distributions for tests: a package and its metadata on a path of their own."""

from collections.abc import Mapping
from pathlib import Path

NODE = '''
from pathlib import Path
from flowlike.nodes import pure

Path(__file__).with_name("canary").touch()


@pure(name="{name}")
def shout(text: str) -> str:
    """Shouts."""
    return text.upper()
'''


def install(
    site: Path, name: str, source: str, *, entries: Mapping[str, str] | None = None
) -> Path:
    """Puts a distribution into ``site`` as an installer would. Gives the canary its import leaves.

    Args:
        entries: entry points of the group ``flowlike.nodes``; by default one that names the module.
    """
    module = name.replace("-", "_")
    (site / module).mkdir(parents=True)
    (site / module / "__init__.py").write_text(source)
    info = site / f"{module}-1.2.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.2\n")
    lines = [f"{key} = {value}" for key, value in (entries or {"nodes": module}).items()]
    (info / "entry_points.txt").write_text("[flowlike.nodes]\n" + "\n".join(lines) + "\n")
    return site / module / "canary"
