"""The working-day calendars that count here: those of the program, and those that the office loaded below ``HOME/calendars``.

A year that has none is counted Monday to Friday, and whoever shows such a date says so (``Dated.assumed``).
"""

from pathlib import Path

from django.conf import settings

from dudao.procedures import Calendar, load_calendars


def folder() -> Path:
    """Where the office's own calendars lie, one YAML file a year."""
    return Path(settings.HOME) / "calendars"


def known() -> dict[int, Calendar]:
    """By year; the office's own take the place of the program's."""
    return load_calendars() | (load_calendars(folder()) if folder().is_dir() else {})
