"""``web/src/api/schema.d.ts`` is what its generator makes of ``docs/openapi.json``."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tools.locked import ROOT

WEB = ROOT / "web"
DESCRIPTION = ROOT / "docs" / "openapi.json"
GENERATOR = WEB / "openapi" / "node_modules" / "openapi-typescript" / "bin" / "cli.js"


def made_of(description: Path) -> str:
    """What the generator makes of a description of the API."""
    if shutil.which("node") is None or not GENERATOR.is_file():
        pytest.skip("the generator is not installed; run `make web-setup`")
    made = subprocess.run(
        [
            *("node", str(GENERATOR), str(description)),
            *("--immutable", "--default-non-nullable", "false", "--empty-objects-unknown"),
        ],
        cwd=WEB / "openapi",
        capture_output=True,
        text=True,
        check=True,
    )
    return made.stdout.strip()


def kept() -> str:
    return (WEB / "src" / "api" / "schema.d.ts").read_text("utf-8").strip()


def test_the_editor_knows_the_api_as_it_is() -> None:
    assert made_of(DESCRIPTION) == kept(), "run `make web-api`"


def test_a_field_more_in_the_api_would_be_seen(tmp_path: Path) -> None:
    described = json.loads(DESCRIPTION.read_bytes())
    schemas = described["components"]["schemas"]
    name = next(name for name in sorted(schemas) if "properties" in schemas[name])
    schemas[name]["properties"]["one_more"] = {"type": "string"}
    changed = tmp_path / "openapi.json"
    changed.write_text(json.dumps(described), "utf-8")
    made = made_of(changed)
    assert "one_more" in made
    assert made != kept()
