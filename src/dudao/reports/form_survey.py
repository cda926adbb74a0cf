"""Table Ⅵ of the application form (社会认可度调查情况): all groups together, and 其中：家长.

Not here: whether the survey reaches its limit (``dudao.evaluation``), the survey itself (``dudao.surveys``).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from fractions import Fraction

from dudao.reports import text
from dudao.reports.form_figures import County, Filled, Found, decimal, lacking, whole
from dudao.reports.form_rows import Blank
from dudao.reports.sheets import Value
from dudao.standards import asked
from dudao.standards.model import Survey

CODE, PARENTS = "P1", "家长"
COLUMNS = {"B": "sent", "C": "valid", "D": "satisfied", "F": "visited", "G": "visit_satisfied"}
"""Column -> the count of a group (L1–L3, L5, L6)."""
SHARES = {"E": ("satisfied", "valid", "问卷调查综合满意度"), "H": ("visit_satisfied", "visited", "实地走访满意度")}
"""Column -> the share of two counts (L4, L7) and its name."""
_NONE = "没有可计算的人数，核对调查结果后重新计算。"


def of(county: County) -> Filled:
    """Rows 6 (计) and 7 (其中：家长) of the sheet."""
    indicator = county.standard.indicator(CODE)
    assert isinstance(indicator.rule, Survey)
    groups = range(1, len(indicator.rule.groups) + 1)
    cells: dict[str, Value] = {}
    blanks: list[Blank] = []
    for row, title, numbers in ((6, "计", groups), (7, f"其中：{PARENTS}", [indicator.rule.groups.index(PARENTS) + 1])):
        counts: dict[str, Found] = {}
        for column, what in COLUMNS.items():
            formula = " + ".join(asked.name(indicator, f"{number}_{what}") for number in numbers)
            found = counts[what] = county.found(formula, indicator)
            if isinstance(found.value, Fraction):
                cells[f"{column}{row}"] = whole(found.value)
                continue
            missing, mend = lacking(county.standard, found.missing)
            blanks.append(Blank("表6", f"{column}{row}", f"{title}：{asked.SURVEY[what]}，{missing}", mend))
        for column, (part, of_all, name) in SHARES.items():
            value = _share(county, counts[part], counts[of_all], row == 6 and column == "E")
            if value is not None:
                cells[f"{column}{row}"] = text.share(decimal(value), 1, county.standard.rounding.shares)
            else:
                gaps = dict.fromkeys((*counts[part].missing, *counts[of_all].missing))
                missing, mend = lacking(county.standard, gaps)
                what = f"{title}：{name}" + (f"，{missing}" if missing else "")
                blanks.append(Blank("表6", f"{column}{row}", what, mend or _NONE))
    if notes := "；".join(_short(county, cells)):
        cells["A8"] = f"   {notes}，未达标。"
    return Filled(cells, tuple(sorted(blanks, key=lambda blank: (blank.cell[1:], blank.cell))))


def _short(county: County, cells: Mapping[str, Value]) -> Iterator[str]:
    """Said below the table of a share that misses its limit but reads as reaching it once rounded."""
    for (column, (_, _, name)), part in zip(SHARES.items(), county.item(CODE).parts[-2:], strict=True):
        shown, limit = cells.get(f"{column}6"), part.limit.value if part.limit else None
        if part.judgement == "not_met" and limit is not None and isinstance(shown, Decimal) and shown >= limit * 100:
            yield f"{name} {shown}%，{text.RAW_SHORT} {whole(Fraction(limit) * 100):f}%"


def _share(county: County, part: Found, of_all: Found, judged: bool) -> Fraction | None:
    """A share of two counts; of the whole survey (``judged``) the value that the JSON states."""
    if judged:
        stated = county.stated(CODE)
        return stated.value if stated is not None and isinstance(stated.value, Fraction) else None
    if not isinstance(part.value, Fraction) or not isinstance(of_all.value, Fraction) or not of_all.value:
        return None
    return part.value / of_all.value
