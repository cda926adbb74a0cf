"""Rows of the campaign pages made ready for the templates: words, marks, dates beside "剩 n 天 / 逾期 n 天".

Not here: what is read (``queries``), which page shows it (``views``).
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet
from django.urls import reverse

from dudao_web.campaigns import queries, rules, stage_type
from dudao_web.campaigns.models import Campaign, Case, HandIn, Judgement, StageDate
from dudao_web.campaigns.queries import Cell, Line
from dudao_web.orgs.models import Kind, Membership, Org
from dudao_web.standards import queries as standards
from dudao_web.ui.templatetags.ui import short_day

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


def due_of(places: Iterable[StageDate]) -> str:
    """When a stage is due at the offices that are shown: 6月20日, or from the first to the last day where they differ; "" without any."""
    days = sorted({place.due for place in places if place.due})
    return "—".join(short_day(day) for day in dict.fromkeys((days[0], days[-1]))) if days else ""


@dataclass(frozen=True, slots=True)
class Head:
    """A stage above its column of the matrix."""

    title: str
    due: str


def heads(lines: Sequence[Line]) -> list[Head]:
    """The heads of the matrix, with the dates of the districts that stand in it."""
    columns = zip(*(line.cells for line in lines), strict=True)
    return [Head(column[0].stage.title, due_of(one.place for one in column)) for column in columns]


@dataclass(frozen=True, slots=True)
class Shown:
    """One cell of the matrix. ``mark``: of the tags, "" for none; ``text``: 9/15 or a word; ``share``: width of the bar in twentieths,
    None without a bar; ``label``: the whole of it in words; ``href``: where it leads; ``district``, ``stage``: names, for narrow screens.
    """

    mark: str
    text: str
    share: int | None
    label: str
    href: str
    note: str
    district: str
    stage: str


@dataclass(frozen=True, slots=True)
class Row:
    """A district in the matrix."""

    name: str
    cells: tuple[Shown, ...]


def table(lines: Sequence[Line], today: date, office: bool = True) -> list[Row]:
    """The matrix, a row a district and a cell a stage; of several districts with their sum. ``office``: see ``cell``."""
    columns = list(zip(*(line.cells for line in lines), strict=True))
    dated = [vary(one.place for one in column) for column in columns]
    rows = [
        Row(
            line.district.name if line.district else "",
            tuple(
                cell(one, line.district, today, office, own)
                for one, own in zip(line.cells, dated, strict=True)
            ),
        )
        for line in lines
    ]
    return [*rows, Row("合计", tuple(_sum(column) for column in columns))] if len(lines) > 1 else rows


def vary(places: Iterable[StageDate]) -> bool:
    """Whether offices have different dates for a stage: then each cell says its own."""
    return len({place.due for place in places}) > 1


def cell(of: Cell, district: Org | None, today: date, office: bool = True, dated: bool = False) -> Shown:
    """One stage of one district. ``office``: whoever looks keeps or oversees stages; others are led to the list of units. ``dated``: with
    its date, as long as it is not done.
    """
    name, campaign, kind = district.name if district else "", of.stage.campaign, stage_type.of(of.place)
    href = reverse("campaigns:cases", args=(campaign.key,)) + (
        f"?district={district.code}" if district else ""
    )
    if office and not kind.of_unit and kind.place_page is not None:
        href = kind.place_page(of.place)
    if kind.of_unit or kind.waits:
        mark, text, share, note = _counted(of, today)
    elif by_units(of):
        mark, text, share, note = _looked_at(of, today)
    else:
        (mark, text, note), share = _told(of, today), None
    if dated and of.place.due is not None and of.place.closed_on is None and mark != "done":
        note = "　".join(one for one in (f"{short_day(of.place.due)}截止", note) if one)
    label = f"{name}，{of.stage.title}，{text}" + (f"，{note}" if note else "")
    return Shown(mark, text, share, label, href, note, name, of.stage.title)


def _told(of: Cell, today: date) -> tuple[str, str, str]:
    """Mark, word and note of an office's stage; a forwarding says when, and whether it was late."""
    place = of.place
    until = when(place.due, today, place.closed_at is not None)
    if place.closed_on is not None:
        day = short_day(place.closed_on)
        own = place.stage.type == "notice" and place.notice_id not in (None, place.stage.campaign.notice_id)
        word = "转发" if own else "办结"
        return ("due", f"逾期{word}", day) if place.late else ("done", f"已{word}", day)
    if until.state == "overdue":
        return "overdue", until.words, ""
    if of.waiting:
        return "running", "办理中", until.words
    return "", "未开始", ""


def by_units(of: Cell) -> bool:
    """Whether a cell says how many units are through, not only whether its office has closed the stage."""
    kind = stage_type.of(of.place)
    return kind.of_unit or kind.waits or (kind.counts is not None and of.total > 0)


def _looked_at(of: Cell, today: date) -> tuple[str, str, int | None, str]:
    """Mark, text, width of the bar and note of a stage of review: units done of those to look at, and whether the office has closed it."""
    told, _, day = _told(of, today)
    closed = of.place.closed_on is not None
    mark = told if closed or told == "overdue" else "running" if of.done or of.waiting else ""
    note = ("逾期办结 " if told == "due" else "办结 ") + day if closed else day
    if closed and of.done < of.total:
        mark, note = "query", f"{note}，{_lacking(of.done, of.total)}"
    return mark, f"{of.done}/{of.total}", round(20 * of.done / of.total), note


def _lacking(done: int, total: int) -> str:
    """What a stage of review was closed without."""
    return f"{total - done} 个没有查完"


def _counted(of: Cell, today: date) -> tuple[str, str, int | None, str]:
    """Mark, text, width of the bar and note of a stage that each unit passes by itself."""
    until = when(of.place.due, today, of.done == of.total)
    if not of.done and not of.waiting and not until.state:
        return "", "未开始", None, ""
    mark = "done" if of.done == of.total else until.state
    share = round(20 * of.done / of.total) if of.total else 0
    return mark, f"{of.done}/{of.total}", share, f"退回 {of.returned}" if of.returned else ""


def _sum(column: Sequence[Cell]) -> Shown:
    """All districts in one stage: units that are through, or offices that have closed it."""
    first = column[0]
    if any(by_units(one) for one in column):
        done, total = sum(one.done for one in column), sum(one.total for one in column)
    else:
        places = {one.place.pk: one.place for one in column}
        done, total = sum(place.closed_at is not None for place in places.values()), len(places)
    href = reverse("campaigns:cases", args=(first.stage.campaign.key,))
    counts_itself = stage_type.of(first.place).counts is not None
    closed = all(one.place.closed_at is not None for one in column)
    mark = "done" if done == total and (closed or not counts_itself) else ""
    share = round(20 * done / total) if total else 0
    label = f"合计，{first.stage.title}，{done}/{total}"
    return Shown(mark, f"{done}/{total}", share, label, href, "", "合计", first.stage.title)


@dataclass(frozen=True, slots=True)
class Place:
    """One stage as an org keeps it, in its dated list."""

    place: StageDate
    when: When
    state: str
    word: str
    href: str
    may_keep: bool


def own_places(campaign: Campaign, membership: Membership, today: date, lines: Sequence[Line]) -> list[Place]:
    """The dated list of stages of the membership's own org (for the launching office: the launched ones it keeps). ``lines``: the
    matrix, which says how far the units are with each.
    """
    cells: dict[int, list[Cell]] = defaultdict(list)
    for line in lines:
        for one in line.cells:
            cells[one.place.pk].append(one)
    rows = StageDate.objects.filter(stage__campaign=campaign).select_related(
        "stage__campaign", "org__parent", "closed_by"
    )
    own = [row for row in rows if rules.acts_for(membership, row.org)]
    return [_place(row, cells[row.pk], membership, today) for row in own]


def _place(place: StageDate, cells: Sequence[Cell], membership: Membership, today: date) -> Place:
    done, total = sum(one.done for one in cells), sum(one.total for one in cells)
    waiting, kind = sum(one.waiting for one in cells), stage_type.of(place)
    counted = kind.of_unit or kind.waits
    looked_at = any(by_units(one) for one in cells) and not counted
    through = place.closed_at is not None or (counted and total > 0 and done == total)
    if counted and through:
        state, word = "done", f"已完成 {done}/{total}"
    elif (counted or (looked_at and not through)) and (done or waiting):
        state, word = "running", f"进行中 {done}/{total}"
    elif looked_at and through and done < total:
        how = "逾期" if place.late else "已"
        state, word = "query", f"{how}办结 {done}/{total}，{_lacking(done, total)}"
    elif place.closed_at is not None:
        state, word, _ = _told(cells[0] if cells else Cell(place.stage, place, 0, 0, 0, 0), today)
    elif waiting:
        state, word = "running", "办理中"
    else:
        state, word = "waiting", "未开始"
    page = None if kind.of_unit else kind.place_page
    href = page(place) if page is not None else reverse("campaigns:place", args=(place.pk,))
    return Place(place, when(place.due, today, through), state, word, href, rules.may_keep(membership, place))


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
