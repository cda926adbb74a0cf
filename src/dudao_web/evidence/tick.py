"""What time does to files: bytes that a broken upload left written aside (``.incoming``) are removed after a day."""

import time
from contextlib import suppress
from datetime import date
from pathlib import Path

from django.core.files.storage import default_storage

from dudao_web.evidence.actions import ASIDE

KEPT_SECONDS = 24 * 3600  # no upload takes that long


def tick(on: date) -> list[str]:
    """Remove what was left; one line for the log where there was any. By the machine's own clock, as the files have it, not by ``on``."""
    folder, before, removed = Path(default_storage.path(ASIDE)), time.time() - KEPT_SECONDS, 0
    for left in folder.iterdir() if folder.is_dir() else ():
        with suppress(FileNotFoundError):  # put in place, or removed, meanwhile
            if left.is_file() and left.stat().st_mtime < before:
                left.unlink()
                removed += 1
    return [f"清除未完成上传留下的文件 {removed} 个"] if removed else []
