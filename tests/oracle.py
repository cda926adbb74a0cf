"""The independent calculation: from the cells of filled school forms to every number and judgement, in fractions only.

Written from contracts §1 and 教督〔2017〕6号 alone: it imports nothing of the product and shares no code with it. It knows the vertical school
form (one sheet, as given out); wide tables are judged by tests that know their figures beforehand.
"""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, localcontext
from fractions import Fraction
from math import ceil

import openpyxl

LEVELS = ("primary", "junior")
CODES = ("R1", "R2", "R3", "R4", "R5", "R6", "R7")
LIMITS = {code: {"primary": Fraction(p), "junior": Fraction(j)} for code, p, j in (
    ("R1", "4.2", "5.3"), ("R2", "1", "1"), ("R3", "0.9", "0.9"), ("R4", "4.5", "5.8"), ("R5", "7.5", "10.2"),
    ("R6", "2000", "2500"), ("R7", "2.3", "2.4"))}  # fmt: skip
SCALES = {"R1": 100, "R2": 100, "R3": 100, "R4": 1, "R5": 1, "R6": 10000, "R7": 100}
CV_LIMITS = {"primary": Fraction(1, 2), "junior": Fraction(9, 20)}
UNITS = {"R1": "人", "R2": "人", "R3": "人", "R4": "㎡", "R5": "㎡", "R6": "元", "R7": "间"}
REST = Fraction(85, 100)
WEIGHTS = {  # 小学, 初中, 高中; None: the type has no such stage
    "小学": ("1", None, None), "教学点": ("1", None, None), "初中": (None, "1", None), "九年一贯制": ("1", "1.1", None),
    "十二年一贯制": ("1", "1.1", "1.32"), "完全中学": (None, "1", "1.2"), "特殊教育学校": (None, None, None),
    "职业学校": (None, None, None)}  # fmt: skip
PUPILS = ("小学学生人数", "初中学生人数", "高中在校生")
QUALIFIED = {"primary": [f"{word}学历教师人数（小学）" for word in ("专科", "本科", "硕士", "博士研究生")],
             "junior": [f"{word}学历教师人数（初中）" for word in ("本科", "硕士", "博士研究生")]}  # fmt: skip
ARTS = [f"{word}专任教师人数" for word in ("体育", "音乐", "美术", "艺术")]
VISITING = [f"{word}交流轮岗/兼职/走教教师人数" for word in ("体育", "音乐", "美术", "艺术")]
WHOLE = {"R4": ["教学及辅助用房总面积", "室内体育用房面积"], "R5": ["学校体育馆面积", "校内体育场面积"],
         "R6": ["教学仪器设备资产值（账面原值）"], "R7": ["网络多媒体教室间数"]}  # fmt: skip
OTHER_GROUNDS = ["校外租赁场馆面积", "校内其他体育场面积"]
RURAL, DENSE = "是否50人及以上但不足100人的乡村小规模学校和教学点", "是否人口密度过高的大城市中心城区学校"
JUNIOR_ONLY = ("本届毕业学生人数", "毕业年级初一时在校学生数", "毕业年级三年转入学生数", "毕业年级三年转出学生数", "毕业年级三年死亡学生数")


@dataclass(frozen=True)
class Value:
    """One indicator of one school at one level. ``lacking``: labels without which there is no value."""

    value: Fraction | None
    lacking: tuple[str, ...] = ()
    used: tuple[str, ...] = ()
    gap: int | None = None
    estimated: bool = False


@dataclass(frozen=True)
class Row:
    """One counted school at one level."""

    code: str
    name: str
    file: str
    level: str
    pupils: Fraction | None
    values: Mapping[str, Value]

    @property
    def judgement(self) -> str:
        return school_judgement([(v.value, LIMITS[c][self.level]) for c, v in self.values.items()])


@dataclass(frozen=True)
class County:
    """All that is compared with the JSON."""

    rows: tuple[Row, ...]
    excluded: tuple[tuple[str, str, str, str | None], ...]
    """(code, name, type, level)"""
    reliefs: tuple[tuple[str, str, Fraction], ...]
    """(school code, indicator, amount counted)"""
    errors: frozenset[tuple[str, str | None]]
    """(file, cell) of every error"""
    forms: Mapping[str, Form]
    """The cells, by file"""


def spread(pairs: list[tuple[Fraction, Fraction]]) -> tuple[Fraction | None, Fraction | None]:
    """ΣR/ΣP and the square of the CV, of (pupils, value): weighted by pupils, population form. None where the mean is 0 or nothing is there.

    S² = Σ(Pi/P)(xi - X)², CV² = S²/X².
    """
    total = sum((p for p, _ in pairs), Fraction(0))
    if not total:
        return None, None
    mean = sum((p * x for p, x in pairs), Fraction(0)) / total
    if not mean:
        return mean, None
    return mean, sum((p * (x - mean) ** 2 for p, x in pairs), Fraction(0)) / total / mean**2


def root(square: Fraction) -> float:
    """The square root to full double precision."""
    with localcontext() as context:
        context.prec = 60
        return float((Decimal(square.numerator) / Decimal(square.denominator)).sqrt())


def all_met(judgements: list[str]) -> str:
    """Strong-Kleene AND; not_applicable is left out."""
    kept = [j for j in judgements if j != "not_applicable"]
    return "not_met" if "not_met" in kept else "no_data" if not kept or "no_data" in kept else "met"


def school_judgement(values: list[tuple[Fraction | None, Fraction]]) -> str:
    """not_met if any value is below 85 % or two or more are below the limit; else no_data if one is missing; else met."""
    known = [(value, limit) for value, limit in values if value is not None]
    below = sum(value < limit for value, limit in known)
    if below > 1 or any(value < REST * limit for value, limit in known):
        return "not_met"
    return "met" if len(known) == len(values) else "no_data"


# --- cells ----------------------------------------------------------------------------------------------------------


@dataclass
class Form:
    """The cells of one school form. ``cells``: label -> (cell, value as found)."""

    file: str
    cells: dict[str, tuple[str, object]]
    errors: set[tuple[str, str | None]] = field(default_factory=set)

    def text(self, label: str) -> str:
        """A text; a whole number as its digits."""
        value = self.cells[label][1]
        return "" if value is None else str(int(value)) if isinstance(value, int | float) else str(value).strip()

    def flag(self, label: str) -> bool:
        return self.text(label) == "是"

    def number(self, label: str) -> Fraction | None:
        """A number to 15 significant digits; blank optional 0; None and an error otherwise."""
        cell, value = self.cells.get(label, (None, None))
        if isinstance(value, int | float):
            return Fraction(Decimal(f"{value:.15g}"))
        text = unicodedata.normalize("NFKC", str(value or "")).strip()
        if re.fullmatch(r"\d+(\.\d+)?", text):
            return Fraction(text)
        if not text and label in (*VISITING, *OTHER_GROUNDS):
            return Fraction(0)
        self.errors.add((self.file, cell))
        return None


def read(file: str, data: bytes) -> Form | None:
    """The school form in a workbook; None when there is none (a county return)."""
    for sheet in openpyxl.load_workbook(io.BytesIO(data)).worksheets:
        cells = {row[2].value: (row[4].coordinate, row[4].value) for row in sheet.iter_rows(max_col=5) if len(row) == 5}
        if "学校名称" in cells:
            return Form(file, cells)
    return None


# --- one school -----------------------------------------------------------------------------------------------------


def _value(form: Form, code: str, level: str, pupils: Mapping[str, Fraction | None], kind: str) -> Value:
    """One indicator: the resource, the share of it that falls to the level, the value and what the whole school lacks."""
    weights = dict(zip(PUPILS, WEIGHTS[kind], strict=True))
    own = PUPILS[LEVELS.index(level)]
    stages = [label for label, weight in weights.items() if weight]
    through, estimated = len(stages) > 1, False
    sources = {"R1": QUALIFIED[level], "R2": ["县级及以上骨干教师数"], "R3": list(ARTS), **WHOLE}[code]
    needed = [own]
    if code in WHOLE and through:
        needed = stages
    elif code in ("R2", "R3") and through:
        needed, estimated = [label for label in stages if label != PUPILS[2]], True
    if code == "R3" and _small_rural(form, pupils, kind):
        sources = sources + VISITING
    if code == "R5" and form.flag(DENSE):
        sources = sources + OTHER_GROUNDS
    figures = {label: form.number(label) for label in sources}
    lacking = [label for label in needed if pupils[label] is None] + [label for label, x in figures.items() if x is None]
    if lacking:
        return Value(None, tuple(lacking))
    whole = sum(figures.values(), Fraction(0))
    if code == "R4":
        whole = figures["教学及辅助用房总面积"] - figures["室内体育用房面积"]
    # value = scale x whole x per_pupil: 1/P at one stage, w/ΣwP split, 1/ΣP pro rata
    if code in WHOLE and through:
        per_pupil = Fraction(weights[own]) / sum((Fraction(weights[s]) * pupils[s] for s in stages), Fraction(0))
    else:
        per_pupil = 1 / sum((pupils[s] for s in needed), Fraction(0))
    value, limit = SCALES[code] * whole * per_pupil, LIMITS[code][level]
    lack = (limit - value) / per_pupil / (1 if code == "R6" else SCALES[code])  # R6 in 元
    extra = [label for label in VISITING + OTHER_GROUNDS if not figures.get(label)]  # 0 need not be named
    used = tuple(label for label in needed + sources if label not in extra)
    return Value(value, (), used, ceil(lack) if value < limit else None, estimated)


def _small_rural(form: Form, pupils: Mapping[str, Fraction | None], kind: str) -> bool:
    """The relief of R3: its flag, and 50-99 pupils in all 义务教育 stages."""
    stages = [p for p, weight in zip(PUPILS[:2], WEIGHTS[kind], strict=False) if weight]
    if not form.flag(RURAL) or any(pupils[p] is None for p in stages):
        return False
    return 50 <= sum(pupils[p] for p in stages) <= 99


def _checked(form: Form, kind: str) -> None:
    """Note every blank cell that must be filled, whether the seven indicators need it or not."""
    primary, junior, senior = WEIGHTS[kind]
    for label in form.cells:
        if label in ("填报项目", None, "学校名称", "学校类型", "学校代码") or label.startswith("是否"):
            continue
        absent = ("（小学）" in label or label == PUPILS[0]) and not primary
        absent |= ("（初中）" in label or label == PUPILS[1] or label in JUNIOR_ONLY) and not junior
        if not absent and (label != PUPILS[2] or senior):
            form.number(label)


def _school(form: Form) -> tuple[list[Row], list[tuple[str, str, str, str | None]], list[tuple[str, str, Fraction]]]:
    """Rows of a school, levels excluded, reliefs used."""
    code, name, kind = form.text("学校代码"), form.text("学校名称"), form.text("学校类型")
    kind = kind if kind in WEIGHTS else kind.removesuffix("学校")
    weights = WEIGHTS[kind]
    if not any(weights):
        return [], [(code, name, kind, None)], []
    _checked(form, kind)
    pupils = {label: form.number(label) if weight else None for label, weight in zip(PUPILS, weights, strict=True)}
    rows, excluded = [], []
    for level, label, weight in zip(LEVELS, PUPILS, weights, strict=False):
        count = pupils[label]
        if not weight:
            continue
        if count == 0 or (kind == "教学点" and count is not None and count < 50):
            excluded.append((code, name, kind, level))
            continue
        values = {c: _value(form, c, level, pupils, kind) for c in CODES}
        rows.append(Row(code, name, form.file, level, count, values))
    reliefs = []
    for indicator, holds, labels in (("R3", _small_rural(form, pupils, kind), VISITING), ("R5", form.flag(DENSE), OTHER_GROUNDS)):
        amount = sum((form.number(label) or Fraction(0) for label in labels), Fraction(0))
        if rows and holds and amount:
            reliefs.append((code, indicator, amount))
    return rows, excluded, reliefs


def county(files: Mapping[str, bytes]) -> County:
    """Everything of the school forms among the files (path -> bytes)."""
    rows, excluded, reliefs, errors = [], [], [], set()
    forms = {file: form for file, data in files.items() if (form := read(file, data)) is not None}
    for form in forms.values():
        for found, kept in zip(_school(form), (rows, excluded, reliefs), strict=True):
            kept.extend(found)
        errors |= form.errors
    rows.sort(key=lambda row: (LEVELS.index(row.level), row.code, row.name, row.file))
    return County(tuple(rows), tuple(sorted(excluded, key=str)), tuple(sorted(reliefs)), frozenset(errors), forms)


@dataclass(frozen=True)
class Variation:
    """Mean and CV of one indicator at one level. ``square``: CV², exact."""

    mean: Fraction | None
    square: Fraction | None
    judgement: str
    n: int


def variation(rows: tuple[Row, ...], code: str, level: str) -> Variation:
    """The CV over the rows of a level that have a value, judged exactly (S² against limit²·X²)."""
    of_level = [row for row in rows if row.level == level]
    known = [(row.pupils, row.values[code].value) for row in of_level if row.values[code].value is not None]
    mean, square = spread(known)
    if not of_level:
        return Variation(None, None, "not_applicable", 0)
    if len(known) < len(of_level) or square is None:
        return Variation(mean, square, "no_data", len(known))
    return Variation(mean, square, "met" if square <= CV_LIMITS[level] ** 2 else "not_met", len(known))
