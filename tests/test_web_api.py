"""``web/src/api/schema.d.ts`` is what its generator makes of ``docs/openapi.json``."""

import shutil
import subprocess

import pytest

from tools.locked import ROOT

WEB = ROOT / "web"
GENERATOR = WEB / "openapi" / "node_modules" / "openapi-typescript" / "bin" / "cli.js"


def test_the_editor_knows_the_api_as_it_is() -> None:
    if shutil.which("node") is None or not GENERATOR.is_file():
        pytest.skip("the generator is not installed; run `make web-setup`")
    made = subprocess.run(
        [
            *("node", str(GENERATOR), str(ROOT / "docs" / "openapi.json")),
            *("--immutable", "--default-non-nullable", "false", "--empty-objects-unknown"),
        ],
        cwd=WEB / "openapi",
        capture_output=True,
        text=True,
        check=True,
    )
    kept = (WEB / "src" / "api" / "schema.d.ts").read_text("utf-8")
    assert made.stdout.strip() == kept.strip(), "run `make web-api`"
