"""What time does to files: what a broken upload left aside goes after a day, everything else stays."""

import os
import time
from datetime import date

from django.core.files.base import ContentFile
from django.core.files.storage import default_storage

from dudao_web.evidence import actions, tick
from dudao_web.operations import tick as clockwork

ON = date(2026, 6, 1)


def left(name: str, hours: float) -> str:
    """A file aside, written so many hours ago; its path."""
    path = default_storage.path(default_storage.save(f"{actions.ASIDE}/{name}", ContentFile(b"half")))
    at = time.time() - hours * 3600
    os.utime(path, (at, at))
    return path


def test_what_was_left_aside_goes_after_a_day(world):
    kept = actions.store(data=b"whole", name="表.xlsx", org=world.school_1, by=world.head)
    old, new = left("old", 24.1), left("new", 23.9)
    os.utime(default_storage.path(kept.path), (0, 0))
    assert tick.tick(ON) == ["清除未完成上传留下的文件 1 个"]
    assert (os.path.exists(old), os.path.exists(new)) == (False, True)
    assert default_storage.exists(kept.path)
    assert tick.tick(ON) == []


def test_without_any_upload_there_is_nothing_to_do(world):
    assert tick.tick(ON) == []
    assert "evidence" in [label for label, _ in clockwork.parts()]
