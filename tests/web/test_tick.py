"""What time does: once a day however often it runs, never ahead of the day, and one part's failure stops no other."""

from datetime import date

import pytest
from django.utils import timezone

from dudao_web.operations import log, tick
from dudao_web.operations.home import Trouble

YESTERDAY = date(2026, 6, 1)


def test_the_heads_are_noted_once_a_day(world, settings):
    assert tick.tick(YESTERDAY)[-1:] == ["记下 1 条操作记录链的末条校验值"]
    assert tick.tick(YESTERDAY) == []
    noted = (settings.HOME / "heads" / "heads-2026.txt").read_text("utf-8").splitlines()
    assert noted == [f"{YESTERDAY} office {log.heads()[0][1]} {log.heads()[0][2]}"]


def test_a_day_to_come_is_for_demo_data_alone(world, settings):
    later = timezone.localdate().replace(year=timezone.localdate().year + 1)
    with pytest.raises(Trouble, match="还没有到") as refusal:
        tick.tick(later)
    assert (refusal.value.code, (settings.HOME / "heads").exists()) == (2, False)
    settings.DEMO = True
    assert tick.tick(later) == ["记下 1 条操作记录链的末条校验值"]


def test_every_app_with_a_part_takes_part_upper_apps_first():
    labels = [label for label, _ in tick.parts()]
    assert "tasks" in labels
    assert [label for label in labels if label in ("campaigns", "tasks")][-1] == "tasks"


def test_a_part_that_fails_is_named_and_the_others_are_done(world, settings, monkeypatch):
    def broken(_on: date) -> list[str]:
        raise OSError("disk")

    parts = tick.parts()
    monkeypatch.setattr(tick, "parts", lambda: [("broken", broken), *parts])
    with pytest.raises(Trouble, match="没有全部办完：broken。") as trouble:
        tick.tick(YESTERDAY)
    assert trouble.value.code == 1
    assert (settings.HOME / "heads" / "heads-2026.txt").exists()
