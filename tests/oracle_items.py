"""The independent calculation, second part: the items of 政府保障程度 and 教育质量 that real forms give figures for.

Written from 教督〔2017〕6号 and the notes of the application form alone; it imports nothing of the product. What no real form asks
(declared items, national results, surveys, vetoes, where schools lie) is no_data here.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import ceil

import openpyxl

import oracle

Number = Fraction | None
DECLARED = ("G1", "G2", "G10", "G13", "Q3", "Q5", "Q6", "Q7", "Q8", "Q9", "P1", "V1", "V2", "V3", "V4", "V5", "V6")
BUILT_2010, BUILT_2016 = "是否2010年及之前规划并建成", "是否2016年及之前规划并建成"
SMALL_CLASSES = "是否最大班额低于30人的农村小规模学校"
MUSIC = ["单间面积≥96㎡的音乐教室间数", "73㎡≤单间面积＜96㎡的音乐教室间数", "61㎡≤单间面积＜73㎡的音乐教室间数"]
ART = ["单间面积≥90㎡的美术教室间数", "67㎡≤单间面积＜90㎡的美术教室间数", "61㎡≤单间面积＜67㎡的美术教室间数"]
OVER_50 = [f"每班{band}人班级个数" for band in ("51-55", "56-60", "61-65")] + ["每班66人以上班级个数"]
QUOTA = ("规定的小学生均公用经费标准", "规定的初中生均公用经费标准")


@dataclass(frozen=True)
class Item:
    value: Number
    judgement: str


@dataclass(frozen=True)
class School:
    """One school form as the items see it. ``pupils``: of 小学 and 初中; 0 for a stage that its type lacks."""

    form: oracle.Form
    stages: tuple[bool, bool]
    pupils: tuple[Number, Number]
    counted: bool

    def number(self, label: str) -> Number:
        return oracle.Form(self.form.file, self.form.cells).number(label)

    def total(self) -> Number:
        return plus(*self.pupils)


def plus(*values: Number) -> Number:
    return None if None in values else sum((value for value in values if value is not None), Fraction(0))


def over(part: Number, whole: Number) -> Number:
    return None if part is None or not whole else part / whole


def schools(files: Mapping[str, bytes]) -> list[School]:
    """The schools with a judged stage, in order of the forms."""
    found = []
    rows = {(row.file) for row in oracle.county(files).rows}
    for file, data in files.items():
        form = oracle.read(file, data)
        if form is None:
            continue
        kind = form.text("学校类型")
        weights = oracle.WEIGHTS[kind if kind in oracle.WEIGHTS else kind.removesuffix("学校")]
        if not any(weights):
            continue
        fresh = oracle.Form(file, form.cells)
        stages = (weights[0] is not None, weights[1] is not None)
        pupils = tuple(fresh.number(label) if has else Fraction(0) for label, has in zip(oracle.PUPILS, stages, strict=False))
        found.append(School(form, stages, pupils, file in rows))  # type: ignore[arg-type]
    return found


def county_figures(files: Mapping[str, bytes]) -> dict[str, Number]:
    """The numbers of the county return, by label."""
    for data in files.values():
        for sheet in openpyxl.load_workbook(io.BytesIO(data)).worksheets:
            cells = {row[2].value: row[4].value for row in sheet.iter_rows(max_col=5) if len(row) == 5}
            if "区县代码" in cells:
                return {
                    str(label): Fraction(str(value)) if isinstance(value, int | float) else None for label, value in cells.items()
                }
    return {}


def rooms(school: School) -> Number:
    """Rooms of the scarcer kind beyond ceil(classes / 12), by the most generous size that its flags allow."""
    bands = 3 if school.form.flag(SMALL_CLASSES) else 2 if school.form.flag(BUILT_2016) else 1
    classes = school.number("班级总数")
    if classes is None:
        return None
    least = min((1, bands), key=lambda n: n)
    for count in (least, bands):
        music, art = (plus(*(school.number(label) for label in labels[:count])) for labels in (MUSIC, ART))
        if music is None or art is None:
            return None
        spare = min(music, art) - ceil(classes / 12)
        if spare >= 0 or count == bands:
            break
    # 54-61 ㎡ rooms of a 小学 are asked on the 补充表 only
    small_primary = bands == 3 and not school.stages[1]
    return None if spare < 0 and small_primary else spare


def size(school: School) -> tuple[Number, Fraction]:
    """Pupils and the limit that holds for the school."""
    total, through = school.total(), all(school.stages)
    migrants = school.number("进城务工人员随迁子女在校生人数")
    relieved = school.form.flag(BUILT_2010) or (total is not None and migrants is not None and migrants > total / 2)
    limit = Fraction(2500 if through else 2000)
    if relieved:
        limit = max(limit, Fraction(3000 if through else 2400))
    return total, limit


def oversize(school: School) -> Number:
    """Classes over 45 (小学) or 50 (初中) pupils; None where 46-50 in a through school may be either."""
    large, middle = plus(*(school.number(label) for label in OVER_50)), school.number("每班46-50人班级个数")
    if large is None or middle is None:
        return None
    if all(school.stages):
        return large if large or not middle else None
    return large + middle if school.stages[0] else large


def funds(school: School, quota: tuple[Number, Number]) -> Number:
    """Budget over what 100 pupils at least would give; only asked below 100 pupils."""
    total, budget = school.total(), school.number("上一年度公用经费预算总额")
    needs = [p * q if p and q is not None else (Fraction(0) if p == 0 else None) for p, q in zip(school.pupils, quota, strict=True)]
    need = plus(*needs)
    if budget is None or need is None or not total:
        return None
    return over(budget * 10000, need * max(Fraction(1), Fraction(100) / total))


def each(values: list[tuple[Number, Fraction]], met: Callable[[Fraction, Fraction], bool]) -> str:
    """Every school meets its limit."""
    return oracle.all_met(["no_data" if v is None else "met" if met(v, limit) else "not_met" for v, limit in values])


def items(files: Mapping[str, bytes]) -> dict[str, Item]:
    """Every item that real forms give figures for, and no_data for the declared ones. ``value`` None where it is not compared."""
    everyone = schools(files)
    counted = [school for school in everyone if school.counted]
    given = county_figures(files)
    quota = tuple(given.get(label) for label in QUOTA)
    small = [s for s in everyone if (total := s.total()) is None or 0 < total < 100]
    found = {code: Item(None, "no_data") for code in DECLARED}

    def at_least(value: Number, limit: str) -> Item:
        return Item(value, "no_data" if value is None else "met" if value >= Fraction(limit) else "not_met")

    def total(label: str, among: list[School]) -> Number:
        return plus(*(school.number(label) for school in among)) if among else None

    juniors = [school for school in counted if school.stages[1]]
    found["G3"] = Item(None, each([(rooms(s), Fraction(0)) for s in counted], lambda v, limit: v >= limit))
    found["G4"] = Item(None, each([size(s) for s in counted], lambda v, limit: v <= limit))
    found["G5"] = Item(None, each([(oversize(s), Fraction(0)) for s in counted], lambda v, limit: v <= limit))
    found["G6"] = Item(None, each([(funds(s, quota), Fraction(1)) for s in small], lambda v, limit: v >= limit) if small else "not_applicable")
    found["Q4"] = Item(None, each([
        (over(s.number("上一年度教师培训经费预算总额"), s.number("上一年度公用经费预算总额")), Fraction(1, 20)) for s in counted
    ], lambda v, limit: v >= limit))  # fmt: skip
    found["G7"] = at_least(over(given.get("特殊教育学校经费总额"), given.get("特殊教育学校学生人数")), "6000")
    pay = given.get("上年度义务教育学校教师年平均工资收入水平（不含民办学校）")
    found["G8"] = at_least(over(pay, given.get("当地公务员年平均工资收入")), "1")
    teachers = total("专任教师总人数", counted)
    found["G9"] = at_least(over(total("近5年培训满360学时专任教师人数", counted), teachers), "1")
    found["G12"] = at_least(over(total("持有教师资格证的专任教师人数", counted), teachers), "1")
    rotated = given.get("实际交流轮岗教师数")
    found["G11a"] = at_least(over(rotated, given.get("符合交流条件教师总数")), "0.1")
    found["G11b"] = at_least(over(given.get("实际交流骨干教师数量"), rotated), "0.2")
    found["G14"] = at_least(over(given.get("优质高中招生分配指标数"), given.get("优质高中招生计划总人数")), "0.5")
    migrants = plus(given.get("在县域内公办学校就读的随迁子女人数"), given.get("在政府购买服务的民办学校就读随迁子女人数"))
    found["G15"] = at_least(over(migrants, given.get("符合条件的随迁子女总人数")), "0.85")
    parts = {word: total(f"毕业年级三年{word}学生数", juniors) for word in ("转入", "转出", "死亡")}
    entered = total("毕业年级初一时在校学生数", juniors)
    stayed = None
    if entered is not None and None not in parts.values():
        stayed = entered + parts["转入"] - parts["死亡"] - parts["转出"]  # type: ignore[operator]
    found["Q1"] = Item(None, "not_applicable") if counted and not juniors else at_least(over(total("本届毕业学生人数", juniors), stayed), "0.95")
    found["Q2"] = at_least(over(given.get("适龄残疾儿童少年入学总人数"), given.get("适龄残疾儿童少年总数")), "0.95")
    return found
