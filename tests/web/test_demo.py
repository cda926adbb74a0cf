"""The demo: 镇江 on a fixed day in its 2018 self-check, made by the actions that officers use, with work for each account."""

import os
import subprocess
import sys
from collections import Counter
from datetime import date
from pathlib import Path

import pytest
from django.conf import settings as live
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.core.management import call_command
from django.test import override_settings

from dudao_web import clock
from dudao_web.campaigns.models import Campaign, Case, Judgement, StageDate
from dudao_web.evaluations import queries as evaluations
from dudao_web.evaluations.models import Evaluation
from dudao_web.findings.models import Finding, Rectification
from dudao_web.inspections import drawing
from dudao_web.inspections.models import Drawn, Objection, Sample, Sheet
from dudao_web.operations import demo, demo_days, log
from dudao_web.orgs.models import Action, Membership, Org
from dudao_web.pages import demo_units, demo_world, todo
from dudao_web.submissions.models import IssueRecord, Submission, Upload
from dudao_web.tasks import queries as tasks

SHARE = 20  # a twentieth of the units; the returns are whole
COMMAND = Path(sys.executable).with_name("dudao-web")
pytestmark = pytest.mark.django_db


@pytest.fixture(scope="module")
def loaded(django_db_setup, django_db_blocker, tmp_path_factory):
    """The demo, loaded once for all tests here and cleared after them; its folder."""
    folder = tmp_path_factory.mktemp("demo")
    files = {"DEMO_ACCOUNTS_FILE": folder / "demo-accounts.json", "DEMO_ON_FILE": folder / "demo-on"}
    demo_settings = override_settings(DEMO=True, MEDIA_ROOT=folder / "files", **files)
    with django_db_blocker.unblock(), demo_settings, pytest.MonkeyPatch.context() as patch:
        patch.setattr(PBKDF2PasswordHasher, "iterations", 1000)
        try:
            demo.load(share=SHARE)
            yield folder
        finally:
            call_command("flush", verbosity=0, interactive=False)


def office(username: str) -> Membership:
    return Membership.objects.select_related("org", "user").get(user__username=username)


# --- the units


def test_the_units_are_those_of_the_plan():
    units = demo_units.units()
    given = [unit for unit in units if unit.awarded]
    cohort = [unit for unit in given if unit.awarded.year <= 2015]
    towns = [[unit.kind for unit in some].count("town") for some in (cohort, given, units)]
    assert (len(cohort), len(given), len(units), towns) == (413, 502, 544, [38, 55, 58])
    by_district = Counter(unit.code[:6] for unit in cohort)
    assert [by_district[d.code] for d in demo_units.DISTRICTS] == [99, 62, 47, 57, 50, 54, 33, 11]
    assert len({unit.code for unit in units}) == 544
    assert len({unit.name for unit in units}) == 544


def test_every_generated_unit_says_so(loaded):
    real = {name for _, name in demo_units.YANGZHONG_TOWNS} | {d.name for d in demo_units.DISTRICTS}
    names = set(Org.objects.values_list("name", flat=True)) - real - {"镇江市"}
    assert [name for name in names if not name.startswith("演示")] == []
    assert [unit.name for unit in demo_units.units() if not unit.name.startswith("演示")] == [
        name for _, name in demo_units.YANGZHONG_TOWNS
    ]


# --- the day


def test_the_demo_stands_on_its_day_and_every_act_on_its_own(loaded, client_of):
    assert (clock.today(), live.DEMO_ON) == (date(2018, 7, 10), date(2018, 7, 10))
    assert (loaded / "demo-on").read_text() == "2018-07-10\n"
    assert Action.objects.filter(at__date__gte=date(2018, 7, 10)).count() == 0
    years = {name: {at.year for at in rows(name)} for name in ("zj-2017", "zj-2018")}
    assert years == {"zj-2017": {2017, 2018}, "zj-2018": {2018}}
    html = client_of(office("yangzhong")).get("/").content.decode()
    assert '<span class="demo">演示数据　2018年7月10日</span>' in html


def rows(chain: str) -> list:
    return list(Action.objects.filter(chain=chain).values_list("at", flat=True))


def python(home: Path, *words: str, **more: str) -> subprocess.CompletedProcess:
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment = {**kept, "DUDAO_HOME": str(home), **more}
    return subprocess.run(words, env=environment, capture_output=True, text=True, timeout=60, check=False)


def test_nothing_but_a_demo_stands_on_a_day(tmp_path, settings):
    (tmp_path / "demo-on").write_text("2018-07-10\n")
    asked = "from dudao_web import settings; print(settings.DEMO, settings.DEMO_ON)"
    assert python(tmp_path, sys.executable, "-c", asked).stdout == "False None\n"
    (tmp_path / "demo-accounts.json").write_text("[]\n")
    assert python(tmp_path, sys.executable, "-c", asked).stdout == "True 2018-07-10\n"
    refused = python(tmp_path, str(COMMAND), "pages", DUDAO_DEMO_ON="2018-07-10")
    assert (refused.returncode, "不能用环境变量 DUDAO_DEMO_ON 设定" in refused.stderr) == (2, True)
    (tmp_path / "demo-on").write_text("7月10日\n")
    broken = python(tmp_path, str(COMMAND), "pages")
    assert (broken.returncode, "“7月10日”不是日期" in broken.stderr) == (2, True)
    settings.DEMO = False
    with pytest.raises(RuntimeError, match="only a demo"):
        demo_world.stand_on(date(2018, 7, 10))


def test_a_day_before_the_story_is_refused_and_nothing_cleared(tmp_path):
    (tmp_path / "demo-accounts.json").write_text("[]\n")
    (tmp_path / "dudao.sqlite3").write_text("kept")
    command = (str(COMMAND), "demo", "--accounts", str(tmp_path / "a.json"), "--on", "2017-12-31")
    refused = python(tmp_path, *command)
    assert (refused.returncode, "不能早于 2018-01-01" in refused.stderr) == (2, True)
    assert (tmp_path / "dudao.sqlite3").read_text() == "kept"
    assert demo_days.day(None) == date(2018, 7, 10)
    share = python(tmp_path, *command[:-2], "--share", "0")
    assert (share.returncode, "请写 1 到 50 的整数" in share.stderr) == (2, True)


# --- the look-back


def test_2017_is_approved_throughout_and_2018_in_every_state(loaded):
    old = Case.objects.filter(campaign__key="zj-2017")
    assert {(case.state, case.place.stage.key) for case in old.select_related("place__stage")} == {
        ("approved", "results")
    }
    forwarded = StageDate.objects.get(
        stage__campaign__key="zj-2017", stage__key="district_plan", org__code="321171"
    )
    assert (forwarded.closed_on, forwarded.late) == (date(2017, 10, 30), True)
    assert forwarded.notice.document.number == "镇新教督〔2017〕8号"
    assert Campaign.objects.get(key="zj-2017").notice.document.number == "镇教督〔2017〕11号"
    new = Case.objects.filter(campaign__key="zj-2018")
    assert {case.state for case in new} == {"todo", "draft", "submitted", "returned", "approved"}
    waiting = new.filter(place__stage__key="district_plan").values_list("district__code", flat=True)
    assert set(waiting) == {"321171"}
    states = {case.unit.name: case.state for case in new.select_related("unit")}
    told = ["演示第一小学", "演示第二小学", "演示第三小学", "演示第四小学", "演示第五小学", "新坝镇"]
    assert [states[name] for name in told] == [
        "returned", "draft", "approved", "submitted", "approved", "todo",
    ]  # fmt: skip
    assert [case.unit.name for case in new.exclude(unlock="").select_related("unit")] == ["演示第三小学"]


def test_2017_is_drawn_looked_at_and_answered(loaded):
    samples = Sample.objects.filter(place__stage__campaign__key="zj-2017").select_related("place__org")
    rounds = Counter((one.place.stage.key, one.place.org.code, one.state) for one in samples)
    assert rounds == {
        ("spot_check", "321100", "drawn"): 2,
        **{("recheck", district.code, "drawn"): 1 for district in demo_units.DISTRICTS},
    }
    assert [drawing.difference(one) for one in samples] == [""] * 10
    planned = {
        row["district"]: (row["recheck"], row["spot_check"])
        for row in Campaign.objects.get(key="zj-2017").quotas
    }
    rows = Drawn.objects.filter(sample__in=samples)
    drawn = Counter(rows.values_list("district", "sample__place__stage__key"))
    assert {code: (drawn[code, "recheck"], drawn[code, "spot_check"]) for code in planned} == planned
    open_sheets = Sheet.objects.filter(place__stage__campaign__key="zj-2017", state="open")
    assert open_sheets.values_list("case__district__code", "place__stage__key").get() == ("321181", "recheck")
    spotted = Judgement.objects.filter(source="spot", case__campaign__key="zj-2017").values("case").distinct()
    assert spotted.count() == sum(spot for _, spot in planned.values())
    objection = Objection.objects.get()
    (code,) = objection.frozen
    judged = Judgement.objects.filter(case=objection.sheet.case, indicator=code, source="review").order_by(
        "pk"
    )
    assert [(one.value, one.superseded) for one in judged] == [("B", True), ("A", False)]


def test_the_ledger_of_2017_is_struck_off_sent_back_and_overdue(loaded):
    rows = Finding.objects.filter(year=2017)
    states = Counter(rows.values_list("state", flat=True))
    assert (states["struck"] > states.total() / 2, states["struck"] < states.total()) == (True, True)
    overdue = rows.filter(state__in=Finding.DUE, due__lt=clock.today())
    assert {one.level for one in overdue} == {3}
    again = Finding.objects.get(times=2)
    assert (again.year, again.repeats.year, again.repeats.state) == (2018, 2017, "struck")
    assert again.indicator == again.repeats.indicator != ""
    steps = Rectification.objects.filter(kind="struck").select_related("finding", "by__user")
    fixers = {
        (row.finding_id, row.by.user_id)
        for row in Rectification.objects.filter(kind__in=Rectification.BY_FIXER)
    }
    assert [row.pk for row in steps if (row.finding_id, row.by.user_id) in fixers] == []


def test_every_account_has_work_and_the_late_come_first(loaded):
    on = clock.today()
    work = {one.username: todo.work(office(one.username), on) for one in demo.ACCOUNTS}
    assert [name for name, found in work.items() if not found.duties] == []
    late = {
        name: [duty.text for duty in found.duties if duty.overdue]
        for name, found in work.items()
        if found.duties[0].overdue
    }
    ledger = ("督办：", "核验整改：", "约谈建议")
    assert any(text.startswith(ledger[2]) for text in late["zhenjiang"])
    left = {name: [text for text in texts if not text.startswith(ledger)] for name, texts in late.items()}
    assert {name: texts for name, texts in left.items() if texts} == {
        "jurong": ["审核自查，1 个单位待审"],
        "xinqu": ["转发并制定辖市区实施方案"],
        "school02": ["全面自查"],
        "town01": ["全面自查"],
    }
    kinds = {task.kind for task in tasks.open_for(office("yangzhong"), on)}
    assert kinds == {
        "campaigns.unit", "campaigns.place", "campaigns.unlock", "findings.answer", "findings.urge",
        "findings.verify", "notices.receipt",
    }  # fmt: skip


# --- the returns


def test_the_demo_is_a_whole_county_with_work_waiting(loaded):
    now, before = Evaluation.objects.filter(county__code="321182")
    assert (now.year, before.year) == (2018, 2017)
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
        for run in Evaluation.objects.filter(year=2018)
    }
    assert found == {"扬中市": ("not_met", False), "句容市": ("met", True), "丹徒区": ("undetermined", False)}
    last = Evaluation.objects.get(year=2017)
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
        ("扬中市", 2017, "county_supplement", False),
        ("扬中市", 2017, "supplement", False),
        ("扬中市", 2018, "county_supplement", True),
        ("句容市", 2018, "county_supplement", False),
        ("句容市", 2018, "supplement", False),
        ("丹徒区", 2018, "county_supplement", True),
    }


def test_the_demo_leaves_returns_and_issues_in_every_state(loaded):
    rows = Submission.objects.filter(county__code="321182", year=2018)
    assert {state: rows.filter(state=state).count() for state in ("submitted", "returned", "replaced")} == {
        "submitted": 25,
        "returned": 1,
        "replaced": 1,
    }
    issues = IssueRecord.objects.filter(county__code="321182", year=2018, open=True)
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
