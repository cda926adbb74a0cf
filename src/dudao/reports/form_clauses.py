"""Tables Ⅳ and Ⅴ of the application form (政府保障程度、教育质量): each row's printed sentence with its blanks filled, and 是否达标.

A share has one decimal; of table Ⅳ every other number is whole, as its note says. Not here: what each blank asks
(``templates/application_form.yaml``), the numbers themselves (``form_figures``).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction

from dudao.evaluation.item import Item
from dudao.evaluation.terms import Missing
from dudao.evaluation.verdict import together
from dudao.reports import printed, text
from dudao.reports.form_figures import County, Filled, Found, decimal, lacking, whole
from dudao.reports.form_rows import Blank
from dudao.reports.printed import Row, Sheet, Wording
from dudao.standards import asked
from dudao.standards.model import Declared, Given, Indicator
from dudao.units import rounded

DECLARED = {"met": "达到要求", "basically_met": "基本达到要求", "not_met": "未达到要求"}
"""What a declared item says, by judgement."""
NOT_MONITORED = "／"
"""Stands in the blanks of a subject that was not monitored."""
_NAMED = 5
"""Schools that a conclusion names; all of them are in the results workbook."""
_READ = "重新导出不能读取的文件后再计算。"
_CHECK = "核对有关填报项目后重新计算。"


@dataclass(frozen=True, slots=True)
class Said:
    """The second cell of a row: its text (None: as printed), what it lacks, and another reason for a blank."""

    text: str | None
    missing: tuple[Missing, ...] = ()
    why: str = ""


def of(county: County, sheet: Sheet, wording: Wording, *, rounds: bool) -> Filled:
    """The cells B and C of every row that states an indicator. ``rounds``: numbers that are no shares are printed whole."""
    cells: dict[str, str] = {}
    blanks: list[Blank] = []
    for number, row in sheet.rows.items():
        if not row.of:
            continue
        name, place = _name(wording.text(row.cells[0])), number + 1
        said = _said(county, row, wording, rounds)
        if said.text is not None:
            cells[f"B{place}"] = said.text
        if said.missing or said.why:
            blanks.append(_blank(county, sheet.name, f"B{place}", f"{name}：指标值或简要结论", said.missing, said.why))
        judgement = _joined([county.entry(code)["judgement"] for code in row.of])
        if judgement != "no_data":
            cells[f"C{place}"] = text.JUDGEMENTS[judgement]
            continue
        found = [county.item(code) for code in row.of if county.entry(code)["judgement"] == "no_data"]
        gaps = [gap for item in found for gap in item.missing]
        notes = [item.note for item in found if item.note and not item.missing]
        blanks.append(_blank(county, sheet.name, f"C{place}", f"{name}：是否达标", gaps, "；".join(dict.fromkeys(notes))))
    return Filled(cells, tuple(blanks))


def _name(printed_name: str | None) -> str:
    """The row's name in the list of blanks: its number."""
    found = re.match(r"(\d+)\.", printed_name or "")
    assert found is not None
    return f"第{found[1]}项"


def _joined(judgements: list) -> str:
    return "not_applicable" if set(judgements) == {"not_applicable"} else together(judgements)


def _blank(county: County, sheet: str, cell: str, name: str, missing: Iterable[Missing], why: str) -> Blank:
    what, mend = lacking(county.standard, missing)
    reason = "，".join(part for part in (what, why) if part)
    if not mend:
        mend = _READ if county.intake.unreadable else _CHECK
    return Blank(sheet, cell, f"{name}，{reason}" if reason else name, mend)


def _said(county: County, row: Row, wording: Wording, rounds: bool) -> Said:
    indicator = county.standard.indicator(row.of[0])
    if row.fills:
        said = _sentence(county, row, wording, indicator, rounds)
    elif isinstance(indicator.rule, Declared):
        said = _declared(county, indicator)
    else:
        said = _schools(county, county.item(indicator.code))
    return _also(county, indicator, said, wording.text(row.cells[1]) if len(row.cells) > 1 else None)


# -- a printed sentence with blanks ------------------------------------------------------------------------------------------------------
def _sentence(county: County, row: Row, wording: Wording, indicator: Indicator, rounds: bool) -> Said:
    first, *rest = printed.blanks(wording.text(row.cells[1]) or "")
    found = _answers([county.found(fill, indicator) for fill in row.fills])
    filled = first
    for answer, after in zip(found, rest, strict=True):
        share = after.startswith("%")
        filled += (printed.BLANK if answer.value is None else _shown(county, answer.value, share, rounds)) + after
    notes = "".join([*_short(county, row), *(_alike(county, row) if rounds else ()), *_relieved(county, row), *_left_out(county, indicator)])
    unknown = [answer for answer in found if answer.value is None]
    missing = tuple(dict.fromkeys(gap for answer in unknown for gap in answer.missing))
    why = "；".join(dict.fromkeys(answer.why for answer in unknown if answer.why and not answer.missing))
    if unknown and not missing and not why:
        why = county.item(indicator.code).note or "不能计算"
    return Said(None if len(unknown) == len(found) else _ended(filled, notes), missing, why)


def _answers(found: list[Found]) -> list[Found]:
    """The answers; of a subject that was not monitored the grade and the figure after it stand as ／."""
    done: list[Found] = []
    for number, answer in enumerate(found):
        out = answer.value == asked.NOT_MONITORED or (number and found[number - 1].value == asked.NOT_MONITORED)
        done.append(Found(NOT_MONITORED) if out else answer)
    return done


def _shown(county: County, value: Fraction | str, share: bool, rounds: bool) -> str:
    if isinstance(value, str):
        return value.removesuffix("级")
    if share:
        return str(text.share(decimal(value), 1, county.standard.rounding.shares))
    return str(rounded(decimal(value), 0)) if rounds else f"{whole(value):f}"


def _ended(filled: str, notes: str) -> str:
    """A sentence with notes in brackets after it, before its full stop if it has one."""
    if not notes:
        return filled
    return f"{filled[:-1]}{notes}。" if filled.endswith("。") else filled + notes


def _short(county: County, row: Row) -> Iterator[str]:
    """Said of a value that misses its limit but reads as reaching it once rounded."""
    for fill in row.fills:
        found = county.stated(fill)
        if found is None or not isinstance(found.value, Fraction):
            continue
        code = next(code for code in row.of if fill.startswith(code))
        indicator, limit = county.standard.indicator(code), county.entry(code)["limit"]
        bound = limit[fill.removeprefix(f"{code}_")] if isinstance(limit, dict) else limit
        if bound is None or indicator.limits[0].operator != ">=" or found.value >= Fraction(text.exact(bound)):
            continue
        scale, places = (100, county.standard.rounding.shares) if indicator.unit == "share" else (1, 0)
        if text.looks_met(decimal(found.value * scale), text.exact(bound) * scale, places):
            yield f"（{indicator.title}{text.RAW_SHORT}）"


def _alike(county: County, row: Row) -> Iterator[str]:
    """Said of an item that misses its limit where the two numbers that it compares read, once rounded, as reaching it."""
    code, found = row.of[0], [county.found(fill, county.standard.indicator(row.of[0])).value for fill in row.fills]
    bound = county.entry(code)["limit"]
    if county.entry(code)["judgement"] != "not_met" or not isinstance(bound, int | float) or len(found) != 2:
        return
    one, other = found
    if not isinstance(one, Fraction) or not isinstance(other, Fraction) or not other or one / other != county.item(code).value:
        return
    if rounded(decimal(one), 0) >= rounded(decimal(other), 0) * text.exact(bound):
        yield f"（{text.RAW_SHORT}）"


def _relieved(county: County, row: Row) -> Iterator[str]:
    """Said of schools that met the limit by a relief only."""
    for code in row.of:
        if many := _by_relief(county.item(code)):
            yield f"（其中{many}所按过渡期放宽条件达到要求）"


def _by_relief(item: Item) -> int:
    return sum(one.relief is not None and one.judgement == "met" for one in item.schools)


def _left_out(county: County, indicator: Indicator) -> Iterator[str]:
    if not isinstance(indicator.rule, Given):
        return
    out = [
        part
        for number, part in enumerate(indicator.rule.parts, 1)
        if county.ground.county_given(asked.name(indicator, f"{number}_grade")).value == asked.NOT_MONITORED
    ]
    if out:
        yield f"（{'、'.join(out)}未监测）"


# -- a conclusion of our own, where the form prints no sentence --------------------------------------------------------------------------
def _declared(county: County, indicator: Indicator) -> Said:
    judgement, item = county.entry(indicator.code)["judgement"], county.item(indicator.code)
    proof = county.ground.county_given(asked.name(indicator, "proof")).value
    if judgement not in DECLARED:
        return Said(None, item.missing, item.note)
    named = f"（佐证：{proof}）" if isinstance(proof, str) and proof.strip() else ""
    return Said(DECLARED[judgement] + named)


def _schools(county: County, item: Item) -> Said:
    """How many schools meet an item that is judged school by school, and which do not."""
    failing = [one.school.name or one.school.code or "未填校名的学校" for one in item.schools if one.judgement == "not_met"]
    lacking_data = [one for one in item.schools if one.judgement == "no_data"]
    missing = tuple(gap for one in lacking_data for gap in one.missing)
    why = item.note or ("" if missing or not lacking_data else "有学校数据不全")
    if not item.schools:
        return Said(None, missing, why)
    met = sum(one.judgement == "met" for one in item.schools)
    said = f"学校共{len(item.schools)}所，达到要求{met}所"
    if many := _by_relief(item):
        said += f"（其中{many}所按过渡期放宽条件达到要求）"
    if failing:
        names = "、".join(failing[:_NAMED]) + ("等" if len(failing) > _NAMED else "")
        said += f"，未达到{len(failing)}所（{names}）"
    if lacking_data:
        said += f"，数据不全{len(lacking_data)}所"
    return Said(f"{said}。", missing, why)


def _also(county: County, indicator: Indicator, said: Said, sentence: str | None) -> Said:
    """What the clause asks beside its figure, after the sentence; not declared: missing."""
    told, missing = said.text or sentence or "", list(said.missing)
    answered = False
    for number, words in enumerate(indicator.also, 1):
        name = asked.name(indicator, f"also_{number}")
        word = county.ground.county_given(name).value
        if isinstance(word, str):
            told, answered = f"{told.rstrip('。')}。{words}：{word}。", True
        else:
            missing += county.ground.county_term(name).missing
    return Said(told if answered else said.text, tuple(missing), said.why)
