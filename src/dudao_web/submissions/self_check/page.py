"""What the pages of a self-check show: the index with its counts, one item with its questions, what follows as filled in now.

Here lives the order and the shape of what is asked. Not here: what the answers are (``answers``), what follows from them (``judging``),
keeping them (``actions``).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cached_property

from dudao.evaluation import sentences
from dudao.evaluation.item import Item
from dudao.standards import asked
from dudao.standards.asked import AskedItem
from dudao.standards.model import Declared, Field, Given, Graded, Points, Survey
from dudao_web.campaigns import shown
from dudao_web.evidence import queries as evidence
from dudao_web.evidence.queries import Held
from dudao_web.standards import words
from dudao_web.standards.words import number
from dudao_web.submissions.self_check import answers
from dudao_web.submissions.self_check.answers import Sheet, is_proof, note_of
from dudao_web.submissions.self_check.judging import Judged

FEW = 4  # choices up to which they stand side by side, and not in a list
STATES = {"error": "错误", "query": "存疑", "filled": "已填", "begun": "未填完", "open": "未填"}


@dataclass(frozen=True, slots=True)
class Word:
    """A judgement as it is shown: a mark, its word, and what stands beside it."""

    mark: str
    word: str
    text: str = ""


NOTHING = Word("no_data", "")
UNSEEN = "\ue000"  # in place of what was seen: no text that is typed is the same, so a clash stays one until it is decided


@dataclass(frozen=True, slots=True)
class Ask:
    """One field of the item. ``n``: its place, by which the page finds it again. ``seen``: what stands; ``value``: what is in the box.
    ``origin``: carried, changed (carried in before), typed, or "". ``earlier``: what the unit said last time, ``change``: since then.
    ``both``: what somebody else saved meanwhile, None where nobody did.
    """

    n: int
    name: str
    label: str
    control: str
    value: str
    seen: str
    unit: str = ""
    words: tuple[str, ...] = ()
    hint: str = ""
    origin: str = ""
    source: str = ""
    earlier: str = ""
    change: str = ""
    faults: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    both: str | None = None
    longest: int = 2000


@dataclass(frozen=True, slots=True)
class Group:
    """Questions of an item under one head, or a table of them where there are ``rows``."""

    title: str
    asks: tuple[Ask, ...]
    heads: tuple[str, ...] = ()
    rows: tuple[tuple[str, tuple[Ask, ...]], ...] = ()
    survey: bool = False


@dataclass(frozen=True, slots=True)
class Entry:
    """An item in the index."""

    n: int
    code: str
    title: str
    state: str
    errors: int
    queries: int
    gaps: int
    word: Word
    filled: bool  # nothing is lacking in its answer


@dataclass(frozen=True, slots=True)
class Part:
    """A chapter in the index."""

    n: int
    title: str
    entries: tuple[Entry, ...]

    @property
    def filled(self) -> int:
        return sum(entry.filled for entry in self.entries)


@dataclass(frozen=True, slots=True)
class Counts:
    """What stands at the head of the page."""

    total: int
    filled: int
    carried: int
    errors: int
    queries: int
    gaps: int


@dataclass(frozen=True)
class View:
    """A sheet as a page shows it: ``texts`` in place of what is kept where something was not saved, ``both``: what clashes with it.
    ``draft``: as filled in now; else as handed in.
    """

    sheet: Sheet
    judged: Judged
    draft: bool
    texts: Mapping[str, str] = field(default_factory=dict)
    both: Mapping[str, str] = field(default_factory=dict)

    @cached_property
    def said(self) -> dict[str, str]:
        """Field -> text that is shown."""
        return self.sheet.texts if self.draft else self.sheet.handed_in

    @cached_property
    def words(self) -> dict[str, Word]:
        """Code of an indicator -> its judgement, of what is filled in or was handed in."""
        if self.draft:
            return {one.indicator: word(one.value, one.points) for one in self.judged.answered}
        return {code: word(row.value, row.points) for code, row in self.sheet.last.items()}


def word(value: str, points: Decimal | None) -> Word:
    """A judgement by its value and points."""
    if value in shown.GRADES:
        return Word(*shown.GRADES[value])
    if points is not None:
        return Word(
            "no_data" if value == "no_data" else "met", f"{number(points.quantize(Decimal('0.001')))} 分"
        )
    return Word(value, shown.WORDS.get(value, ""))


def index(view: View) -> list[Part]:
    """The items by chapter."""
    found: list[Part] = []
    n = 0
    for chapter in view.sheet.standard.chapters:
        entries = []
        for item in view.sheet.items:
            if item.chapter is chapter or item.chapter.number == chapter.number:
                entries.append(_entry(view, item, n))
                n += 1
        if entries:
            found.append(Part(len(found), chapter.title, tuple(entries)))
    return found


def _entry(view: View, item: AskedItem, n: int) -> Entry:
    said, code, names = view.said, item.indicator.code, {field.name for field in item.fields}
    errors = len(names & view.judged.errors.keys()) if view.draft else 0
    queries = len(names & view.judged.queries.keys()) if view.draft else 0
    filled = view.sheet.answered(item, said)
    if errors:
        state = "error"
    elif not filled:
        own = (field.name for field in item.fields if not is_proof(field))
        state = "begun" if any(name in said for name in own) else "open"
    else:
        state = "query" if queries else "filled"
    gaps, judged = len(view.sheet.gaps(item)), view.words.get(code, NOTHING)
    return Entry(n, code, item.indicator.short, state, errors, queries, gaps, judged, filled)


def counts(view: View, parts: Sequence[Part]) -> Counts:
    """What stands at the head of the page."""
    entries = [entry for part in parts for entry in part.entries]
    carried = sum(one.origin == answers.CARRIED and bool(one.text) for one in view.sheet.answers.values())
    return Counts(
        len(entries),
        sum(entry.filled for entry in entries),
        carried if view.draft else 0,
        len(view.judged.errors) if view.draft else 0,
        len(view.judged.queries) if view.draft else 0,
        sum(entry.gaps for entry in entries),
    )


@dataclass(frozen=True, slots=True)
class Shown:
    """One item on its page. ``limit``: what it is measured by, in words; ``earlier``: the judgement of last time, ``year`` of that."""

    item: AskedItem
    entry: Entry
    part: Part
    groups: tuple[Group, ...]
    note: Ask
    limit: str
    result: Word
    held: Held
    earlier: Word | None
    year: int | None
    previous: str
    next: str

    @property
    def asks(self) -> list[Ask]:
        """Every question of the item, with the note."""
        rows = [ask for group in self.groups for _, cells in group.rows for ask in cells]
        return [*(ask for group in self.groups for ask in group.asks), *rows, self.note]


def item_page(view: View, parts: Sequence[Part], code: str, on: date) -> Shown:
    """The page of one item; KeyError for a code that is not asked."""
    entries = {entry.code: (part, entry) for part in parts for entry in part.entries}
    part, entry = entries[code]
    codes, sheet = list(entries), view.sheet
    item = next(one for one in sheet.items if one.indicator.code == code)
    asks = {field.name: _ask(view, item, field, n) for n, field in enumerate(item.fields)}
    before = sheet.before.judgements.get(code)
    return Shown(
        item,
        entry,
        part,
        _groups(item, asks),
        _note(view, code, len(asks)),
        words.plain_limits(sheet.standard, item.indicator, on),
        _result(view, code),
        evidence.held(code, item.indicator.title, item.proofs, sheet.places.get(code, ())),
        word(before.value, before.points) if before else None,
        sheet.before.case.campaign.year if sheet.before.case else None,
        codes[entry.n - 1] if entry.n else "",
        codes[entry.n + 1] if entry.n + 1 < len(codes) else "",
    )


def _result(view: View, code: str) -> Word:
    """What follows for an item as filled in now, with its value or what is in the way; of what was handed in, the judgement alone."""
    found = view.words.get(code, NOTHING)
    if not view.draft:
        return found
    item = view.judged.evaluation.item(code)
    if item.judgement != "no_data":
        return Word(found.mark, found.word, _value(item))
    asked_of = next(one for one in view.sheet.items if one.indicator.code == code)
    whole = bool(item.note) or view.sheet.answered(asked_of)
    return Word(found.mark, found.word, sentences.why(item) if whole else "还没有填完")


def _value(item: Item) -> str:
    rule = item.indicator.rule
    if isinstance(rule, Points):
        return f"满分 {number(rule.most)} 分"
    if not isinstance(item.value, Fraction):
        return item.note
    limit = next((one for one in item.indicator.limits if one.when is None), None)
    value = sentences.amount(item.value, item.indicator.unit, limit)
    return f"{value}，应{sentences.bound(limit, item.indicator.unit)}" if limit else value


def _ask(view: View, item: AskedItem, field: Field, n: int) -> Ask:
    sheet, name = view.sheet, field.name
    old = sheet.answers.get(name) if view.draft else None
    stands = (old.text if old else "") if view.draft else view.said.get(name, "")
    origin = old.origin if old is not None and old.text else ""
    if old is not None and origin == answers.TYPED and old.source:
        origin = "changed"
    earlier = sheet.before.texts.get(name, "") if not is_proof(field) else ""
    return Ask(
        n,
        name,
        label(item, field),
        _control(field),
        view.texts.get(name, stands),
        UNSEEN if name in view.both else stands,
        field.unit,
        ("是", "否") if field.kind == "flag" else field.choices,
        _hint(view, item, field),
        origin,
        old.source if old is not None else "",
        earlier,
        _change(field, earlier, stands),
        tuple(one.found + one.mend for one in view.judged.errors.get(name, ())) if view.draft else (),
        tuple(one.found + one.mend for one in view.judged.queries.get(name, ())) if view.draft else (),
        view.both.get(name),
    )


def _note(view: View, code: str, n: int) -> Ask:
    name = note_of(code)
    old = view.sheet.answers.get(name) if view.draft else None
    stands = (old.text if old else "") if view.draft else view.said.get(name, "")
    before = view.sheet.before.judgements.get(code)
    earlier = before.note if before else ""
    text = view.texts.get(name, stands)
    seen = UNSEEN if name in view.both else stands
    return Ask(n, name, "说明", "text", text, seen, earlier=earlier, both=view.both.get(name))


def report(view: View) -> Ask:
    """The box of the report."""
    name = answers.REPORT
    old = view.sheet.answers.get(name)
    stands = old.text if old else ""
    text = view.texts.get(name, stands)
    seen = UNSEEN if name in view.both else stands
    return Ask(0, name, "自查报告", "text", text, seen, both=view.both.get(name), longest=5000)


def _control(field: Field) -> str:
    if field.kind == "flag" or field.choices:
        return "radio" if len(field.choices) <= FEW else "select"
    return "number" if field.numeric else "text"


def label(item: AskedItem, field: Field) -> str:
    """The words of a question beside its item: without the item's code and title, of a clause the clause alone."""
    code, rule = item.indicator.code, item.indicator.rule
    if not field.item:
        return field.label
    if isinstance(rule, Survey | Given) and "_also_" not in field.name:
        return field.label.rpartition("：")[2]
    text = field.label.removeprefix(f"{code} ").removeprefix(f"{item.indicator.title}：")
    if isinstance(rule, Graded) or "_also_" in field.name:
        return text.removesuffix("：是否达到").removesuffix("：有无").removesuffix("：是否达到要求")
    return text


def _hint(view: View, item: AskedItem, field: Field) -> str:
    if is_proof(field):
        filed = view.sheet.filed(item)
        if filed:
            return f"已列入的材料即为佐证：{filed}。不必再写。"
        return "在下面列入材料，或写明材料名称、文号。"
    if isinstance(item.indicator.rule, Given) and field.numeric:
        return "填小数，如 0.12"
    return field.note if not isinstance(item.indicator.rule, Declared) else ""


def _change(field: Field, earlier: str, now: str) -> str:
    """How a figure changed since last time, as a share of it; "" where nothing can be said."""
    if not field.numeric or not earlier or not now or earlier == now:
        return ""
    try:
        old, new = Decimal(earlier), Decimal(now)
    except ArithmeticError:
        return ""
    if not old:
        return ""
    share = number(abs((new - old) / old * 100).quantize(Decimal("0.1")))
    return f"{'增加' if new > old else '减少'} {share}%"


def _groups(item: AskedItem, asks: Mapping[str, Ask]) -> tuple[Group, ...]:
    """The questions in groups: of a graded item the clauses of each grade, of a survey and a result handed down a table."""
    indicator, rule = item.indicator, item.indicator.rule
    also = tuple(ask for name, ask in asks.items() if "_also_" in name)
    rest = tuple(ask for ask in asks.values() if ask not in also)
    more = (Group("条文另有要求", also),) if also else ()
    if isinstance(rule, Graded):
        hits = tuple(asks[asked.name(indicator, f"c{n}")] for n, _ in enumerate(rule.clauses.get("C", ()), 1))
        reached = tuple(ask for ask in rest if ask not in hits)
        head = "A 等条文" if rule.by == "clauses" else "观察点"
        found = [Group(head, reached)] if reached else []
        return (*found, *((Group("C 等情形", hits),) if hits else ()), *more)
    if isinstance(rule, Survey):
        rows = tuple(
            (group, tuple(asks[asked.name(indicator, f"{n}_{what}")] for what in asked.SURVEY))
            for n, group in enumerate(rule.groups, 1)
        )
        return (Group("", (), tuple(asked.SURVEY.values()), rows, True), *more)
    if isinstance(rule, Given):
        rows = tuple(
            (part, tuple(asks[asked.name(indicator, f"{n}_{what}")] for what in ("grade", "value")))
            for n, part in enumerate(rule.parts, 1)
        )
        return (Group("", (), ("学业水平等级", "校际差异率"), rows), *more)
    return (Group("", rest), *more)
