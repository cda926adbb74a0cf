"""The working-day calendars that count here: those of the program, and those that the office loaded below ``HOME/calendars``.

A year that has none is counted Monday to Friday, and whoever shows such a date says so (``Dated.assumed``).
"""

from datetime import date
from pathlib import Path

from django.conf import settings

from dudao.procedures import Calendar, Stage, load_calendars


def folder() -> Path:
    """Where the office's own calendars lie, one YAML file a year."""
    return Path(settings.HOME) / "calendars"


def known() -> dict[int, Calendar]:
    """By year; the office's own take the place of the program's."""
    return load_calendars() | (load_calendars(folder()) if folder().is_dir() else {})


def assumed(stage: Stage, *days: date | None) -> str:
    """What is to be said beside these dates of a stage: that working days of a year without a calendar were counted; "" for nothing."""
    counted = any(one is not None and one.unit == "working_days" for one in (stage.opens, stage.due))
    years = sorted({day.year for day in days if day is not None} - known().keys()) if counted else []
    return f"{'、'.join(map(str, years))} 年没有工作日历，按周一至周五计。" if years else ""
