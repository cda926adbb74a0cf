"""All three verdicts from real forms and the 补充表, end to end through the command line (达标、未达标、待定)."""

import pytest

import forms
from dudao.intake import template
from dudao.standards import load_standard
from dudao.standards.model import Declared, Given, Standard, Survey, Veto

SCHOOLS = (
    ("小学", "演示第一小学", "9900010001", 400, 0, None),
    ("小学", "演示第二小学", "9900010002", 80, 0, None),
    ("初中", "演示第一初级中学", "9900010003", 0, 500, None),
    ("九年一贯制", "演示实验学校", "9900010004", 300, 240, None),
    ("完全中学", "演示中学", "9900010005", 0, 300, 600),
    ("教学点", "演示教学点", "9900010006", 20, 0, None),
)


def answers(standard: Standard) -> dict[str, object]:
    """Every row of the 补充表 that items ask for, filled as a county that meets all of it."""
    found: dict[str, object] = {}
    for indicator in standard.indicators:
        rows = {field.name: field for field in standard.fields if field.item == indicator.code}
        for name, field in rows.items():
            what = name.removeprefix(f"{indicator.code}_")
            match indicator.rule:
                case Declared():
                    found[name] = field.choices[0] if what == "met" else f"演示佐证（{indicator.title}）"
                case Veto():
                    found[name] = "无" if what == "found" else None
                case Given():
                    found[name] = "Ⅲ" if what.endswith("grade") else "0.14"
                case Survey():
                    found[name] = {"sent": 120, "valid": 100, "satisfied": 90, "visited": 10, "visit_satisfied": 9}[what.split("_", 1)[1]]
                case _:
                    found[name] = "达到"
    return {name: value for name, value in found.items() if value is not None}


def of_school(code: str, name: str) -> dict[str, object]:
    return {"school_code": code, "school_name": name, "sponsor": "7", "location": "城区", "boarding": "否"}


@pytest.fixture
def verdict(tmp_path, evaluate):
    """The run over the forms of SCHOOLS, a county return and a 补充表 with ``changes`` (None: left blank)."""

    def of(changes=None, profile="default", supplement=True, school_changes=None):
        standard = load_standard(forms.STANDARD, profile)
        files = {"区县.xlsx": forms.county_form({"区县代码": "990001"}, code="990001")}
        for kind, name, code, primary, junior, senior in SCHOOLS:
            own = dict((school_changes or {}).get(code, {}))
            files[f"学校/{code}.xlsx"] = forms.school_form(forms.filled(kind, name, code, primary, junior, senior, changes=own))
        if supplement:
            county = {"county_code": "990001"} | answers(standard) | dict(changes or {})
            county = {name: value for name, value in county.items() if value is not None}
            schools = [of_school(code, name) for _, name, code, *_ in SCHOOLS]
            files["补充表.xlsx"] = template.supplement(standard, county=county, schools=schools)
        return evaluate(forms.lay(tmp_path / "in", files), "--profile", profile)

    return of


def failing(run) -> list[tuple[str, str | None, str]]:
    return [(r["code"], r["school"], r["judgement"]) for r in run.json["verdict"]["reasons"]]


@pytest.mark.parametrize("profile", ["default", "shenyang-2025"])
def test_met(verdict, profile):
    run = verdict(profile=profile)
    assert failing(run) == []
    assert run.code == 0
    assert run.json["verdict"] == {"status": "met", "sentence": "各项要求均已达到。", "reasons": []}
    judged = {entry["code"]: entry["judgement"] for entry in run.json["county"] if "basis" in entry}
    assert set(judged.values()) == {"met"}
    assert run.json["missing"] == []


@pytest.mark.parametrize(
    ("changes", "code", "status"),
    [
        ({"V3_found": "有"}, "V3", "not_met"),
        ({"V3_found": None}, "V3", "undetermined"),
        ({"G1_met": "未达到"}, "G1", "not_met"),
        ({"G1_met": None}, "G1", "undetermined"),
        ({"G1_proof": None}, "G1", "undetermined"),
        ({"G15_also_1": "未达到"}, "G15", "not_met"),
        ({"Q9_2_value": "0.15"}, "Q9", "not_met"),
        ({"Q9_2_grade": "Ⅱ"}, "Q9", "not_met"),
        ({"Q9_2_value": None}, "Q9", "undetermined"),
        ({"P1_2_satisfied": 54}, "P1", "not_met"),
        ({"P1_2_valid": None}, "P1", "undetermined"),
    ],
)
def test_one_answer_decides(verdict, changes, code, status):
    run = verdict(changes)
    assert run.json["verdict"]["status"] == status
    judgement = {"not_met": "not_met", "undetermined": "no_data"}[status]
    assert failing(run) == [(code, None, judgement)]


def test_undetermined_without_the_supplement(verdict):
    """Real forms alone never reach a verdict of met: what they do not ask stays without data."""
    run = verdict(supplement=False)
    assert run.json["verdict"]["status"] == "undetermined"
    assert {reason["judgement"] for reason in run.json["verdict"]["reasons"]} == {"no_data"}
    assert sorted({reason["code"] for reason in run.json["verdict"]["reasons"]}) == sorted(
        ["G1", "G2", "G10", "G13", "P1", "Q3", "Q5", "Q6", "Q7", "Q8", "Q9", *(f"V{number}" for number in range(1, 7))]
    )


def test_one_school_decides(verdict):
    changes = {"9900010003": {"上一年度教师培训经费预算总额": 0.01}, "9900010001": {"单间面积≥90㎡的美术教室间数": 0, "美术教室总间数": 0}}
    run = verdict(school_changes=changes)
    assert run.json["verdict"]["status"] == "not_met"
    assert failing(run) == [("G3", "9900010001", "not_met"), ("Q4", "9900010003", "not_met")]


def text_of(run, code: str) -> str:
    (found,) = [reason["text"] for reason in run.json["verdict"]["reasons"] if reason["code"] == code]
    return found


@pytest.mark.parametrize(
    ("changes", "code", "text"),
    [
        ({"Q9_1_grade": "Ⅱ"}, "Q9", "国家义务教育质量监测：语文学业水平等级 Ⅱ，应达到Ⅲ级以上。"),
        ({"Q9_1_value": "0.15"}, "Q9", "国家义务教育质量监测：语文校际差异率 0.15，应低于 0.15。"),
        ({"G14_also_1": "未达到"}, "G14", "优质高中招生名额分配比例：优质高中招生名额分配向农村初中倾斜：未达到。"),
        ({"V2_found": "有"}, "V2", "违规择校：有。"),
        ({"G2_proof": "无"}, "G2", "城乡学校建设、编制、经费定额、装备标准统一：申报“达到”，没有写明佐证材料。"),
        ({"P1_1_satisfied": 54}, "P1", "社会认可度：问卷合计 84.9%，应不低于 85%。"),
    ],
)
def test_a_reason_says_what_was_found_and_what_is_asked(verdict, changes, code, text):
    assert text_of(verdict(changes), code) == text


def test_a_value_just_beside_its_limit_is_told_apart(verdict):
    run = verdict({"P1_1_sent": 100000, "P1_1_valid": 100000, "P1_1_satisfied": 84959})
    assert text_of(run, "P1") == "社会认可度：问卷合计 84.99%，应不低于 85%。"


def test_answers_stay_when_the_real_county_return_comes_twice(tmp_path, evaluate):
    """Only the doubled return is of no use: a veto on the 补充表 still bars recognition."""
    standard = load_standard(forms.STANDARD)
    sheet = template.supplement(standard, county={"county_code": "990001", "V1_found": "有", "V2_found": "无"})
    files = {"补充表.xlsx": sheet, "a.xlsx": forms.county_form(code="990001")}
    files["b.xlsx"] = forms.county_form({"当地公务员年平均工资收入": 11}, code="990001")
    files["c.xlsx"] = forms.school_form(forms.filled(*SCHOOLS[0][:4]))
    run = evaluate(forms.lay(tmp_path / "in", files))
    judged = {entry["code"]: entry["judgement"] for entry in run.json["county"] if "basis" in entry}
    assert (judged["V1"], judged["V2"], judged["G8"]) == ("not_met", "met", "no_data")
    assert run.json["verdict"]["status"] == "not_met"


def test_a_county_without_junior_schools_is_not_asked_for_their_retention(tmp_path, evaluate):
    files = {"a.xlsx": forms.county_form(code="990001"), "c.xlsx": forms.school_form(forms.filled(*SCHOOLS[0][:4]))}
    run = evaluate(forms.lay(tmp_path / "in", files))
    judged = {entry["code"]: entry["judgement"] for entry in run.json["county"] if "basis" in entry}
    assert judged["Q1"] == "not_applicable"


def test_the_limit_shown_is_the_one_of_the_deciding_school(verdict):
    run = verdict(school_changes={"9900010004": {"小学学生人数": 1300, "初中学生人数": 1100}})
    (entry,) = [entry for entry in run.json["county"] if entry["code"] == "G4"]
    assert (entry["value"], entry["limit"], entry["judgement"]) == (2400, 2500, "met")
