"""The working-day calendars that count here: those of the program, and those that the office loaded below ``HOME/files/calendars``.

A year that has none is counted Monday to Friday, and whoever shows such a date says so (``Dated.assumed``).
"""

import hashlib
from datetime import date
from pathlib import Path

from django.conf import settings
from django.db import transaction

from dudao.procedures import Calendar, Stage, load_calendar, load_calendars
from dudao.procedures.calendars import CalendarError
from dudao_web.campaigns import rules
from dudao_web.orgs.actions import Refused, record
from dudao_web.orgs.models import Membership, Org


def folder() -> Path:
    """Where the office's own calendars lie, one YAML file a year."""
    return Path(settings.MEDIA_ROOT) / "calendars"


def own() -> dict[int, Calendar]:
    """By year, those that the office loaded."""
    return load_calendars(folder()) if folder().is_dir() else {}


def known() -> dict[int, Calendar]:
    """By year; the office's own take the place of the program's."""
    return load_calendars() | own()


def load(*, by: Membership, data: bytes) -> Calendar:
    """Load the calendar of a year, in the place of the one there was; its text stands in the record of acts. The same again: no act."""
    if not rules.may_load_calendar(by):
        raise Refused("工作日历由最高一级督导室载入。")
    try:
        found = load_calendar(data)
    except CalendarError as error:
        raise Refused("；".join(problem.text for problem in error.problems) + "。请改正后再载入。") from error
    target = folder() / f"{found.year}.yaml"
    with transaction.atomic():
        Org.objects.select_for_update().get(pk=by.org_id)  # one at a time
        if target.is_file() and target.read_bytes() == data:
            return found
        told = {"year": found.year, "sha256": hashlib.sha256(data).hexdigest(), "text": data.decode()}
        record(by=by, action="campaigns.load_calendar", obj=by.org, data=told)
        folder().mkdir(parents=True, exist_ok=True)
        aside = target.with_suffix(".part")
        aside.write_bytes(data)
        aside.replace(target)
    return found


def assumed(stage: Stage, *days: date | None) -> str:
    """What is to be said beside these dates of a stage: that working days of a year without a calendar were counted; "" for nothing."""
    counted = any(one is not None and one.unit == "working_days" for one in (stage.opens, stage.due))
    years = sorted({day.year for day in days if day is not None} - known().keys()) if counted else []
    return f"{'、'.join(map(str, years))} 年没有工作日历，按周一至周五计。" if years else ""
