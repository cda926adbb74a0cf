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
    now, before = Evaluation.objects.all()
    assert (now.year, before.year) == (2026, 2025)
    assert (evaluations.status(now).final, evaluations.status(before).final) == (False, True)
    counts = {level: sum(s["level"] == level for s in now.data["schools"]) for level in ("primary", "junior")}
    assert counts == {"primary": 14, "junior": 8}
    assert [(item["name"], item["reason"]) for item in now.data["excluded"]] == [
        ("演示特殊教育学校", "特殊教育学校不计入"),
        ("演示永胜教学点", "不足50人的教学点"),
        ("演示联合教学点", "不足50人的教学点"),
    ]
    assert [(item["school"], item["code"]) for item in now.data["missing"]] == [("3211820011", "R6")]
    not_met = {s["name"] for s in now.data["schools"] if s["judgement"] == "not_met"}
    assert not_met == {"演示第二小学", "演示第九小学"}
    cvs = {(i["code"], i["level"]): i["judgement"] for i in now.data["county"] if "mean" in i}
    assert [key for key, judgement in cvs.items() if judgement != "met"] == [
        ("R6", "primary"),
        ("R5", "junior"),
    ]
    assert cvs["R5", "junior"] == "not_met"


def test_the_demo_leaves_returns_and_issues_in_every_state(loaded):
    rows = Submission.objects.filter(county__code="321182", year=2026)
    assert {state: rows.filter(state=state).count() for state in ("submitted", "returned", "replaced")} == {
        "submitted": 24,
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
