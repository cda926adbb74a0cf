"""Figures as the checks read them (usable ones only) and as their messages tell them.

Here live the words, the arithmetic and the bounds that several checks share. Not here: any check.
A figure that is missing, refused or of a stage the school does not have is never compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from functools import cache

from dudao.intake.row import Figures
from dudao.issues import Issue
from dudao.standards.model import Indicator, Stage, Standard
from dudao.tables import Return

ZERO = Decimal(0)
SMALL = 100
"""Pupils below which a school's floor space, money and staff per pupil are naturally far above the usual."""
SMALL_FACTOR = 10
"""How many times the usual upper bound holds for such a school."""
RURAL_SMALL = (50, 99)
"""Fewest and most pupils of a 50人及以上但不足100人的乡村小规模学校."""
BANDS = (
    ("classes_25", 1, 25),
    ("classes_30", 26, 30),
    ("classes_35", 31, 35),
    ("classes_40", 36, 40),
    ("classes_45", 41, 45),
    ("classes_50", 46, 50),
    ("classes_55", 51, 55),
    ("classes_60", 56, 60),
    ("classes_65", 61, 65),
    ("classes_66", 66, None),
)
"""The class bands of the form: field, fewest and most pupils of a class in it (None: no most). 以下 and 以上 include the number."""
MEND = "请核对并改正；确实如此的，书面说明原因。"


def number(unit: Return, name: str) -> Decimal | None:
    """The value of a numeric field where it may be used, else None."""
    figures = unit.figures
    if isinstance(figures, Figures):
        return figures.number(name)
    figure = figures.get(name)
    if figure is None or not figure.known:
        return None
    value = figure.value
    return value if isinstance(value, Decimal) else None


def numbers(unit: Return, names: Sequence[str]) -> list[Decimal] | None:
    """The values of several fields; None unless all of them may be used."""
    found = []
    for name in names:
        value = number(unit, name)
        if value is None:
            return None
        found.append(value)
    return found


def flag(unit: Return, name: str) -> bool | None:
    """The answer to 是/否 where it may be used (a blank counts as 否), else None."""
    figure = unit.figures.get(name)
    if figure is None or not figure.known:
        return None
    return figure.value if isinstance(figure.value, bool) else None


@cache
def asking(standard: Standard, rule: type) -> tuple[Indicator, ...]:
    """The indicators of a standard whose rule is of this kind."""
    return tuple(indicator for indicator in standard.indicators if isinstance(indicator.rule, rule))


def judged_pupils(unit: Return, standard: Standard) -> Decimal | None:
    """Pupils of the judged stages (义务教育阶段); None when one of them is unknown."""
    total = ZERO
    for stage in standard.stages:
        if stage.judged:
            value = _stage_pupils(unit, standard, stage)
            if value is None:
                return None
            total += value
    return total


def pupil_readings(unit: Return, standard: Standard) -> tuple[Decimal, ...]:
    """The pupils that a figure of the whole school may refer to.

    A form does not say whether 班级总数 or 专任教师 of a school with a 高中部 include it, so there are two readings there: the
    义务教育 stages, and all stages. One elsewhere; none when a stage is unknown.
    """
    judged = others = ZERO
    for stage in standard.stages:
        value = _stage_pupils(unit, standard, stage)
        if value is None:
            return ()
        if stage.judged:
            judged += value
        else:
            others += value
    return (judged, judged + others) if others else (judged,)


def _stage_pupils(unit: Return, standard: Standard, stage: Stage) -> Decimal | None:
    value = number(unit, stage.pupils)
    return ZERO if value is None and _lacks(unit, standard, stage) else value


def _lacks(unit: Return, standard: Standard, stage: Stage) -> bool:
    if unit.figure(stage.pupils).state == "absent":
        return True
    kind = standard.type_of(unit.text("school_type"))
    return kind is not None and stage.name not in kind.stages


def stages_of(unit: Return, standard: Standard) -> tuple[Stage, ...]:
    """The stages of a school by its type and its 附设班, in order; none when the type is unknown."""
    kind = standard.type_of(unit.text("school_type"))
    if kind is None:
        return ()
    attached = unit.text("attached_stage")
    return tuple(stage for stage in standard.stages if stage.name in kind.stages or stage.title == attached)


def pupils_field(unit: Return, standard: Standard) -> str:
    """The field in which the school's pupils are to be corrected first: of its first judged stage that has any."""
    names = [stage.pupils for stage in standard.levels]
    return next((name for name in names if number(unit, name)), names[0])


def amount(value: Decimal) -> str:
    """A number as the messages print it: plain digits, a gap between thousands.

    >>> amount(Decimal("13240.50")), amount(Decimal("-0.00052"))
    ('13 240.5', '-0.00052')
    """
    if value and not -12 <= value.adjusted() <= 15:
        return f"{value:.2E}"  # hundreds of digits help nobody
    text = f"{value:,f}".replace(",", " ")
    return text.rstrip("0").rstrip(".") if "." in text else text


def ratio(value: Decimal) -> str:
    """A quotient as the messages print it: two decimals, or two significant digits when it is smaller.

    >>> ratio(Decimal(20) / 3), ratio(Decimal(1) / 2400)
    ('6.67', '0.00042')
    """
    if value and not -12 <= value.adjusted() <= 15:
        return amount(value)
    places = 2 if not value or value.adjusted() >= -2 else 1 - value.adjusted()
    return amount(value.quantize(Decimal(1).scaleb(-places)))


def label(standard: Standard, name: str) -> str:
    """A field's label in corner brackets."""
    return f"「{standard.field(name).label}」"


def told(unit: Return, standard: Standard, name: str) -> str:
    """A figure as the messages tell it: label, value, unit."""
    value, field = unit.figure(name).value, standard.field(name)
    if isinstance(value, bool):
        return f"{label(standard, name)}填“{'是' if value else '否'}”"
    if isinstance(value, Decimal):
        return f"{label(standard, name)}{f'{value:f}' if field.kind == 'year' else amount(value)} {field.unit}".rstrip()
    return f"{label(standard, name)}填“{value}”"


def pupils_told(unit: Return, standard: Standard, judged: bool = False) -> str:
    """The pupils by stage as the messages tell them, and their sum; ``judged``: of the 义务教育 stages alone."""
    stages = [stage for stage in standard.stages if stage.judged or not judged]
    counted = [(stage, value) for stage in stages if (value := number(unit, stage.pupils))]
    if not counted:
        return "学生 0 人"
    text = "、".join(told(unit, standard, stage.pupils) for stage, _ in counted)
    if len(counted) > 1:
        text += f"，合计 {amount(sum((value for _, value in counted), ZERO))} 人"
    compulsory = [value for stage, value in counted if stage.judged]
    if len(compulsory) < len(counted):
        text += f"（义务教育阶段 {amount(sum(compulsory, ZERO))} 人）"
    return text


def query(code: str, unit: Return, name: str, found: str, mend: str = MEND) -> Issue:
    """A query (存疑) at the figure of a field."""
    figure = unit.figure(name)
    return Issue("query", code, figure.file or unit.file, figure.sheet or unit.sheet, figure.cell, found, mend)


def error(code: str, unit: Return, name: str, found: str, mend: str) -> Issue:
    """An error (错误) at the figure of a field."""
    figure = unit.figure(name)
    return Issue("error", code, figure.file or unit.file, figure.sheet or unit.sheet, figure.cell, found, mend)


def beyond(code: str, unit: Return, standard: Standard, parts: Sequence[str], whole: str) -> Iterator[Issue]:
    """A query when usable parts add up to more than their whole: at the part if there is one, else at the whole.

    No figure is negative, so parts that may not be used are left out: the sum can only grow.
    """
    most = number(unit, whole)
    if most is None:
        return
    known = {name: value for name in parts if (value := number(unit, name))}
    total = sum(known.values(), ZERO)
    if total <= most:
        return
    listed = "、".join(told(unit, standard, name) for name in known)
    sums = f"，合计 {amount(total)} {standard.field(whole).unit}" if len(known) > 1 else ""
    place = parts[0] if len(parts) == 1 else whole
    yield query(code, unit, place, f"{listed}{sums}，大于{told(unit, standard, whole)}。")


def outside(
    resource: Decimal, readings: Sequence[Decimal], least: Decimal, most: Decimal, scale: Decimal = Decimal(1)
) -> tuple[Decimal, Decimal] | None:
    """``scale`` x resource per pupil and its upper bound, when it is outside sense under every reading of the pupils.

    The upper bound is ``SMALL_FACTOR`` times as high under ``SMALL`` pupils. No reading, or no pupil: None.
    """
    for pupils in readings:
        if not pupils:
            return None
        highest = most * SMALL_FACTOR if pupils < SMALL else most
        if least * pupils <= scale * resource <= highest * pupils:
            return None
    if not readings:
        return None
    return scale * resource / readings[0], most * SMALL_FACTOR if readings[0] < SMALL else most


def per_pupil(
    code: str,
    unit: Return,
    standard: Standard,
    names: Sequence[str],
    measure: str,
    least: Decimal,
    most: Decimal,
    scale: Decimal = Decimal(1),
) -> Iterator[Issue]:
    """A query when the sum of some figures per pupil, in ``measure``, is outside ``least`` to ``most``."""
    values = numbers(unit, names)
    if values is None:
        return
    readings = pupil_readings(unit, standard)
    found = outside(sum(values, ZERO), readings, least, most, scale)
    if found is None:
        return
    value, highest = found
    side = "低于" if value < least else "高于"
    units = "、".join(dict.fromkeys(standard.field(name).unit for name in names))
    yield query(
        code,
        unit,
        names[0],
        f"{'、'.join(told(unit, standard, name) for name in names)}，{pupils_told(unit, standard)}，生均 {ratio(value)} {measure}，"
        f"{side}常见范围（{amount(least)} 至 {amount(highest)} {measure}）。",
        f"请核对数值、小数点和单位（{units}）；确实如此的，书面说明原因。",
    )
