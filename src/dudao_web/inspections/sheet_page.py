"""What the page of one score sheet shows: its items by chapter, the three judgements of each, what the team says so far, what is lacking.

Rows made ready for the templates, in a number of queries that does not grow with items, scores or teams. Not here: what a team's scores
come to (``scoring``), who may read it (``rules``, ``queries``), keeping a score (``views_sheets``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from django.db.models import Count, Q

from dudao.standards.model import Standard
from dudao_web.campaigns import rules as campaigns
from dudao_web.campaigns.models import Judgement
from dudao_web.evidence import queries as evidence
from dudao_web.inspections import rules, scoring, sheet_rows
from dudao_web.inspections.models import Member, Sheet
from dudao_web.inspections.sheet_rows import Column, Row
from dudao_web.orgs import rules as orgs
from dudao_web.orgs.actions import object_key
from dudao_web.orgs.models import Membership
from dudao_web.standards import queries as standards
from dudao_web.tasks.models import Task
from dudao_web.ui.templatetags.ui import short_day

FILTERS = {"all": "全部", "differ": "有差异", "last": "上次非A项", "open": "未判定"}
CARRIED_PART = "上次的问题"
ORDER = ("self", "review", "spot")  # of the columns, as the judgements are made one after the other


@dataclass(frozen=True, slots=True)
class Part:
    """A chapter with its rows."""

    title: str
    rows: tuple[Row, ...]


@dataclass(frozen=True)
class View:
    """A sheet as one office sees it. ``member``: his place in the team, None for others; ``sees_all``: whether single scores are shown:
    to the leader and to the ``office`` of the stage.
    """

    sheet: Sheet
    standard: Standard
    before: tuple[Column, ...]
    own_column: Column
    after: tuple[Column, ...]
    rows: tuple[Row, ...]
    chapters: tuple[tuple[str, frozenset[str]], ...]
    member: Member | None
    members: tuple[Member, ...]
    sees_all: bool
    office: bool
    may_score: bool
    may_submit: bool

    @cached_property
    def counts(self) -> dict[str, int]:
        """How many rows each filter leaves."""
        return {name: sum(keeps(row, name) for row in self.rows) for name in FILTERS}

    @cached_property
    def done(self) -> int:
        """How many items are judged, by whoever looks or by the team."""
        return sum(row.own.said for row in self.rows)

    @cached_property
    def grades(self) -> list[tuple[str, int]]:
        """How many A, B and C there are so far."""
        said = [row.own.letter for row in self.rows if row.own.letter]
        return [(letter, said.count(letter)) for letter in "ABC"] if said else []

    @cached_property
    def faults(self) -> list[Row]:
        """The items that stand in the way of handing in."""
        return [row for row in self.rows if row.fault]

    def parts(self, chosen: str = "all") -> list[Part]:
        """The rows that a filter leaves, by chapter."""
        left = [row for row in self.rows if keeps(row, chosen)]
        found = [
            Part(title, tuple(row for row in left if row.code in codes)) for title, codes in self.chapters
        ]
        found.append(Part(CARRIED_PART, tuple(row for row in left if row.carried)))
        return [part for part in found if part.rows]

    def at(self, slug: str) -> Row:
        """The row of an address; KeyError where there is none."""
        return next((row for row in self.rows if row.slug == slug), None) or _no_row(slug)

    def beside(self, row: Row) -> tuple[Row | None, Row | None]:
        """The items before and after one."""
        at = row.n - 1
        return self.rows[at - 1] if at else None, self.rows[at + 1] if at + 1 < len(self.rows) else None


def _no_row(slug: str) -> Row:
    raise KeyError(slug)


def keeps(row: Row, chosen: str) -> bool:
    """Whether a filter leaves a row."""
    if chosen == "differ":
        return row.own.said and not row.same
    if chosen == "last":
        return bool(row.last)
    if chosen == "open":
        return not row.own.said
    return True


def unread(membership: Membership, sheet: Sheet) -> bool:
    """Whether the unit's office has still to say that it has read the feedback."""
    asked = Task.objects.filter(kind=scoring.TASK, object=object_key(sheet), state="open")
    return rules.may_acknowledge(membership, sheet) and asked.exists()


def member_of(membership: Membership, sheet: Sheet) -> Member | None:
    """The place of a membership in the team of a sheet; None for others and for who has left it."""
    return sheet.team.members.filter(membership=membership, left_at=None).first()


def of_office(membership: Membership, sheet: Sheet) -> bool:
    """Whether it is the office that keeps the stage, or one above it."""
    here = sheet.place.org
    return membership.role in rules.OFFICES and (
        orgs.sees(membership, here) or campaigns.acts_for(membership, here)
    )


def build(sheet: Sheet, membership: Membership) -> View:
    """All of a sheet for one office."""
    standard = standards.load(sheet.case.version)
    settled = scoring.settled(sheet)
    members = tuple(sheet.team.members.select_related("membership").order_by("pk"))
    member = next(
        (one for one in members if one.membership_id == membership.pk and one.left_at is None), None
    )
    leader, office = member is not None and member.kind == "leader", of_office(membership, sheet)
    sees_all = leader or office  # single scores are theirs, never the unit's
    team = sees_all or sheet.state == "submitted"  # else whoever scores sees his own column alone
    judged = _judgements(sheet)
    before, after = _columns(sheet, judged)
    places = evidence.places_at(sheet.case.unit, standard.id)
    changed = _changed(sheet)
    reading = sheet_rows.Reading(
        sheet, standard, before, after, judged, places, changed, member, team, sees_all
    )
    rows = tuple(sheet_rows.row(n, one, reading) for n, one in enumerate(settled, 1))
    done = sum(row.own.said for row in rows)
    return View(
        sheet=sheet,
        standard=standard,
        before=before,
        own_column=_own_column(sheet, done, len(rows)),
        after=after,
        rows=rows,
        chapters=tuple(
            (chapter.title, frozenset(one.code for one in chapter.indicators))
            for chapter in standard.chapters
        ),
        member=member,
        members=tuple(one for one in members if one.left_at is None),
        sees_all=sees_all,
        office=office,
        may_score=rules.may_score(membership, sheet),
        may_submit=rules.may_submit(membership, sheet),
    )


def _judgements(sheet: Sheet) -> dict[tuple[str, str], Judgement]:
    """The current judgements of the case by source and indicator: one query."""
    rows = Judgement.objects.filter(
        case=sheet.case_id, superseded=False, source__in=("self", "review", "spot")
    )
    return {(row.source, row.indicator): row for row in rows}


def _columns(
    sheet: Sheet, judged: Mapping[tuple[str, str], Judgement]
) -> tuple[tuple[Column, ...], tuple[Column, ...]]:
    """The columns before and after the sheet's own one: 自查 always; 复查 beside a 抽查; 抽查 beside a 复查 once there is one."""
    case = sheet.case
    found = {"self": Column("self", "自查", case.unit.name, _on(case.submitted_at, "提交"))}
    other = "review" if sheet.source == "spot" else "spot"
    counted = Count("team__members", filter=Q(team__members__left_at=None))
    rows = Sheet.objects.filter(case=case, source=other, state="submitted").select_related("place__org")
    there = rows.annotate(people=counted).order_by("-submitted_at", "-pk").first()
    if other == "review" or there is not None or any(source == other for source, _ in judged):
        who = f"{there.place.org.name}教育督导室" if there else ""
        when = f"{_on(there.submitted_at)}　{there.people} 人" if there else "没有复查"
        found[other] = Column(other, Judgement.SOURCES[other], who, when)
    own = ORDER.index(sheet.source)
    before, after = (tuple(found[one] for one in part if one in found) for part in (ORDER[:own], ORDER[own:]))
    return before, after


def _own_column(sheet: Sheet, done: int, total: int) -> Column:
    when = _on(sheet.submitted_at, "提交") if sheet.submitted_at else f"进行中，已判 {done}/{total}"
    return Column(sheet.source, Judgement.SOURCES[sheet.source], f"{sheet.place.org.name}教育督导室", when)


def _on(at: datetime | None, what: str = "") -> str:
    if at is None:
        return "没有提交" if what else ""
    return f"{short_day(at)}{what}"


def _changed(sheet: Sheet) -> dict[str, str]:
    """Items that an objection changed: what stood before it, in words."""
    if sheet.state != "submitted":
        return {}
    found: dict[str, str] = {}
    for row in sheet.objections.filter(state="answered").order_by("pk"):
        found |= {code: row.get_result_display() for code in row.changed}
    return found


def segments(rows: Sequence[Row]) -> list[Row]:
    """The items as segments of a bar, where they are few enough to be told apart."""
    return list(rows) if len(rows) <= 24 else []
