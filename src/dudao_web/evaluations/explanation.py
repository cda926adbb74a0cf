"""One number walked back, always in six steps: 结论 → 条文 → 公式 → 学校数据 → 来源 → 经办. A view of the library's tree of steps.

Here a Step (``dudao.evaluation.explain``) becomes what the page prints: texts, links, cells, files. A school is shown the cells of its own
returns alone. Not here: any number or judgement; which step an address means (``views_explain``).
"""

from collections.abc import Callable, Container, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from dudao.evaluation.explain import Leaf, Step, Term
from dudao.evaluation.explain.words import OPERATORS
from dudao.standards.model import Indicator, Ratio, Standard
from dudao_web.evaluations import shown
from dudao_web.submissions.models import Submission

Links = Callable[[Step], str]
"""A step below → the address of its own explanation, "" for none."""
Near = Container[str | None]  # codes of values that miss their limit and reach 85 % of it
LISTED = 400  # rows of one list on a page
_TOP = "影响最大"  # said of a coefficient in the fourth step, with more
_REACHES = "达到达标值的"  # said of a value beside its mark, with its own share


@dataclass(frozen=True, slots=True)
class CellLine:
    """One figure that a value rests on: what it is called, what stands in the cell, where. ``hidden``: it is another unit's."""

    label: str
    value: str
    place: str
    note: str
    file: str
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class FileLine:
    """One file: who handed it in and who confirmed it; ``submission``: the return in it that the reader may open, else None."""

    name: str
    sha256: str
    by: str
    submission: Submission | None


@dataclass(frozen=True, slots=True)
class PartLine:
    """A step below: a school, a group, a level, an item. ``bar``: of the widest share, in per cent."""

    label: str
    value: str
    limit: str
    judgement: str
    link: str
    note: str
    word: str = ""
    share: str = ""
    bar: float = 0
    pupils: str = ""
    apart: str = ""
    cells: tuple[CellLine, ...] = ()
    parts: tuple["PartLine", ...] = ()


@dataclass(frozen=True)
class Explained:
    """What the page prints. ``kind``: spread (a coefficient), value (a ratio of a school) or item; ``numbers``: the formula with its
    numbers; ``fraction``: (S, X̄, coefficient); ``top``: sentences on the school that moves a coefficient most; ``word``: beside the
    mark, "" for its usual one."""

    title: str
    step: Step
    kind: str
    indicator: Indicator | None
    value: str
    unit: str
    judgement: str
    word: str
    limit: str
    distance: tuple[str, ...]
    numbers: str
    fraction: tuple[str, str, str] | None
    terms: tuple[tuple[str, str, str], ...]
    top: tuple[str, ...]
    parts: tuple[PartLine, ...]
    cells: tuple[CellLine, ...]
    files: tuple[FileLine, ...]
    more: int
    note: str

    @property
    def handled(self) -> tuple[tuple[str, tuple[FileLine, ...]], ...]:
        """Who handed in and who confirmed, each said once, with the files it is said of."""
        said = dict.fromkeys(line.by for line in self.files)
        return tuple((by, tuple(line for line in self.files if line.by == by)) for by in said)


@dataclass(frozen=True)
class Reader:
    """What a reader may see of the cells. ``rows``: the run's returns that it may open; ``whole``: all of them, as an office may;
    ``may_file``: whether a return's file may be handed to it."""

    rows: Sequence[Submission]
    whole: bool
    may_file: Callable[[Submission], bool] = field(default=lambda row: True)

    def sees(self, leaf: Leaf) -> bool:
        """Whether the cell is of a return that the reader may open."""
        return self.whole or any(_holds(row, leaf) for row in self.rows)

    def submission(self, leaf: Leaf) -> Submission | None:
        """The return a cell is of; else one of the same file."""
        own = [row for row in self.rows if row.path == leaf.file and row.sha256 == leaf.sha256]
        return next((row for row in own if _holds(row, leaf)), own[0] if own and self.whole else None)


def _holds(row: Submission, leaf: Leaf) -> bool:
    """Whether a cell lies in a return: in its file and sheet, and in its row where a table holds many."""
    if (row.path, row.sheet or None) != (leaf.file, leaf.sheet or None):
        return False
    digits = "".join(sign for sign in leaf.cell or "" if sign.isdigit())
    return row.row is None or not digits or int(digits) == row.row


def explained(
    standard: Standard,
    step: Step,
    title: str,
    reader: Reader,
    links: Links,
    code: str | None = None,
    near: Near = (),
) -> Explained:
    """The page of a step. ``code``: of the indicator it belongs to, None for the verdict; ``near``: the indicators of a school whose
    values miss the limit and reach 85 % of it."""
    indicator = standard.indicator(code) if code is not None else None
    terms = {term.name: term for term in step.terms}
    kind = "spread" if "S2" in terms or "n" in terms else "value" if "resource" in terms else "item"
    below = [inner for inner in step.steps if not (_is_figure(inner) or _says_nothing(inner))]
    most = max((inner.share for inner in below if inner.share is not None), default=None)
    parts = [_part(inner, links, reader, most, inner.unit or step.unit, near) for inner in below[:LISTED]]
    state, word = _state(step, near if kind == "value" else ())
    source = list(_leaves(step, kind, links))
    figures = source if kind == "spread" else [inner for inner in step.steps if _is_figure(inner)]
    return Explained(
        title=title,
        step=step,
        kind=kind,
        indicator=indicator,
        value=_value(standard, step, kind),
        unit="" if step.unit in ("share", "比值") or kind == "spread" else step.unit,
        judgement=state,
        word=word,
        limit=_limit(step),
        distance=tuple(_distance(standard, step, kind, terms)),
        numbers=_numbers(standard, step, indicator, terms) if kind == "value" else "",
        fraction=_fraction(standard, step, terms) if kind == "spread" else None,
        terms=tuple(_term_lines(step, kind)),
        top=tuple(_top(standard, step, terms)) if kind == "spread" else (),
        parts=tuple(parts),
        cells=tuple(_cell(inner, reader) for inner in figures),
        files=tuple(_files(source, reader)),
        more=max(0, len(below) - LISTED),
        note="；".join(said for said in step.note.split("；") if not _said_elsewhere(said, kind, state)),
    )


def _state(step: Step, near: Near) -> tuple[str, str]:
    """The mark of a step and its word; "" for the usual word."""
    if step.code not in near or not isinstance(step.value, int | float | Fraction):
        return step.judgement, ""
    return "near", shown.near(shown.percent_of(float(step.value), _float(step.limit)))


def _said_elsewhere(said: str, kind: str, state: str) -> bool:
    """Whether a note is said on the page already: in the fourth step, or beside the mark."""
    return (kind == "spread" and said.startswith(_TOP)) or (state == "near" and said.startswith(_REACHES))


def _is_figure(step: Step) -> bool:
    """Whether a step is a figure: with its cell, or one that nobody gave."""
    lacking = step.judgement == "no_data" and not (step.steps or step.code or step.operator or step.formula)
    return step.leaf is not None or lacking


def _says_nothing(step: Step) -> bool:
    """Whether a step is the figure of a subject that is not monitored: its grade beside it says so."""
    return (
        step.judgement == "not_applicable"
        and step.value is None
        and not (step.steps or step.note or step.code)
    )


def _value(standard: Standard, step: Step, kind: str) -> str:
    value = step.value
    if value is None or isinstance(value, str) or not isinstance(value, int | float | Fraction):
        return shown.answer(value, step.unit, {stage.name: stage.title for stage in standard.levels})
    met = step.judgement == "met"
    if kind == "spread" or step.code == "composite":
        return shown.value(float(value), standard.rounding.variation, _float(step.limit), met=met)
    if kind == "value":
        return shown.value(float(value), standard.rounding.values, _float(step.limit), met=met)
    if step.operator == "==":
        return f"{shown.amount(value)}/{shown.amount(step.limit)}"
    return shown.amount(value, step.unit, step.limit).removesuffix(f" {step.unit}" if step.unit else "")


def _float(number: object) -> float | None:
    return None if number is None else float(number)  # type: ignore[arg-type]


def _limit(step: Step) -> str:
    """≥7.5, ≤0.45; "" where there is none or the limit is what the value is counted of."""
    if step.limit is None or step.operator == "==":
        return ""
    return f"{OPERATORS.get(step.operator, '')}{shown.limit(step.limit, step.unit)}"


def _distance(standard: Standard, step: Step, kind: str, terms: dict[str, Term]) -> Iterator[str]:
    """How far from the line, in words."""
    value, limit = step.value, step.limit
    if (
        step.operator == "=="
        or limit is None
        or isinstance(value, str)
        or not isinstance(value, int | float | Fraction)
    ):
        return
    apart = Fraction(value) - Fraction(limit)
    places = standard.rounding.variation if kind == "spread" else 2
    size = shown.amount(abs(apart), step.unit, 0, places)
    upward = step.operator in (">=", ">")
    if not apart:
        yield "恰为达标值" if upward else "恰为限值"
    elif upward:
        yield f"{'高出' if apart > 0 else '还差'} {size}"
    else:
        yield f"{'超出' if apart > 0 else '低于限值'} {size}"
    if (gap := terms.get("gap")) is not None:
        yield f"全校增加 {shown.amount(gap.value, gap.unit)} 即达标"
    if kind == "spread" and "limit2" in terms:
        square, bound = terms["S2"].value, terms["limit2"].value
        said = "大于" if Fraction(square) > Fraction(bound) else "不大于"  # type: ignore[arg-type]
        yield (
            f"按原始数比较：S²＝{shown.amount(square, '', bound, 3)}，"
            f"{said}（{shown.limit(limit)} X̄）²＝{shown.amount(bound, '', square, 3)}"
        )


def _numbers(standard: Standard, step: Step, indicator: Indicator | None, terms: dict[str, Term]) -> str:
    """The formula of a ratio with its numbers: 2 160 ÷ 360 ＝ 6.00 ㎡/生; "" while one of them is missing."""
    if indicator is None or not isinstance(indicator.rule, Ratio) or step.value is None:
        return ""
    fixed = {"resource", "part", "P", "distance", "gap", "apart"}
    added = [term for term in step.terms if term.name not in fixed and term.value]
    above = " ＋ ".join(shown.amount(term.value) for term in (terms["resource"], *added))
    above = f"（{above}）" if added else above
    scale = "" if indicator.rule.scale == 1 else f"{shown.amount(indicator.rule.scale)} × "
    part = f" × {shown.amount(terms['part'].value, '', None, 4)}" if "part" in terms else ""
    return f"{scale}{above}{part} ÷ {shown.amount(terms['P'].value)} ＝ {_value(standard, step, 'value')}"


def _fraction(standard: Standard, step: Step, terms: dict[str, Term]) -> tuple[str, str, str] | None:
    """S, X̄ and the coefficient."""
    square, mean = terms.get("S2"), terms.get("mean")
    if square is None or mean is None or step.value is None or not mean.value:
        return None
    root = float(square.value) ** 0.5  # type: ignore[arg-type]
    return shown.value(root, 3), shown.value(float(mean.value), 3), _value(standard, step, "spread")  # type: ignore[arg-type]


def _term_lines(step: Step, kind: str) -> Iterator[tuple[str, str, str]]:
    """What the formula names: label, value, note; what the other steps say already is left out."""
    said = {"distance", "gap", "S2", "limit2", "top", "cv_without", "cv_at_mean", "cv_per_thing", "apart"}
    for term in step.terms:
        if term.name not in said:
            value = (
                ""
                if isinstance(term.value, str)
                else shown.amount(term.value, term.unit, None, 3 if kind == "spread" else 2)
            )
            yield term.label, value or str(term.value or "无"), term.note


def _top(standard: Standard, step: Step, terms: dict[str, Term]) -> Iterator[str]:
    top = next((inner for inner in step.steps if inner.share), None)
    if "top" not in terms or top is None:
        return
    own = {term.name: term for term in top.terms}
    mean = terms["mean"]
    yield f"{_TOP}：{top.label}，占差异的 {shown.share(_float(top.share))}。"
    yield (
        f"该校 {shown.amount(own['P'].value)} 人，{_value(standard, top, 'value')} {top.unit}，"
        f"全县平均值 {shown.value(_float(mean.value), 3)}。"
    )
    places = standard.rounding.variation
    for name, words in (
        ("cv_without", "不计该校，差异系数为"),
        ("cv_at_mean", "该校等于全县平均值，差异系数为"),
    ):
        if (value := terms[name].value) is not None:
            yield f"{words} {shown.value(_float(value), places, _float(step.limit))}。"
    if (value := terms["cv_per_thing"].value) is not None:
        label = terms["cv_per_thing"].label.removesuffix("，差异系数变化")
        yield f"{label}，差异系数{'减小' if float(value) < 0 else '增大'} {shown.amount(abs(float(value)))}。"  # type: ignore[arg-type]


def _part(
    step: Step, links: Links, reader: Reader, most: Fraction | None, unit: str, near: Near = ()
) -> PartLine:
    terms = {term.name: term for term in step.terms}
    link = links(step)
    cells = () if link else tuple(_cell(inner, reader) for inner in step.steps if _is_figure(inner))
    inner = (
        ()
        if link
        else tuple(
            _part(one, links, reader, None, one.unit or unit)
            for one in step.steps[:LISTED]
            if not _is_figure(one)
        )
    )
    apart = terms["apart"].value if "apart" in terms else None
    value = "" if not isinstance(step.value, int | float | Fraction | str) else _part_value(step, unit)
    state, word = _state(step, near)
    return PartLine(
        label=step.label,
        value=value,
        limit=_limit(step),
        judgement="" if _only_shown(step) else state,
        link=link,
        note="；".join(said for said in step.note.split("；") if not _said_elsewhere(said, "", state)),
        word=word,
        share=shown.share(float(step.share)) if step.share is not None else "",
        bar=round(float(step.share / most) * 100, 1) if step.share and most else 0,
        pupils=shown.amount(terms["P"].value) if "P" in terms else "",
        apart=("＋" if apart is not None and float(apart) > 0 else "") + shown.amount(apart),  # type: ignore[arg-type]
        cells=cells,
        parts=inner,
    )


def _only_shown(step: Step) -> bool:
    """Whether a step is listed and not judged: a group of a survey, a score that counts in a total."""
    plain = step.judgement == "not_applicable" and not isinstance(step.value, str) and not step.note
    return plain and (step.limit is None or step.value is not None) and step.share is None


def _part_value(step: Step, unit: str) -> str:
    """A value of a step below: of a coefficient three decimals, of a ratio two, counts of counts as n/m."""
    met = step.judgement == "met"
    if step.operator == "==" and step.limit is not None:
        return f"{shown.amount(step.value)}/{shown.amount(step.limit)}"
    if isinstance(step.value, float):
        places = 3 if step.code == "composite" or any(term.name == "n" for term in step.terms) else 2
        number = shown.value(step.value, places, _float(step.limit), met=met)
        return number if unit in ("", "share", "比值") else f"{number} {unit}"
    return shown.amount(step.value, unit, step.limit)


def _cell(step: Step, reader: Reader) -> CellLine:
    """A figure with its cell; another unit's is named, not shown."""
    leaf = step.leaf
    if leaf is None:
        return CellLine(step.label, "", "", step.note, "")
    if not reader.sees(leaf):
        return CellLine(step.label, "", "", "由区县填报", "", hidden=True)
    value = "" if leaf.value is None and step.value is None else shown.amount(step.value, step.unit)
    place = "!".join(filter(None, [leaf.sheet, leaf.cell]))
    return CellLine(step.label, value, place, step.note, leaf.file)


def _leaves(step: Step, kind: str, links: Links) -> Iterator[Step]:
    """The steps whose cells stand on the page: of a coefficient the top school's, else those below that have no page of their own."""
    if kind == "spread":
        top = next((inner for inner in step.steps if inner.share), None)
        yield from (inner for inner in top.steps if inner.leaf is not None) if top else ()
        return
    for inner in step.steps:
        if inner.leaf is not None:
            yield inner
        elif not links(inner):
            yield from _leaves(inner, "item", links)


def _files(found: Iterable[Step], reader: Reader) -> Iterator[FileLine]:
    """Each file once, in order of first mention."""
    seen: set[tuple[str, str]] = set()
    for step in found:
        leaf = step.leaf
        if leaf is None or not reader.sees(leaf) or (leaf.file, leaf.sha256) in seen:
            continue
        seen.add((leaf.file, leaf.sha256))
        row = reader.submission(leaf)
        yield FileLine(
            leaf.file, leaf.sha256, step.by, row if row is not None and reader.may_file(row) else None
        )
