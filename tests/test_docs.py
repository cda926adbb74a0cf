"""The generated pages of docs/reference are in step with the product."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def test_cli_page_is_what_the_commands_say() -> None:
    script = "import sys; sys.path.insert(0, 'tools'); import cli_reference; sys.stdout.buffer.write(cli_reference.page().encode())"
    found = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True, cwd=ROOT)
    assert found.stdout.decode() == (ROOT / "docs/reference/cli.md").read_text("utf-8")
