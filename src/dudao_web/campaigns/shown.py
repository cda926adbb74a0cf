"""Rows of the campaign pages made ready for the templates: words, marks, dates beside "剩 n 天 / 逾期 n 天".

Not here: what is read (``queries``), which page shows it (``views``).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.urls import reverse

from dudao_web.campaigns import queries, rules, stage_type
from dudao_web.campaigns.models import Campaign, Case, HandIn, Judgement, StageDate
from dudao_web.campaigns.queries import Cell, Line
from dudao_web.orgs.models import Kind, Membership
from dudao_web.standards import queries as standards

SOON = 7  # days
KINDS = {kind.value: str(kind.label) for kind in Kind}
STATE_MARKS = {state: "waiting" if state == "todo" else state for state in Case.STATES}


@dataclass(frozen=True, slots=True)
class When:
    """A due date beside today: ``state`` overdue, due (within a week) or "" ; ``words``: 剩 3 天, 逾期 4 天, 今天截止."""

    due: date | None
    state: str
    words: str


def when(due: date | None, today: date, done: bool = False) -> When:
    """How a due date stands today; of what is done, the date alone."""
    if due is None or done:
        return When(due, "", "")
    left = (due - today).days
    if left < 0:
        return When(due, "overdue", f"逾期 {-left} 天")
    if left == 0:
        return When(due, "due", "今天截止")
    return When(due, "due" if left <= SOON else "", f"剩 {left} 天")


@dataclass(frozen=True, slots=True)
class Shown:
    """One cell of the matrix. ``mark``: of the tags, "" for none; ``text``: 9/15 or a word; ``share``: width of the bar in twentieths,
    None without a bar; ``label``: the whole of it in words; ``href``: where it leads.
    """

    mark: str
    text: str
    share: int | None
    label: str
    href: str
    note: str


@dataclass(frozen=True, slots=True)
class Row:
    """A district in the matrix."""

    name: str
    cells: tuple[Shown, ...]


def table(lines: Iterable[Line], today: date) -> list[Row]:
    """The matrix, a row a district and a cell a stage."""
    return [
        Row(
            line.district.name if line.district else "合计",
            tuple(_cell(line, cell, today) for cell in line.cells),
        )
        for line in lines
    ]


def _cell(line: Line, cell: Cell, today: date) -> Shown:
    place, name = cell.place, line.district.name if line.district else "合计"
    if stage_type.of(place).of_unit or stage_type.of(place).waits:
        return _counted(cell, name, today)
    until = when(place.due, today, place.closed_at is not None)
    href = reverse("campaigns:place", args=(place.pk,))
    if place.closed_at is not None:
        word, mark = ("逾期办结", "due") if place.late else ("已办结", "done")
    elif until.state == "overdue":
        word, mark = until.words, "overdue"
    elif cell.waiting or cell.done:
        word, mark = "办理中", "running"
    else:
        word, mark = "未开始", ""
    return Shown(mark, word, None, f"{name}，{cell.stage.title}，{word}", href, "")


def _counted(cell: Cell, name: str, today: date) -> Shown:
    campaign = cell.stage.campaign
    query = f"?district={cell.place.org.code}" if cell.place.stage.actor in ("unit", "county") else ""
    href = reverse("campaigns:cases", args=(campaign.key,)) + query
    if stage_type.of(cell.place).waits:
        href = reverse("campaigns:queue", args=(cell.place.pk,))
    until = when(cell.place.due, today, cell.done == cell.total)
    text = f"{cell.done}/{cell.total}"
    mark = "done" if cell.done == cell.total else until.state or ""
    share = round(20 * cell.done / cell.total) if cell.total else 0
    if not cell.done and not cell.waiting and not until.state:
        return Shown("", "未开始", None, f"{name}，{cell.stage.title}，未开始", href, "")
    note = f"退回 {cell.returned}" if cell.returned else ""
    return Shown(mark, text, share, f"{name}，{cell.stage.title}，{text}", href, note)


@dataclass(frozen=True, slots=True)
class Place:
    """One stage as an org keeps it, in its dated list."""

    place: StageDate
    when: When
    state: str
    word: str
    href: str
    may_keep: bool


def own_places(campaign: Campaign, membership: Membership, today: date) -> list[Place]:
    """The dated list of stages of the membership's own org (for the launching office: the launched ones it keeps)."""
    rows = StageDate.objects.filter(stage__campaign=campaign).select_related(
        "stage__campaign", "org__parent", "closed_by"
    )
    return [_place(row, membership, today) for row in rows if rules.acts_for(membership, row.org)]


def _place(place: StageDate, membership: Membership, today: date) -> Place:
    done = place.closed_at is not None
    until = when(place.due, today, done)
    kind = stage_type.of(place)
    if done:
        state, word = ("due", "逾期办结") if place.late else ("done", "已办结")
    elif until.state == "overdue" and not kind.of_unit and not kind.waits:
        state, word = "overdue", until.words
    elif place.opens and place.opens > today:
        state, word = "waiting", "未开始"
    else:
        state, word = "running", "进行中"
    page = "campaigns:queue" if kind.waits else "campaigns:place"
    return Place(
        place, until, state, word, reverse(page, args=(place.pk,)), rules.may_keep(membership, place)
    )


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One unit in a list, in words: a list is long, its template only sets them."""

    href: str
    unit: str
    district: str
    kind: str
    stage: str
    done: bool
    mark: str
    word: str
    unlock: bool
    when: When


def case_rows(cases: QuerySet[Case], today: date) -> list[CaseRow]:
    """Units with their state and the date that is due for each. Only the columns that are shown are read."""
    found = cases.values_list(
        "pk",
        "unit__name",
        "district__name",
        "kind",
        "place__stage__title",
        "done",
        "state",
        "unlock",
        "due",
        "place__due",
    )
    return [
        CaseRow(
            href=reverse("campaigns:case", args=(pk,)),
            unit=unit,
            district=district,
            kind=KINDS[kind],
            stage=stage,
            done=done,
            mark=STATE_MARKS[state],
            word=Case.STATES[state],
            unlock=bool(unlock),
            when=when(own or due, today, done or state not in Case.OPEN),
        )
        for pk, unit, district, kind, stage, done, state, unlock, own, due in found
    ]


GRADES = {"A": ("met", "A"), "B": ("near", "B"), "C": ("not_met", "C")}
WORDS = {"basically_met": "基本合格", "not_applicable": "不单独判定"}


@dataclass(frozen=True, slots=True)
class Word:
    """A judgement in a mark and a word; None: nothing was answered."""

    mark: str
    word: str


def word(row: Judgement | None) -> Word:
    """A judgement as it is shown: the grade, the points, or the word for it."""
    if row is None:
        return Word("no_data", "没有")
    if row.value in GRADES:
        return Word(*GRADES[row.value])
    if row.points is not None:
        return Word("no_data" if row.value == "no_data" else "met", f"{row.points.normalize():f} 分")
    return Word(row.value, WORDS.get(row.value, ""))


@dataclass(frozen=True, slots=True)
class Answer:
    """An indicator with what was answered; ``before``: at the hand-in it is compared with."""

    code: str
    title: str
    now: Word
    before: Word | None
    note: str
    answer: tuple[tuple[str, str], ...]


def answers(case: Case) -> list[Answer]:
    """What the unit handed in, in the order of the standard."""
    standard = standards.load(case.version)
    labels = {field.name: field.label for field in standard.fields}
    found = queries.judgements(case)
    rows = []
    for one in standard.indicators:
        row = found.get(one.code)
        if row is not None:
            said = tuple((labels.get(name, name), text) for name, text in row.answer.items())
            rows.append(Answer(one.code, one.title, word(row), None, row.note, said))
    return rows


def changed(case: Case, since: HandIn) -> list[Answer]:
    """What the unit answers otherwise than in an earlier hand-in."""
    titles = {one.code: one.title for one in standards.load(case.version).indicators}
    return [
        Answer(one.indicator, titles.get(one.indicator, ""), word(one.after), word(one.before), "", ())
        for one in queries.changes(case, since)
    ]
