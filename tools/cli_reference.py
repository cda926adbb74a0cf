"""Writes docs/reference/cli.md from the help texts of ``dudao``; ``tests/test_docs.py`` holds the page in step."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

PAGE = Path(__file__).resolve().parent.parent / "docs" / "reference" / "cli.md"


def page() -> str:
    """The page: one section a command, its help as the command prints it."""
    os.environ["COLUMNS"] = "100"
    from dudao.cli import parser

    root = parser()
    parts = ["# dudao 命令", "", "本页由 `python tools/cli_reference.py` 生成。", "", "```", root.format_help().rstrip(), "```"]
    (commands,) = (action for action in root._actions if isinstance(action, argparse._SubParsersAction))
    for name, command in commands.choices.items():
        parts += ["", f"## dudao {name}", "", "```", command.format_help().rstrip(), "```"]
    return "\n".join(parts) + "\n"


if __name__ == "__main__":
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(page(), "utf-8")
