"""What the commands that read returns share: the day, the progress of reading, and where an input lies on disk.

Not here: messages (``messages``), any command.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

from dudao.cli.messages import Refused, say


def places(given: Path, file: str) -> list[Path]:
    """Where a file that was read lies below an INPUT: itself and, for a member of an archive, the archive."""
    path = given / file
    return [path, *path.parents][: len(Path(file).parts)]


def day(text: str | None) -> date:
    """The day of ``--on``; today, and said so, when it is not given."""
    if text is None:
        today = date.today()  # noqa: DTZ011  the office's own day, not the day in another time zone
        say(f"按今天 {today.isoformat()} 有效的规定评估。")
        return today
    try:
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            raise ValueError(text)
        return date.fromisoformat(text)
    except ValueError:
        raise Refused(f"--on {text} 不是日期，应写成 2026-09-01。") from None


def progress() -> Callable[[int, int], None] | None:
    """Reading progress on a terminal; nothing in a pipe."""
    if not sys.stderr.isatty():
        return None

    def show(done: int, total: int) -> None:
        print(f"\r读入 {done}/{total}", end="" if done < total else "\n", file=sys.stderr, flush=True)

    return show
