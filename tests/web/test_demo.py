"""The demo: what is loaded is what the pages of the UI guide show, made by the actions that officers use."""

from datetime import date

import pytest

from dudao_web.evaluations import queries as evaluations
from dudao_web.evaluations.models import Evaluation
from dudao_web.operations import demo, log
from dudao_web.submissions.models import IssueRecord, Submission, Upload


@pytest.fixture
def loaded(db, settings, tmp_path):
    settings.DEMO = True
    settings.DEMO_ACCOUNTS_FILE = tmp_path / "accounts.json"
    return demo.load(date(2026, 6, 10))


def test_the_demo_is_a_whole_county_with_work_waiting(loaded):
    now, before = Evaluation.objects.filter(county__code="321182")
    assert (now.year, before.year) == (2026, 2025)
    assert (evaluations.status(now).final, evaluations.status(before).final) == (False, True)
    counts = {level: sum(s["level"] == level for s in now.data["schools"]) for level in ("primary", "junior")}
    assert counts == {"primary": 14, "junior": 8}
    assert [(item["name"], item["reason"]) for item in now.data["excluded"]] == [
        ("演示特殊教育学校", "特殊教育学校不计入"),
        ("演示永胜教学点", "不足50人的教学点"),
        ("演示联合教学点", "不足50人的教学点"),
    ]
    assert [item["school"] for item in now.data["missing"] if item["code"] == "R6"] == ["3211820011"]
    not_met = {s["name"] for s in now.data["schools"] if s["judgement"] == "not_met"}
    assert not_met == {"演示第二小学", "演示第九小学"}
    cvs = {(i["code"], i["level"]): i["judgement"] for i in now.data["county"] if "mean" in i}
    assert [key for key, judgement in cvs.items() if judgement != "met"] == [
        ("R6", "primary"),
        ("R5", "junior"),
    ]
    assert cvs["R5", "junior"] == "not_met"


def test_three_counties_stand_for_the_three_verdicts(loaded):
    found = {
        run.county.name: (run.status, evaluations.status(run).final)
        for run in Evaluation.objects.filter(year=2026)
    }
    assert found == {"扬中市": ("not_met", False), "句容市": ("met", True), "丹徒区": ("undetermined", False)}
    last = Evaluation.objects.get(year=2025)
    unknown = [item["code"] for item in last.data["county"] if item.get("judgement") == "no_data"]
    assert (last.status, unknown) == ("not_met", [])
    open_items = Evaluation.objects.get(county__name="丹徒区").data["county"]
    assert [item["code"] for item in open_items if item.get("judgement") == "no_data"] == [
        "G13",
        "Q9",
        "P1",
        "V5",
    ]


def test_the_demo_answers_typed_and_uploaded(loaded):
    rows = Submission.objects.filter(form__in=("supplement", "county_supplement"))
    found = {
        (row.county.name, row.year, row.form, row.upload.entered)
        for row in rows.select_related("county", "upload")
    }
    assert found == {
        ("扬中市", 2025, "county_supplement", False),
        ("扬中市", 2025, "supplement", False),
        ("扬中市", 2026, "county_supplement", True),
        ("句容市", 2026, "county_supplement", False),
        ("句容市", 2026, "supplement", False),
        ("丹徒区", 2026, "county_supplement", True),
    }


def test_the_demo_leaves_returns_and_issues_in_every_state(loaded):
    rows = Submission.objects.filter(county__code="321182", year=2026)
    assert {state: rows.filter(state=state).count() for state in ("submitted", "returned", "replaced")} == {
        "submitted": 25,
        "returned": 1,
        "replaced": 1,
    }
    issues = IssueRecord.objects.filter(county__code="321182", year=2026, open=True)
    assert issues.filter(level="error").count() == 1
    assert issues.exclude(explanation="").count() == 1
    other = IssueRecord.objects.filter(county__code="321181", open=True, level="error")
    topics = sorted(code.partition("-")[0] for code in other.values_list("code", flat=True))
    assert topics == ["CHK", "FIG", "FIG", "FILE"]
    assert Upload.objects.exclude(state="read").count() == 0


def test_every_generated_name_says_so_and_the_record_is_whole(loaded):
    names = Submission.objects.filter(form="school").values_list("name", flat=True)
    assert [name for name in names if not name.startswith("演示")] == []
    assert log.verify(chain_name=None, file=None, head=None)[1] == []
