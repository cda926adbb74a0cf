"""One item of a score sheet as a page shows it: the three judgements, what differs in words, what is lacking, what it was last time.

Not here: which items a page shows and who sees what (``sheet_page``), what a team's scores come to (``scoring``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from dudao.standards.model import Indicator, Points, Standard
from dudao_web.campaigns import shown
from dudao_web.campaigns.models import Judgement
from dudao_web.evidence.models import Place
from dudao_web.inspections import carried, scales, scoring
from dudao_web.inspections.models import Member, Score, Sheet
from dudao_web.standards import words
from dudao_web.standards.words import number

CARRIED = "#"  # codes of carried problems that name no item begin with it
ORDER = {"A": 2, "B": 1, "C": 0, "met": 2, "basically_met": 1, "not_met": 0, "mended": 2}
GRADED = "评定为"  # as ``carried`` writes an item that was not A
STEPS = {1: "一级", 2: "两级"}
MARKS = {"mended": ("met", "已整改"), "not_met": ("not_met", "未整改")}


@dataclass(frozen=True, slots=True)
class Cell:
    """A judgement as it is shown. ``letter``: of a grade, in its box; ``said``: False where nobody has judged."""

    mark: str
    word: str
    letter: str = ""
    note: str = ""
    said: bool = True


NOBODY = Cell("no_data", "未判定", said=False)


@dataclass(frozen=True, slots=True)
class Column:
    """The head of one of the three judgements: whose it is, and when it was made."""

    source: str
    title: str
    who: str
    when: str


@dataclass(frozen=True, slots=True)
class Single:
    """What one member of the team found in one item."""

    who: str
    cell: Cell
    problem: str


@dataclass(frozen=True, slots=True)
class Row:
    """One item. ``n``: its place; ``slug``: of its code in addresses; ``before``, ``after``: the judgements of the columns on either side
    of the sheet's own one; ``own``: that of its own, as far as whoever looks may see it; ``mine``: his own score that counts now.
    """

    n: int
    code: str
    slug: str
    title: str
    text: str
    clause: str
    rule: tuple[str, ...]
    choices: tuple[tuple[str, str], ...]
    most: str
    last: tuple[Mapping[str, str], ...]
    before: tuple[tuple[Column, Cell], ...]
    after: tuple[tuple[Column, Cell], ...]
    own: Cell
    base: Judgement | None
    mine: Score | None
    singles: tuple[Single, ...]
    proofs: tuple[Place, ...]
    differs: str
    fault: str
    changed: str
    problems: tuple[str, ...]

    @property
    def carried(self) -> bool:
        """Whether it is a problem carried in, and no item of the standard."""
        return self.code.startswith(CARRIED)

    @property
    def label(self) -> str:
        """What it is called beside its title."""
        return carried.label(self.code)

    @property
    def last_word(self) -> str:
        """What it was last time, short: 上次 B; of a problem written down then, that there was one."""
        grade = next((line["text"] for line in self.last if line["text"].startswith(GRADED)), "")
        return f"上次 {grade.removeprefix(GRADED).partition('：')[0].strip()}" if grade else "上次有问题"

    @property
    def split(self) -> bool:
        """Whether the members found different things."""
        return len({(one.cell.letter, one.cell.word) for one in self.singles}) > 1

    @property
    def same(self) -> bool:
        """Whether nothing about it needs a look."""
        return self.differs in ("一致", "")


@dataclass(frozen=True, slots=True)
class Reading:
    """What was read once for all rows."""

    sheet: Sheet
    standard: Standard
    before: tuple[Column, ...]
    after: tuple[Column, ...]
    judged: Mapping[tuple[str, str], Judgement]
    places: Mapping[str, list[Place]]
    changed: Mapping[str, str]
    member: Member | None
    team: bool
    sees_all: bool


def slug(code: str) -> str:
    """A code as it stands in an address: ``#1`` is no part of one."""
    return f"carried-{code.removeprefix(CARRIED)}" if code.startswith(CARRIED) else code


def code(slug: str) -> str:
    """The code of an address."""
    return f"{CARRIED}{slug.removeprefix('carried-')}" if slug.startswith("carried-") else slug


def cell(
    value: str, points: Decimal | None = None, note: str = "", named: Mapping[str, str] | None = None
) -> Cell:
    """A judgement as it is shown. ``named``: words of the item's values, by value."""
    said = named or {}
    if value in shown.GRADES:
        mark, letter = shown.GRADES[value]
        return Cell(mark, said.get(value, ""), letter, note)
    if points is not None:
        return Cell("no_data" if value == "no_data" else "met", f"{number(points)} 分", "", note)
    mark, word = MARKS.get(value, (value, "")) if value == "mended" else (value, "")
    return Cell(mark, said.get(value) or word or shown.WORDS.get(value, ""), "", note)


def row(n: int, one: scoring.Settled, reading: Reading) -> Row:
    sheet, code = reading.sheet, one.indicator
    indicator = None if code.startswith(CARRIED) else reading.standard.indicator(code)
    lines = _carried(sheet, code)
    choices = scales.choices(indicator)
    named = dict(choices)
    mine = _mine(one, reading.member)
    own = _own(one, mine, reading, named)
    note = one.note if reading.team else (mine.note if mine else "")
    points = indicator.rule if indicator is not None and isinstance(indicator.rule, Points) else None
    return Row(
        n=n,
        code=code,
        slug=slug(code),
        title=indicator.short if indicator else lines[0]["text"],
        text=_text(indicator) if indicator else "",
        clause=indicator.clause if indicator else lines[0].get("from", ""),
        rule=tuple(words.rule_lines(reading.standard, indicator)) if indicator else (),
        choices=choices,
        most=number(points.most) if points else "",
        last=tuple(lines),
        before=_others(reading.before, code, reading, named) if indicator else (),
        after=_others(reading.after, code, reading, named) if indicator else (),
        own=own,
        base=one.base,
        mine=mine,
        singles=_singles(one, named) if reading.sees_all else (),
        proofs=tuple(reading.places.get(code, ())),
        differs=_differs(sheet, one, own, mine, reading),
        fault=one.fault if reading.team else _fault(own, one, mine, note),
        changed=reading.changed.get(code, ""),
        problems=_problems(one, mine, reading),
    )


def _text(indicator: Indicator) -> str:
    """The clause, where it says more than the title."""
    return "" if indicator.text.rstrip("。") == indicator.short else indicator.text


def _carried(sheet: Sheet, code: str) -> list[carried.Line]:
    """What was carried in at an item; at ``#n`` the n-th line that names none."""
    if code.startswith(CARRIED):
        return [dict(carried.coded_of(sheet))[code]]
    return [line for line in sheet.carried if line["indicator"] == code]


def _mine(one: scoring.Settled, member: Member | None) -> Score | None:
    return next((score for score in one.scores if member is not None and score.member_id == member.pk), None)


def _own(one: scoring.Settled, mine: Score | None, reading: Reading, named: Mapping[str, str]) -> Cell:
    """The sheet's own column: once handed in what stands as the judgement, before that the team's or his own."""
    stands = reading.judged.get((reading.sheet.source, one.indicator))
    if reading.sheet.state == "submitted" and stands is not None:
        return cell(stands.value, stands.points, stands.note, named)
    if reading.team:
        return cell(one.value, one.points, one.note, named) if one.value else NOBODY
    return cell(mine.value, mine.points, mine.note, named) if mine else NOBODY


def _others(
    columns: Sequence[Column], code: str, reading: Reading, named: Mapping[str, str]
) -> tuple[tuple[Column, Cell], ...]:
    """What stands in an item in other columns."""
    found = ((column, reading.judged.get((column.source, code))) for column in columns)
    nothing = Cell("no_data", "没有", said=False)
    return tuple(
        (column, cell(row.value, row.points, row.note, named) if row else nothing) for column, row in found
    )


def _singles(one: scoring.Settled, named: Mapping[str, str]) -> tuple[Single, ...]:
    return tuple(
        Single(_who(score.member), cell(score.value, score.points, score.note, named), score.problem)
        for score in one.scores
    )


def _who(member: Member) -> str:
    return f"{member.get_kind_display()}　{member.membership.title}"


def _problems(one: scoring.Settled, mine: Score | None, reading: Reading) -> tuple[str, ...]:
    """What is to be listed as a problem, as far as whoever looks may see it."""
    if reading.team:
        return tuple(dict.fromkeys(score.problem for score in one.scores if score.problem))
    return (mine.problem,) if mine and mine.problem else ()


def _differs(sheet: Sheet, one: scoring.Settled, own: Cell, mine: Score | None, reading: Reading) -> str:
    """How the judgements stand to each other, in words: 一致, 抽查低一级, 自查高一级, 待判."""
    if not own.said:
        return "待判"
    value, points = _value(one, mine, reading)
    source = Judgement.SOURCES[sheet.source]
    if one.base is not None and (said := gap(source, value, points, one.base)):
        return said
    by_unit = reading.judged.get(("self", one.indicator))
    if one.base is not None and by_unit is not None and one.base.source != "self":
        return gap("自查", by_unit.value, by_unit.points, one.base) or "一致"
    return "一致" if one.base is not None else ""


def _value(one: scoring.Settled, mine: Score | None, reading: Reading) -> tuple[str, Decimal | None]:
    stands = reading.judged.get((reading.sheet.source, one.indicator))
    if reading.sheet.state == "submitted" and stands is not None:
        return stands.value, stands.points
    if reading.team or mine is None:
        return one.value, one.points
    return mine.value, mine.points


def gap(who: str, value: str, points: Decimal | None, base: Judgement) -> str:
    """How a judgement stands to another one: 低一级, 高 2 分, 不同; "" where they say the same."""
    if points is not None and base.points is not None:
        if points == base.points:
            return ""
        return f"{who}{'高' if points > base.points else '低'} {number(abs(points - base.points))} 分"
    if value == base.value:
        return ""
    if value in ORDER and base.value in ORDER:
        step = ORDER[value] - ORDER[base.value]
        return f"{who}{'高' if step > 0 else '低'}{STEPS[abs(step)]}" if step else ""
    return f"{who}与{Judgement.SOURCES[base.source]}不同"


def _fault(own: Cell, one: scoring.Settled, mine: Score | None, note: str) -> str:
    if not own.said:
        return "未判定"
    differs = one.base is not None and mine is not None and gap("", mine.value, mine.points, one.base)
    return "缺理由" if differs and not note else ""
