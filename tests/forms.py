"""Filled forms for tests: the layout of the school and the county return, rebuilt by our own code, and a county of 200 schools.

Here lives what a school or an office would hand in, as bytes of workbooks. Not here: what follows from it (``oracle``), and nothing
of the product: this module does not import ``dudao``. All schools are 演示数据.
"""

from __future__ import annotations

import csv
import io
import random
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from functools import cache
from pathlib import Path
from xml.sax.saxutils import escape

from openpyxl import Workbook
from openpyxl.utils import get_column_letter

Cell = object
Values = dict[str, Cell]
Row = tuple[str, str, str, str, str]
"""类别, 填报项目, 单位, 是否必填, 备注说明"""

HEADER = ("序号", "类别", "填报项目", "单位", "填报值", "是否必填", "备注说明")
SCHOOL_SHEET, COUNTY_SHEET = "学校填报数据", "区县填报数据"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STANDARD, COUNTY_CODE = "cn-2017-quality-balance", "990001"
SENIOR = "高中在校生"
RURAL = "是否50人及以上但不足100人的乡村小规模学校和教学点"
DENSE = "是否人口密度过高的大城市中心城区学校"
BANDS = ("25人以下", "26-30人", "31-35人", "36-40人", "41-45人", "46-50人", "51-55人", "56-60人", "61-65人", "66人以上")
_SMALL, _CENTRE, _JUNIOR = "仅50-100人乡村小规模学校填写", "仅人口密度过高的中心城区学校填写", "初中填写"

_SCHOOL = f"""
基本信息|学校名称| ; 学校类型|小学/初中/九年一贯制/十二年一贯制/完全中学; 学校代码| ; 建校时间|年; 是否2010年及之前规划并建成|是/否
基本信息|是否2016年及之前规划并建成|是/否; {DENSE}|是/否; {RURAL}|是/否; 是否最大班额低于30人的农村小规模学校|是/否
学生信息|小学学生人数|人; 初中学生人数|人; 进城务工人员随迁子女在校生人数|人
学生信息|家庭住址在划片范围内的在校学生人数（小学）|人; 家庭住址在划片范围内的在校学生人数（初中）|人
班级信息|班级总数|个; {"; ".join(f"每班{band}班级个数|个" for band in BANDS)}
教师学历信息|专任教师总人数|人; 专科学历教师人数（小学）|人; 本科学历教师人数（小学）|人; 本科学历教师人数（初中）|人; 硕士学历教师人数（小学）|人
教师学历信息|硕士学历教师人数（初中）|人; 博士研究生学历教师人数（小学）|人; 博士研究生学历教师人数（初中）|人; 县级及以上骨干教师数|人
教师学历信息|持有教师资格证的专任教师人数|人; 近5年培训满360学时专任教师人数|人
体育艺术教师|体育专任教师人数|人; 音乐专任教师人数|人; 美术专任教师人数|人; 艺术专任教师人数|人
体育艺术教师|体育交流轮岗/兼职/走教教师人数|人|否|{_SMALL}; 音乐交流轮岗/兼职/走教教师人数|人|否|{_SMALL}
体育艺术教师|美术交流轮岗/兼职/走教教师人数|人|否|{_SMALL}; 艺术交流轮岗/兼职/走教教师人数|人|否|{_SMALL}
教学用房面积|教学及辅助用房总面积|平方米; 室内体育用房面积|平方米
体育场馆面积|学校体育馆面积|平方米; 校内体育场面积|平方米; 校外租赁场馆面积|平方米|否|{_CENTRE}; 校内其他体育场面积|平方米|否|{_CENTRE}
教学设备|教学仪器设备资产值（账面原值）|万元; 网络多媒体教室间数|间
音乐美术教室|音乐教室总间数|间; 单间面积≥96㎡的音乐教室间数|间; 73㎡≤单间面积＜96㎡的音乐教室间数|间; 61㎡≤单间面积＜73㎡的音乐教室间数|间
音乐美术教室|美术教室总间数|间; 单间面积≥90㎡的美术教室间数|间; 67㎡≤单间面积＜90㎡的美术教室间数|间; 61㎡≤单间面积＜67㎡的美术教室间数|间
经费信息|上一年度公用经费预算总额|万元; 上一年度公用经费决算总额|万元; 上一年度教师培训经费预算总额|万元
巩固率数据|本届毕业学生人数|人|是|{_JUNIOR}; 毕业年级初一时在校学生数|人|是|{_JUNIOR}; 毕业年级三年转入学生数|人|是|{_JUNIOR}
巩固率数据|毕业年级三年转出学生数|人|是|{_JUNIOR}; 毕业年级三年死亡学生数|人|是|{_JUNIOR}
"""
_COUNTY = """
基本信息|区县名称| ; 区县代码| ; 填报年度|
经费标准|规定的小学生均公用经费标准|元|是|市级1150; 规定的初中生均公用经费标准|元|是|市级1350; 特殊教育学校经费总额|元; 特殊教育学校学生人数|人
工资收入|上年度义务教育学校教师年平均工资收入水平（不含民办学校）|万元; 当地公务员年平均工资收入|万元
教师交流轮岗|符合交流条件教师总数|人; 实际交流轮岗教师数|人; 实际交流骨干教师数量|人
优质高中招生|优质高中招生计划总人数|人; 优质高中招生分配指标数|人; 向农村学校分配指标数|人
随迁子女|符合条件的随迁子女总人数|人; 在县域内公办学校就读的随迁子女人数|人; 在政府购买服务的民办学校就读随迁子女人数|人
残疾儿童入学|适龄残疾儿童少年总数|人; 适龄残疾儿童少年入学总人数|人
"""
# Sheets 2 and 3 repeat words of the labels: a reader that takes any sheet for a form stumbles over them.
_NOTES = (
    ("指标名称", "计算公式", "达标标准"),
    ("生均教学及辅助用房面积", "(教学及辅助用房总面积-室内体育用房面积)÷学生人数", "小学>=4.5平方米\n初中>=5.8平方米"),
    ("生均教学仪器设备值", "教学仪器设备资产值÷学生人数", "小学>=2000元\n初中>=2500元"),
)
_SPECIAL = (("特殊情况处理说明",), (None,), ("一、一贯制学校和完全中学资源拆分计算",))
_PROOFS = (("政府保障程度指标 - 需上传佐证材料清单",), (None,), ("序号", "指标内容", "需上传材料"))


def _rows(text: str) -> tuple[Row, ...]:
    rows: list[Row] = []
    for line in text.strip().splitlines():
        group, _, items = line.partition("|")
        for item in items.split("; "):
            label, unit, required, note = [*item.split("|"), "是", ""][:4] if item.count("|") == 1 else item.split("|")
            rows.append((group, label, unit.strip(), required, note))
    return tuple(rows)


SCHOOL_ROWS, COUNTY_ROWS = _rows(_SCHOOL), _rows(_COUNTY)
SCHOOL_LABELS = tuple(row[1] for row in SCHOOL_ROWS)
CELL = {label: f"E{number}" for number, label in enumerate(SCHOOL_LABELS, 2)}
"""The cell of 填报值 of each label in a school form as it is given out."""


@cache
def _shell(titles: tuple[str, ...]) -> tuple[tuple[str, bytes], ...]:
    """The parts of an empty workbook with these sheets."""
    workbook = Workbook()
    workbook.remove(workbook.active)
    for title in titles:
        workbook.create_sheet(title)
    out = io.BytesIO()
    workbook.save(out)
    with zipfile.ZipFile(out) as archive:
        return tuple((name, archive.read(name)) for name in archive.namelist())


def _cell(place: str, value: Cell) -> str:
    if isinstance(value, int | float):
        return f'<c r="{place}"><v>{value!r}</v></c>'
    text = escape(str(value))
    if text.startswith("="):
        return f'<c r="{place}"><f>{text[1:]}</f></c>'
    if text.startswith("#"):
        return f'<c r="{place}" t="e"><v>{text}</v></c>'
    return f'<c r="{place}" t="inlineStr"><is><t xml:space="preserve">{text}</t></is></c>'


def _sheet(rows: Iterable[Sequence[Cell]]) -> str:
    lines = []
    for number, row in enumerate(rows, 1):
        cells = (_cell(f"{get_column_letter(n)}{number}", value) for n, value in enumerate(row, 1) if value is not None)
        lines.append(f'<row r="{number}">{"".join(cells)}</row>')
    return f'<worksheet xmlns="{MAIN}"><sheetData>{"".join(lines)}</sheetData></worksheet>'


def book(*sheets: tuple[str, Iterable[Sequence[Cell]]]) -> bytes:
    """A workbook of (title, rows) as bytes: the shell is openpyxl's, the cells are written straight, which is ten times quicker.

    A text that begins with ``=`` is a formula without a cached value, one that begins with ``#`` an error value.
    """
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in _shell(tuple(title for title, _ in sheets)):
            if not name.startswith("xl/worksheets/"):
                archive.writestr(name, part)
        for number, (_, rows) in enumerate(sheets, 1):
            archive.writestr(f"xl/worksheets/sheet{number}.xml", _sheet(rows))
    return out.getvalue()


def form_rows(rows: Iterable[Row], values: Mapping[str, Cell]) -> list[list[Cell]]:
    """The lines of a vertical form: header, printed rows, then a row for each further label (高中在校生)."""
    printed = list(rows)
    known = {row[1] for row in printed}
    printed += [("补充信息", label, "人", "否", "") for label in values if label not in known]
    lines: list[list[Cell]] = [list(HEADER)]
    for number, (group, label, unit, required, note) in enumerate(printed, 1):
        lines.append([number, group, label, unit or None, values.get(label), required, note or None])
    return lines


def school_form(values: Mapping[str, Cell], *, rows: Iterable[Row] = SCHOOL_ROWS) -> bytes:
    """A school return: the 68 rows with ``values`` by label, and the two sheets of notes."""
    return book((SCHOOL_SHEET, form_rows(rows, values)), ("指标计算说明", _NOTES), ("特殊情况说明", _SPECIAL))


def county_form(values: Mapping[str, Cell] | None = None, *, code: Cell = COUNTY_CODE) -> bytes:
    """A county return, complete unless ``values`` says otherwise."""
    amounts = [1150, 1350, 480000, 60, 12.6, 12.1, 900, 108, 27, 1500, 840, 300, 1200, 1100, 60, 180, 176]
    full: Values = {"区县名称": "演示区（演示数据）", "区县代码": code, "填报年度": 2025}
    full |= dict(zip([row[1] for row in COUNTY_ROWS[3:]], amounts, strict=True))
    rows = form_rows(COUNTY_ROWS, full | dict(values or {}))
    return book((COUNTY_SHEET, rows), ("指标计算说明", _NOTES), ("需上传材料说明", _PROOFS))


SUPPLEMENT_HEADER = ("序号", "类别", "填报项目", "单位", "填报值", "备注说明")
SUPPLEMENT_SHEETS = ("区县补充数据", "学校补充数据")


def supplement(county: Mapping[str, Cell] | None = None, schools: Iterable[Mapping[str, Cell]] = ()) -> bytes:
    """A 补充表: what it says of the county, one row a label, and of schools, one row each; values by label, 区县代码 and 学校代码 too."""
    sheets: list[tuple[str, Iterable[Sequence[Cell]]]] = []
    if county is not None:
        units = {"问卷数": "份", "问卷总数": "份", "人数": "人", "得分": "分", "观察点数": "个"}
        unit_of = {label: next((unit for end, unit in units.items() if label.endswith(end)), None) for label in county}
        lines = [[n, "", label, unit_of[label], value, None] for n, (label, value) in enumerate(county.items(), 1)]
        sheets.append((SUPPLEMENT_SHEETS[0], [list(SUPPLEMENT_HEADER), *lines]))
    rows = list(schools)
    if rows:
        labels = list(dict.fromkeys(label for row in rows for label in row))
        sheets.append((SUPPLEMENT_SHEETS[1], [labels, *([row.get(label) for label in labels] for row in rows)]))
    return book(*sheets)


def wide(schools: Iterable[Mapping[str, Cell]], further: Sequence[str] = ()) -> bytes:
    """A wide table as CSV: labels in the first line (the 68 and ``further``), one line a school."""
    out = io.StringIO()
    writer = csv.DictWriter(out, [*SCHOOL_LABELS, *further], restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(schools)
    return out.getvalue().encode("utf-8-sig")


def zipped(members: Mapping[str, bytes]) -> bytes:
    """A zip of members, names in UTF-8."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


# --- one school, complete -------------------------------------------------------------------------------------------

LIMITS = {"R1": ("4.2", "5.3"), "R2": ("1", "1"), "R3": ("0.9", "0.9"), "R4": ("4.5", "5.8"), "R5": ("7.5", "10.2"),
          "R6": ("0.2", "0.25"), "R7": ("2.3", "2.4")}  # fmt: skip
"""小学, 初中; R6 in 万元 a pupil. R1-R3, R7 per 100 pupils."""
_WEIGHTS = {"九年一贯制": ("1", "1.1", "0"), "十二年一贯制": ("1", "1.1", "1.32"), "完全中学": ("0", "1", "1.2")}


def _up(value: Fraction, step: int = 1) -> int | float:
    """The least multiple of 1/step that is not below the value."""
    whole = -(-value.numerator * step // value.denominator)
    return whole if step == 1 else whole / step


def _need(code: str, kind: str, pupils: tuple[int, int, int], factor: Fraction) -> Fraction:
    """The resource of the whole school at which every level has factor x limit."""
    primary, junior, _ = pupils
    per = 100 if code in ("R1", "R2", "R3", "R7") else 1
    limits = [Fraction(text) * factor / per for text in LIMITS[code]]
    weights = [Fraction(text) for text in _WEIGHTS.get(kind, ("1", "1", "0"))]
    if code in ("R1", "R2", "R3") or kind not in _WEIGHTS:
        return max(limits[0] if primary else Fraction(0), limits[1] if junior else Fraction(0)) * (primary + junior)
    weighed = sum((w * p for w, p in zip(weights, pupils, strict=True)), Fraction(0))
    return max((limits[n] * weighed / weights[n] for n in (0, 1) if pupils[n] and weights[n]), default=Fraction(0))


def _classes(pupils: int) -> Values:
    """Classes of at most 40 pupils, each in its band."""
    count = _up(Fraction(pupils, 40))
    tally = [0] * len(BANDS)
    for number in range(int(count)):
        size = pupils // count + (number < pupils % count)
        tally[max(0, -(-size // 5) - 5)] += 1
    rooms = _up(Fraction(count, 12))
    values: Values = {"班级总数": count} | {f"每班{band}班级个数": n for band, n in zip(BANDS, tally, strict=True)}
    values |= {label: 0 for _, label, unit, *_ in SCHOOL_ROWS if unit == "间"}
    return values | {"音乐教室总间数": rooms, "单间面积≥96㎡的音乐教室间数": rooms, "美术教室总间数": rooms,
                     "单间面积≥90㎡的美术教室间数": rooms}  # fmt: skip


def _teachers(primary: int, junior: int, need: Mapping[str, Fraction]) -> Values:
    """R1-R3: teachers by schooling and stage, backbone, sport and arts."""
    total = {"小学": 0, "初中": 0}
    values: Values = {}
    for stage, count, limit in (("小学", primary, "4.2"), ("初中", junior, "5.3")):
        total[stage] = int(_up(Fraction(limit) * count / 100 * need["factor1"]))
        rest, doctors = total[stage], int(total[stage] > 40)
        college = rest * 3 // 10 if stage == "小学" else 0
        master = (rest - doctors) // 10
        values |= {f"博士研究生学历教师人数（{stage}）": doctors, f"硕士学历教师人数（{stage}）": master}
        values |= {f"本科学历教师人数（{stage}）": rest - doctors - college - master}
        if stage == "小学":
            values["专科学历教师人数（小学）"] = college
    arts = int(_up(need["R3"]))
    values |= {"体育专任教师人数": arts - arts // 4 * 2 - arts // 8, "音乐专任教师人数": arts // 4}
    values |= {"美术专任教师人数": arts // 4, "艺术专任教师人数": arts // 8, "县级及以上骨干教师数": int(_up(need["R2"]))}
    staff = max(sum(total.values()) + (primary + junior) // 60, arts + int(_up(need["R2"])))
    return values | dict.fromkeys(("专任教师总人数", "持有教师资格证的专任教师人数", "近5年培训满360学时专任教师人数"), staff)


def filled(kind: str, name: str, code: Cell, primary: int = 0, junior: int = 0, senior: int | None = None, *,
           factors: Mapping[str, str] | None = None, changes: Mapping[str, Cell] | None = None) -> Values:  # fmt: skip
    """The values of a school by label, complete and free of contradictions; every indicator at 1.2 x its limit or ``factors``[code] x.

    ``kind``: 学校类型. Figures of a stage that the type does not have stay blank. ``changes`` are laid over at the end.
    """
    kind_plain = kind.removesuffix("学校") if kind.removesuffix("学校") in _WEIGHTS else kind
    pupils = (primary, junior, senior or 0)
    factor = {c: Fraction((factors or {}).get(c, "1.2")) for c in LIMITS}
    need = {c: _need(c, kind_plain, pupils, factor[c]) for c in LIMITS} | {"factor1": factor["R1"]}
    total = primary + junior
    values: Values = {"学校名称": name, "学校类型": kind, "学校代码": code, "建校时间": 2018}
    values |= {label: "否" for _, label, unit, *_ in SCHOOL_ROWS if unit == "是/否"}
    values |= {"小学学生人数": primary, "初中学生人数": junior, "进城务工人员随迁子女在校生人数": total // 10}
    values |= {f"家庭住址在划片范围内的在校学生人数（{stage}）": n for stage, n in (("小学", primary), ("初中", junior))}
    values |= _classes(sum(pupils)) | _teachers(primary, junior, need)
    room, ground = _up(need["R4"], 100), _up(need["R5"], 100)
    indoor = total // 2
    values |= {"教学及辅助用房总面积": _up(Fraction(str(room)) + indoor, 100), "室内体育用房面积": indoor, "学校体育馆面积": indoor}
    values |= {"校内体育场面积": _up(max(Fraction(str(ground)) - indoor, Fraction(0)), 100)}
    values |= {"教学仪器设备资产值（账面原值）": _up(need["R6"], 100), "网络多媒体教室间数": int(_up(need["R7"]))}
    budget = 10 + total * 12 / 100
    values |= {"上一年度公用经费预算总额": round(budget, 2), "上一年度公用经费决算总额": round(budget, 2)}
    values |= {"上一年度教师培训经费预算总额": round(budget * 0.06, 2), "本届毕业学生人数": junior // 3}
    values |= {"毕业年级初一时在校学生数": junior // 3} | {f"毕业年级三年{w}学生数": 0 for w in ("转入", "转出", "死亡")}
    if senior is not None:
        values[SENIOR] = senior
    absent = {"小学": ("初中", "毕业"), "教学点": ("初中", "毕业"), "初中": ("小学",), "完全中学": ("小学",)}.get(kind, ())
    values |= {label: None for label in values if any(word in label for word in absent)}
    return values | dict(changes or {})


def nameplate(kind: str, name: str, code: Cell) -> Values:
    """Name, type and code only: all that 特殊教育学校 and 职业学校 hand in."""
    return {"学校名称": name, "学校类型": kind, "学校代码": code}


# --- a county -------------------------------------------------------------------------------------------------------

_SHARES = (("小学", 88), ("初中", 40), ("九年一贯制", 26), ("十二年一贯制", 8), ("完全中学", 12), ("教学点", 22), ("特殊教育学校", 2),
           ("职业学校", 2))  # fmt: skip
_TOWNS = ("甲镇", "乙镇", "丙镇.zip", "丁街道")


def _ordinal(number: int) -> str:
    text = "".join("零一二三四五六七八九"[int(digit)] for digit in str(number))
    if not 10 <= number < 100:
        return text
    return text[0].removeprefix("一") + "十" + text[1].removesuffix("零")


def _pupils(rng: random.Random, kind: str) -> tuple[int, int, int | None]:
    """小学, 初中, 高中: small and large schools, and a few levels without pupils."""
    size = int(min(2000, max(12, rng.lognormvariate(6.2, 0.8))))
    none = rng.random() < 0.08
    if kind == "小学":
        return (0 if none and size % 4 == 0 else size), 0, None
    if kind == "教学点":
        return rng.choice((18, 36, 49, 50, 63, 77, 99, 100, 121)), 0, None
    if kind == "初中":
        return 0, size + 60, None
    if kind == "九年一贯制":
        return (0 if none else size), size * 2 // 3 + 30, None
    if kind == "十二年一贯制":
        return size, (0 if none else size // 2 + 20), size // 3 + 15
    return 0, size // 2 + 40, size + 100


def _factors(rng: random.Random, unequal: str) -> dict[str, str]:
    """Multiples of the limit: most schools meet all, some one at 85-99 %, some are below; one indicator differs widely."""
    factors = {code: f"{rng.uniform(1, 1.6):.3f}" for code in LIMITS}
    short = rng.choice((0, 0, 0, 0, 0, 1, 1, 1, 2, 4))
    for code in rng.sample(sorted(LIMITS), short):
        factors[code] = f"{rng.choice((rng.uniform(0.85, 0.999), rng.uniform(0.4, 0.87))):.3f}"
    factors[unequal] = f"{1.05 * rng.lognormvariate(0.3, 0.55):.3f}"
    if rng.random() < 0.1:
        factors[rng.choice(("R4", "R5", "R6"))] = rng.choice(("1", "0.85"))
    return factors


def _reliefs(rng: random.Random, pupils: int) -> Values:
    """Reliefs used, unused, and figures without their flag."""
    changes: Values = {}
    if 40 <= pupils <= 110 and rng.random() < 0.7:
        changes |= {RURAL: rng.choice(("是", "是", "是", "否", None))}
        changes |= {"体育交流轮岗/兼职/走教教师人数": rng.choice((None, 0, 1)), "音乐交流轮岗/兼职/走教教师人数": rng.choice((None, 1))}
    if rng.random() < 0.12:
        changes |= {DENSE: rng.choice(("是", "是", "否"))}
        changes |= {"校外租赁场馆面积": rng.choice((None, 640.5)), "校内其他体育场面积": rng.choice((None, 0, 210.25))}
    return changes


def _spoil(rng: random.Random, values: Values, holes: bool) -> None:
    """Numbers typed as text; with ``holes`` one blank cell in about every twelfth school."""
    numbers = [label for label, value in values.items() if isinstance(value, int | float)]
    if rng.random() < 0.1:
        label = rng.choice([label for label in numbers if label != "学校代码"])
        values[label] = f" {values[label]}".translate(str.maketrans("0123456789", "０１２３４５６７８９"))
    if holes and rng.random() < 0.08:
        judged = [label for label in numbers if "教师" in label or "面积" in label or "学生人数" in label or label == SENIOR]
        label = rng.choice(judged or numbers)
        if label == SENIOR:
            del values[label]
        elif "走教" not in label and "租赁" not in label and "其他" not in label:
            values[label] = None


def world(seed: int, schools: int = 200, *, holes: bool = True) -> dict[str, bytes]:
    """A county of filled forms by path, the same for the same seed; a path through ``x.zip/`` is a member of that zip.

    All school types, tiny schools, 教学点 above and below 50 pupils, levels without pupils, reliefs used and unused, values near the limits;
    with ``holes`` some cells are blank.
    """
    rng = random.Random(seed)
    unequal = rng.choice(sorted(LIMITS))
    kinds = [kind for kind, share in _SHARES for _ in range(max(1, share * schools // 200))][:schools]
    kinds += ["小学"] * (schools - len(kinds))
    rng.shuffle(kinds)
    files = {"区县填报表.xlsx": county_form()}
    for number, kind in enumerate(kinds, 1):
        name = f"演示第{_ordinal(number)}{kind if kind in ('小学', '初中', '教学点') else '学校'}"
        code: Cell = rng.choice((int, str))(f"99{rng.randrange(1000):03}{number:05}")
        written = kind + "学校" if kind.endswith("制") and number % 2 else kind
        if kind in ("特殊教育学校", "职业学校"):
            values = nameplate(written, name, code)
        else:
            primary, junior, senior = _pupils(rng, kind)
            changes = _reliefs(rng, primary + junior)
            values = filled(written, name, code, primary, junior, senior, factors=_factors(rng, unequal), changes=changes)
            _spoil(rng, values, holes)
        files[f"{_TOWNS[number % len(_TOWNS)]}/{name}.xlsx"] = school_form(values)
    return files


def lay(folder: Path, files: Mapping[str, bytes]) -> Path:
    """Write files under a folder; members of ``x.zip/`` into that zip."""
    archives: dict[str, dict[str, bytes]] = {}
    for path, data in files.items():
        head, zip_, member = path.partition(".zip/")
        if zip_:
            archives.setdefault(head + ".zip", {})[member] = data
            continue
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(data)
    for name, members in archives.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(zipped(members))
    return folder
