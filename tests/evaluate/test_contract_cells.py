"""Contracts §1, cells: blanks, numbers, flags, codes, formulas, labels and units. Each case is one school form; all are read in one run."""

import io
import re
import zipfile
from dataclasses import dataclass

import pytest

import forms

LAND, ROOMS, MEDIA, MONEY = "校内体育场面积", "教学及辅助用房总面积", "网络多媒体教室间数", "教学仪器设备资产值（账面原值）"
ROWS = list(forms.SCHOOL_ROWS)
UNNAMED = ("学校名称", "学校类型", "学校代码")
FLAGS = tuple(row[1] for row in ROWS if row[2] == "是/否")


@dataclass(frozen=True)
class Case:
    """One form and what must come of it. ``error``, ``query``: cells named so, "?" for a place left open; ``silent``: named in no issue;
    ``values``: indicator -> value at the first level."""

    data: bytes
    error: tuple[str, ...] = ()
    query: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    values: tuple[tuple[str, float | None], ...] = ()
    pupils: float | None = 400


def form(changes: dict[str, object], kind: str = "小学", rows=ROWS, number: int = 0) -> bytes:
    """A form of 400 + 400 pupils as far as the type has them; name and code follow later."""
    of = {"小学": (400, 0), "教学点": (400, 0), "初中": (0, 400), "完全中学": (0, 400, 300)}.get(kind, (400, 400))
    return forms.school_form(forms.filled(kind, "演示", "990001", *of, changes=changes), rows=rows)


def cached(data: bytes, cell: str, value: str, kind: str = "") -> bytes:
    """The workbook with a cached value beside the formula of a cell of the first sheet."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                pattern = rf'<c r="{cell}"><f>([^<]*)</f></c>'
                text, count = re.subn(pattern, rf'<c r="{cell}"{kind}><f>\1</f><v>{value}</v></c>', text.decode())
                assert count == 1
            new.writestr(name, text)
    return out.getvalue()


def numbers() -> dict[str, Case]:
    """Numbers as people type them, in 校内体育场面积 (with 400 pupils and no 体育馆: R5 = value / 400)."""
    cell, hall = forms.CELL[LAND], {"学校体育馆面积": 0, "室内体育用房面积": 0}
    used = {"full width": ("３５２０", 3520), "spaces": (" 3520 ", 3520), "text": ("3520.5", 3520.5), "wide point": ("３５２０．５", 3520.5)}
    plain = {"zero": (0, 0), "hundredth": (3520.01, 3520.01), "binary": (0.1 + 0.2, 0.3)}
    wrong = {"comma": "3,520", "unit": "12人", "none": "无", "percent": "85%", "negative": -1, "too large": 1000000000.01,
             "dash": "-", "blank": None, "spaces only": "   ", "formula without a value": "=3000+520", "error value": "#DIV/0!"}  # fmt: skip
    cases = {name: Case(form({LAND: typed} | hall), query=(cell,), values=(("R5", v / 400),)) for name, (typed, v) in used.items()}
    cases |= {name: Case(form({LAND: typed} | hall), silent=(cell,), values=(("R5", v / 400),)) for name, (typed, v) in plain.items()}
    cases["greatest"] = Case(form({LAND: 1e9} | hall), values=(("R5", 2.5e6),))
    cases |= {name: Case(form({LAND: typed} | hall), error=(cell,), values=(("R5", None),)) for name, typed in wrong.items()}
    formula = form({LAND: "=3000+520"} | hall)
    cases["formula"] = Case(cached(formula, cell, "3520"), query=(cell,), values=(("R5", 8.8),))
    cases["formula giving text"] = Case(cached(formula, cell, "3520", ' t="str"'), query=(cell,), values=(("R5", 8.8),))
    cases["formula giving an error"] = Case(cached(formula, cell, "#REF!", ' t="e"'), error=(cell,), values=(("R5", None),))
    return cases


def whole() -> dict[str, Case]:
    """What must be whole, and what is only queried."""
    people, year, media = forms.CELL["小学学生人数"], forms.CELL["建校时间"], forms.CELL[MEDIA]
    return {
        "pupils not whole": Case(form({"小学学生人数": 400.5}), error=(people,), values=(("R7", None),), pupils=None),
        "pupils as text": Case(form({"小学学生人数": "４００", MEDIA: 10}), query=(people,), values=(("R7", 2.5),)),
        "year not whole": Case(form({"建校时间": 2008.5}), error=(year,)),
        "count not whole": Case(form({MEDIA: 10.5}), query=(media,), values=(("R7", 2.625),)),
        "area not whole": Case(form({ROOMS: 4000.25, "室内体育用房面积": 0, "学校体育馆面积": 0}), values=(("R4", 10.000625),)),
        "indoor area above the rooms": Case(form({ROOMS: 100, "室内体育用房面积": 101}), error=("?",), values=(("R4", None),)),
        "indoor area is not the hall": Case(form({"室内体育用房面积": 100, "学校体育馆面积": 300}), query=("?",)),
    }


def blanks() -> dict[str, Case]:
    """Each of the 68 cells blank in a 九年一贯制 school: required -> error, flag -> query, optional -> 0 without a word."""
    cases = {}
    for _, label, unit, required, _ in ROWS:
        if label in UNNAMED:
            continue
        cell = forms.CELL[label]
        data = form({label: None}, "九年一贯制")
        pupils = None if label == "小学学生人数" else 400
        if unit == "是/否":
            cases[f"blank {label}"] = Case(data, query=(cell,))
        else:
            where = {"error": (cell,)} if required == "是" else {"silent": (cell,)}
            cases[f"blank {label}"] = Case(data, pupils=pupils, **where)
    for flag in FLAGS[:2]:
        cases[f"other word {flag}"] = Case(form({flag: "有"}), error=(forms.CELL[flag],))
    return cases


def stages() -> dict[str, Case]:
    """Figures of a stage that the type does not have: blank or 0 without a word, else an error and unused."""
    cases = {}
    for kind, labels in (("小学", ("初中学生人数", "本科学历教师人数（初中）", "本届毕业学生人数", "家庭住址在划片范围内的在校学生人数（初中）")),
                         ("初中", ("小学学生人数", "专科学历教师人数（小学）")), ("完全中学", ("小学学生人数",)),
                         ("教学点", ("毕业年级初一时在校学生数",))):  # fmt: skip
        for label in labels:
            cases[f"{kind} {label} 0"] = Case(form({label: 0}, kind), silent=(forms.CELL[label],))
            cases[f"{kind} {label} 30"] = Case(form({label: 30}, kind), error=(forms.CELL[label],))
    cases["小学 高中在校生 30"] = Case(form({forms.SENIOR: 30}), error=("E70",))
    return cases


def layout() -> dict[str, Case]:
    """Labels, units, header and 序号: known by their words; what the file says of unit and 是否必填 does not count."""

    def lines(change) -> bytes:
        table = forms.form_rows(ROWS, forms.filled("小学", "演示", "990001", 400))
        change(table)
        return forms.book((forms.SCHOOL_SHEET, table))

    def at(label: str, column: int, value: object):
        return lambda table: table[int(forms.CELL[label][1:]) - 1].__setitem__(column, value)

    def swap(table):
        table[52], table[53] = table[53], table[52]

    def columns(table):
        for line in table:
            line[3], line[4] = line[4], line[3]

    media = int(forms.CELL[MEDIA][1:]) - 1
    return {
        "label with spaces": Case(lines(at(MONEY, 2, " 教学仪器设备 资产值(账面原值) "))),
        "unit changed": Case(lines(at(MONEY, 3, "元")), error=("?",), values=(("R6", None),)),
        "unit in other letters": Case(lines(at(LAND, 3, "㎡"))),
        "必填 changed for a blank": Case(lines(lambda t: (at(LAND, 5, "否")(t), at(LAND, 4, None)(t))), error=(forms.CELL[LAND],)),
        "必填 changed for an optional one": Case(lines(at("校外租赁场馆面积", 5, "是"))),
        "number changed": Case(lines(at(MEDIA, 0, 99)), query=("?",)),
        "two rows swapped": Case(lines(swap), query=("?",)),
        "title above the header": Case(lines(lambda t: t.insert(0, ["演示区学校填报表"])), query=("?",)),
        "columns swapped": Case(lines(columns), query=("?",)),
        "label missing": Case(lines(lambda t: t.pop(media)), error=("?",), values=(("R7", None),)),
        "label twice": Case(lines(lambda t: t.append(list(t[media]))), error=("?",), values=(("R7", None),)),
    }


CASES = numbers() | whole() | blanks() | stages() | layout()


def _named(data: bytes, number: int) -> bytes:
    """The form under a name and code of its own."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                for word, own in (("演示", f"演示第{number}学校"), ("990001", f"99{number:08}")):
                    text, count = re.subn(f">{word}</t>".encode(), f">{own}</t>".encode(), text)
                    assert count == 1
            new.writestr(name, text)
    return out.getvalue()


@pytest.fixture(scope="module")
def result(county):
    """All cases in one run: name -> (entries of the school, its issues)."""
    files = {f"{number}.xlsx": _named(case.data, number) for number, case in enumerate(CASES.values())}
    run = county(files)
    assert run.code == 1
    entries = [[s for s in run.json["schools"] if s["code"] == f"99{number:08}"] for number in range(len(CASES))]
    issues = [[i for i in run.json["issues"] if i["file"] == file] for file in files]
    return dict(zip(CASES, zip(entries, issues, strict=True), strict=True))


@pytest.mark.parametrize("name", CASES)
def test_cell(result, name):
    """Errors exactly where expected, queries at least there, and the value that is used."""
    case = CASES[name]
    entries, issues = result[name]
    errors = sorted({i["cell"] for i in issues if i["level"] == "error"}, key=str)
    queries = {i["cell"] for i in issues if i["level"] == "query"}
    if "?" in case.error:
        assert errors
    else:
        assert errors == sorted(case.error)
    assert queries if "?" in case.query else set(case.query) <= queries
    assert {i["cell"] for i in issues} & set(case.silent) == set()
    found = {code: entries[0]["indicators"][code]["value"] for code, _ in case.values}
    assert found == {code: value if value is None else pytest.approx(value, rel=1e-12) for code, value in case.values}
    assert entries[0]["pupils"] == case.pupils


def test_a_non_zero_figure_of_an_absent_stage_is_not_used(result):
    assert [entry["level"] for entry in result["小学 初中学生人数 30"][0]] == ["primary"]


def test_every_issue_says_what_was_found_and_how_to_mend_it(result):
    issues = [issue for _, found in result.values() for issue in found]
    assert [i for i in issues if not i["found"].strip() or not i["mend"].strip() or not i["code"].strip()] == []
    assert {i["sheet"] for i in issues} <= {forms.SCHOOL_SHEET, None}


@pytest.mark.parametrize(("typed", "level"), [(None, "error"), ("1100", "query"), ("无", "error"), (0, None)])
def test_cells_of_the_county_return(county, typed, level):
    """符合条件的随迁子女总人数 (E17): the same rules; the schools are judged all the same."""
    values = {"符合条件的随迁子女总人数": typed, "在县域内公办学校就读的随迁子女人数": 0, "在政府购买服务的民办学校就读随迁子女人数": 0}
    good = forms.school_form(forms.filled("小学", "演示第一小学", "9900010001", 400))
    run = county({"区县填报表.xlsx": forms.county_form(values), "a.xlsx": good})
    found = [issue["level"] for issue in run.json["issues"] if (issue["file"], issue["cell"]) == ("区县填报表.xlsx", "E17")]
    assert (found, run.code) == ([level] if level else [], int(level == "error"))
    assert [school["judgement"] for school in run.json["schools"]] == ["met"]


# --- codes, names and types -----------------------------------------------------------------------------------------

CODES = [
    (3601000001, "3601000001"), ("3601000005.0", "3601000005"), (3601000006.0, "3601000006"), ("0012345678", "0012345678"),
    (999999999999999, "999999999999999"), (10**15, None), (123456789012345680, None), (None, None),
]  # fmt: skip


@pytest.fixture(scope="module")
def coded(county):
    names = [f"演示第{number}小学" for number in range(len(CODES))]
    values = [forms.filled("小学", name, typed, 400) for name, (typed, _) in zip(names, CODES, strict=True)]
    return county({f"{number}.xlsx": forms.school_form(v) for number, v in enumerate(values)}).json


@pytest.mark.parametrize("number", range(len(CODES)), ids=[str(typed) for typed, _ in CODES])
def test_codes_are_text(coded, number):
    """Digits kept, ``.0`` dropped; an error where the code is blank or digits are lost."""
    code, file = CODES[number][1], f"{number}.xlsx"
    errors = [i["cell"] for i in coded["issues"] if i["level"] == "error" and i["file"] == file]
    assert errors == ([] if code else [forms.CELL["学校代码"]])
    if code:
        assert [s["code"] for s in coded["schools"] if s["name"] == f"演示第{number}小学"] == [code]


@pytest.mark.parametrize("kind", [None, "幼儿园"])
def test_type_blank_or_unknown(county, kind):
    """Listed at both levels, all no_data; only name, type, code and pupils are checked for blanks."""
    values = forms.nameplate(kind, "演示第一学校", "9900010001") | {"小学学生人数": 300}
    result = county({"a.xlsx": forms.school_form(values)}).json
    assert [(s["level"], s["judgement"], s["pupils"]) for s in result["schools"]] == [("primary", "no_data", 300), ("junior", "no_data", None)]
    assert {v["judgement"] for s in result["schools"] for v in s["indicators"].values()} == {"no_data"}
    errors = sorted(i["cell"] for i in result["issues"] if i["level"] == "error")
    assert errors == sorted([forms.CELL["学校类型"], forms.CELL["初中学生人数"]])


@pytest.mark.parametrize("kind", ["特殊教育学校", "职业学校", "特殊教育", "职业"])
def test_special_and_vocational_schools_need_name_type_and_code_only(county, kind):
    good = forms.school_form(forms.filled("小学", "演示第一小学", "9900010001", 400))
    result = county({"a.xlsx": good, "b.xlsx": forms.school_form(forms.nameplate(kind, "演示第二学校", "9900010002"))}).json
    assert [i for i in result["issues"] if i["file"] == "b.xlsx"] == []
    assert [(e["code"], e["file"], bool(e["reason"])) for e in result["excluded"]] == [("9900010002", "b.xlsx", True)]
