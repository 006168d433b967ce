"""``python -m tests.e2e.pictures [FOLDER]``: the pictures of the docs, taken of a real server."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.e2e.serving import serving
from tools.locked import ROOT

SCRIPT = Path(__file__).parent / "browser" / "pictures.mjs"


def main(folder: Path) -> int:
    """Takes them; the exit code of the script."""
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as home, serving(Path(home)) as served:
        variables = os.environ | {
            "FLOWLIKE_E2E_BASE": served.base,
            "FLOWLIKE_E2E_SESSION": served.session,
            "FLOWLIKE_E2E_PICTURES": str(folder),
        }
        return subprocess.run(["node", str(SCRIPT)], env=variables, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs" / "images"))
