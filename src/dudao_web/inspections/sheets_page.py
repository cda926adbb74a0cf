"""Lists of score sheets: an office's own by day, those of a stage for the office that keeps it, the same as a workbook.

Counts are made by the database, a sheet costs no query of its own. Not here: one sheet (``sheet_page``), who may see which (``queries``).
"""

import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

import xlsxwriter
from django.db.models import Count, Exists, F, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse

from dudao_web import clock
from dudao_web.campaigns import shown
from dudao_web.campaigns.models import Judgement, StageDate
from dudao_web.inspections import carried, queries, scales
from dudao_web.inspections.models import Member, Score, Sheet, Visit
from dudao_web.orgs.models import Membership
from dudao_web.standards import queries as standards
from dudao_web.ui.templatetags.ui import short_day, weekday

STATES = {"open": "评定中", "submitted": "已提交", "all": "全部"}
MOST = 200  # rows of a block; the whole is in the list
COLUMNS = (
    "单位代码",
    "单位",
    "辖市区",
    "督导组",
    "评定",
    "应评项数",
    "已评项数",
    "状态",
    "提交日期",
    "与上一判定不同的项数",
)


@dataclass(frozen=True, slots=True)
class Asked:
    """The sheets that a list shows, and by what it was asked."""

    rows: QuerySet[Sheet]
    q: str
    state: str
    states: tuple[tuple[str, str, int], ...]
    place: str
    filtered: bool


@dataclass(frozen=True, slots=True)
class Line:
    """One sheet in a list. ``differing``: items that are not as the judgement before, None while it is open."""

    href: str
    code: str
    unit: str
    district: str
    campaign: str
    stage: str
    source: str
    team: str
    day: date | None
    visit: bool
    state: str
    when: shown.When
    closed: bool
    done: int
    total: int
    differing: int | None
    submitted: date | None
    member: bool


@dataclass(frozen=True, slots=True)
class Day:
    """The sheets of one day."""

    title: str
    note: str
    lines: tuple[Line, ...]


def asked(sheets: QuerySet[Sheet], get: Mapping[str, str], membership: Membership) -> Asked:
    """What is asked for by name, state and stage; without a state what is open, or all where nothing is."""
    q, place = get.get("q", "").replace("\x00", "").strip()[:100], get.get("place", "")
    rows = sheets.filter(case__unit__name__icontains=q) if q else sheets
    if place.isascii() and place.isdecimal() and len(place) <= 18:
        rows = rows.filter(place=int(place))
    else:
        place = ""
    case = get.get("case", "")
    if case.isascii() and case.isdecimal() and len(case) <= 18:
        rows = rows.filter(case=int(case))
    found = dict(rows.order_by().values_list("state").annotate(n=Count("pk")))
    counts = {
        "open": found.get("open", 0),
        "submitted": found.get("submitted", 0),
        "all": sum(found.values()),
    }
    state = get.get("state", "")
    if state not in STATES:
        state = "open" if counts["open"] else "all"
    kept = rows if state == "all" else rows.filter(state=state)
    states = tuple((name, word, counts[name]) for name, word in STATES.items())
    return Asked(ordered(kept, membership), q, state, states, place, bool(q or place or counts["all"]))


def ordered(rows: QuerySet[Sheet], membership: Membership) -> QuerySet[Sheet]:
    """Sheets with what a list shows of them, the open ones first, by day and unit."""
    visits = Visit.objects.filter(case=OuterRef("case"), place=OuterRef("place")).exclude(state="cancelled")
    scores = Score.objects.filter(sheet=OuterRef("pk"), superseded=False).order_by()
    own = Member.objects.filter(team=OuterRef("team"), membership=membership, left_at=None)
    found = rows.annotate(
        visit_on=Subquery(visits.order_by("on").values("on")[:1]),
        day=Coalesce("visit_on", "place__due"),
        member=Exists(own),
        scored=_count(scores, "sheet"),
        scored_by_me=_count(scores.filter(member__membership=membership), "sheet"),
        differing=_count(_unlike(), "case"),
    )
    return found.select_related("case__district").order_by(
        "state", F("day").asc(nulls_last=True), "case__path", "pk"
    )


def _count(rows: QuerySet[Any], of: str) -> Coalesce:
    """How many items there are in rows of a sheet, as a column."""
    counted = rows.order_by().values(of).annotate(n=Count("indicator", distinct=True)).values("n")
    return Coalesce(Subquery(counted, output_field=IntegerField()), Value(0))


def _unlike() -> QuerySet[Judgement]:
    """The judgements of a sheet's source that are not as the one before: 复查 as 自查, 抽查 as 复查 or, where there is none, as 自查."""
    current = Judgement.objects.filter(superseded=False)
    other = current.filter(case=OuterRef("case"), indicator=OuterRef("indicator"))
    unlike = other.filter(
        ~Q(value=OuterRef("value")) | Q(points__lt=OuterRef("points")) | Q(points__gt=OuterRef("points"))
    )
    to_self = Exists(unlike.filter(source="self"))
    to_review = Exists(unlike.filter(source="review"))
    reviewed = Exists(other.filter(source="review"))
    differs = (Q(source="review") & to_self) | (Q(source="spot") & (to_review | (~reviewed & to_self)))
    return current.filter(differs, case=OuterRef("case"), source=OuterRef("source"))


def lines(rows: Iterable[Sheet], membership: Membership) -> list[Line]:
    """Sheets of ``ordered`` in words."""
    return [_line(row, clock.today()) for row in rows]


def _line(row: Sheet, today: date) -> Line:
    submitted = row.state == "submitted"
    total = len(scales.items(standards.load(row.case.version))) + len(carried.coded_of(row))
    return Line(
        href=reverse("inspections:sheet", args=(row.pk,)),
        code=row.case.unit.code,
        unit=row.case.unit.name,
        district=row.case.district.name,
        campaign=row.case.campaign.title,
        stage=row.place.stage.title,
        source=Judgement.SOURCES[row.source],
        team=row.team.name,
        day=row.day,
        visit=row.visit_on is not None,
        state=row.state,
        when=shown.when(row.place.due, today, submitted or row.place.closed_at is not None),
        closed=row.place.closed_at is not None,
        done=total if submitted else row.scored_by_me if row.member else row.scored,
        total=total,
        differing=row.differing if submitted else None,
        submitted=row.submitted_at,
        member=row.member,
    )


def by_day(found: Sequence[Line], today: date) -> list[Day]:
    """The open sheets under the day of the visit, or else under the last day of the stage; those handed in at the end."""
    days = groupby(found, key=lambda line: (line.state == "submitted", line.day, line.visit))
    grouped: list[Day] = []
    for (done, day, visit), some in days:
        if done:
            if grouped and grouped[-1].title == STATES["submitted"]:
                grouped[-1] = Day(STATES["submitted"], "", (*grouped[-1].lines, *some))
            else:
                grouped.append(Day(STATES["submitted"], "", tuple(some)))
            continue
        title = (
            "没有定日期"
            if day is None
            else f"{short_day(day)}　{weekday(day)}{'　今天' if day == today else ''}"
        )
        grouped.append(Day(title, "" if day is None else "实地督导" if visit else "截止", tuple(some)))
    return grouped


def block(place: StageDate, membership: Membership) -> dict[str, Any]:
    """What the block of sheets on the page of a stage shows: counts, and the sheets team by team."""
    rows = queries.sheets(membership).filter(place=place)
    found = list(ordered(rows, membership).order_by("team", "case__path", "pk")[: MOST + 1])
    shown_lines = lines(found[:MOST], membership)
    teams = [(name, tuple(some)) for name, some in groupby(shown_lines, key=lambda line: line.team)]
    return {
        "sheet_teams": teams,
        "sheet_total": len(shown_lines),
        "sheet_done": sum(line.state == "submitted" for line in shown_lines),
        "sheet_more": len(found) > MOST,
    }


def workbook(found: Iterable[Line]) -> bytes:
    """The list as a workbook; nothing in it is a formula or a link."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        page = book.add_worksheet("评分表")
        page.write_row(0, 0, COLUMNS, book.add_format({"bold": True}))
        page.freeze_panes(1, 0)
        page.set_column(0, len(COLUMNS) - 1, 14)
        page.set_column(1, 1, 32)
        for at, line in enumerate(found, 1):
            for column, value in enumerate(_cells(line)):
                if isinstance(value, int):
                    page.write_number(at, column, value)
                elif value:
                    page.write_string(at, column, value)
    return out.getvalue()


def _cells(line: Line) -> tuple[str | int, ...]:
    return (
        line.code,
        line.unit,
        line.district,
        line.team,
        line.source,
        line.total,
        line.done,
        Sheet.STATES[line.state],
        f"{line.submitted:%Y-%m-%d}" if line.submitted else "",
        line.differing if line.differing is not None else "",
    )
