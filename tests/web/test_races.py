"""Two at once, by name; and a process that is killed between what an act writes and its row in the record.

Each thread has a connection of its own and real transactions. Whatever comes first, what stands afterwards is one of the two orders, the
chain of acts has no gap, and every recorded row is as its last act left it. Uploads that break off: ``test_evidence``.
"""

import json
import os
import signal
import subprocess
import sys
from datetime import date
from functools import partial

import pytest
from checking import DANYANG, YANGZHONG, campaign, small
from django.db import connection
from drawing_world import drawn, place_of
from lookback import Lookback, document, texts
from racing import at_once

from dudao_web.campaigns import actions, closing, launching
from dudao_web.campaigns.launching import Plan
from dudao_web.campaigns.models import Approval, Campaign, Case, HandIn, Judgement, StageDate
from dudao_web.operations import log
from dudao_web.orgs.actions import Refused
from dudao_web.orgs.models import Action, Kind, Membership
from dudao_web.standards import actions as standards
from dudao_web.submissions.models import Answer
from dudao_web.submissions.self_check import actions as self_check
from dudao_web.tasks.models import Task

pytestmark = pytest.mark.django_db(transaction=True)

ON = date(2018, 6, 12)
TIMES = 3  # each race is run so often: which comes first is left to the machine


@pytest.fixture(autouse=True)
def on(settings):
    settings.DEMO_ON = ON


@pytest.fixture
def world() -> Lookback:
    return small()


@pytest.fixture
def running(world) -> Campaign:
    """A look-back by a short sheet, forwarded everywhere."""
    version = standards.register(standard="school-plan", profile="default", by=None)
    return campaign(world, {Kind.SCHOOL: version})


def refused(found: list[object]) -> int:
    return sum(isinstance(one, Refused) for one in found)


def sound() -> None:
    """The record is whole and agrees with the rows."""
    assert log.verify(chain_name=None, file=None, head=None)[1] == []


def acts(found: Campaign, action: str) -> int:
    return Action.objects.filter(chain=found.key, action=f"campaigns.{action}").count()


def schools(found: Campaign, district: str = YANGZHONG) -> list[Case]:
    rows = Case.objects.filter(campaign=found, district__code=district, kind=Kind.SCHOOL)
    return list(rows.select_related("unit", "campaign", "version", "place__stage", "place__org"))


def fill(world: Lookback, case: Case) -> None:
    by = world.office(case.unit)
    self_check.save(case=case, by=by, texts=texts(case))
    self_check.hand_in(case=case, by=by)


def handed_in(world: Lookback, found: Campaign) -> list[Case]:
    """The schools of a district, all waiting for it."""
    cases = schools(found)
    for case in cases:
        fill(world, case)
    return cases


def test_approve_against_return(world, running):
    by = world.officers[YANGZHONG]
    cases = handed_in(world, running)
    for case in cases:
        found = at_once(
            lambda case=case: actions.approve(cases=[case], by=by),
            lambda case=case: actions.send_back(case=case, by=by, reason="材料不全"),
        )
        case.refresh_from_db()
        approved = found[0] == 1
        assert (approved, refused(found)) == (case.state == "approved", int(approved))
        assert case.state in ("approved", "returned")
        assert Approval.objects.filter(case=case).count() == 1
    sound()


def test_two_submits(world, running):
    for case in schools(running):
        by = world.office(case.unit)
        self_check.save(case=case, by=by, texts=texts(case))
        found = at_once(*[lambda case=case, by=by: self_check.hand_in(case=case, by=by)] * 2)
        assert (refused(found), case.hand_ins.count()) == (1, 1)
        assert Judgement.objects.filter(case=case, superseded=False).count() == case.judgements.count()
    sound()


def test_two_tabs(world, running):
    """Of two texts typed over the same one, one stands and the other is told of it."""
    case = schools(running)[0]
    by = world.office(case.unit)
    self_check.save(case=case, by=by, texts={"GH_proof": "规划"})
    for n in range(TIMES):
        seen = {"GH_proof": Answer.objects.get(case=case, field="GH_proof").text}
        typed = [f"甲{n}", f"乙{n}"]
        found = at_once(
            *(
                partial(self_check.save, case=case, by=by, texts={"GH_proof": text}, seen=seen)
                for text in typed
            )
        )
        stands = Answer.objects.get(case=case, field="GH_proof").text
        told = {text: [one.text for one in conflicts] for text, conflicts in zip(typed, found, strict=True)}
        assert told == {text: [] if text == stands else [stands] for text in typed}
    sound()


def test_a_save_against_the_hand_in(world, running):
    """What is typed while the other tab hands in is either handed in or refused, never lost unseen."""
    for case in schools(running):
        by = world.office(case.unit)
        self_check.save(case=case, by=by, texts=texts(case))
        saved, _ = at_once(
            lambda case=case, by=by: self_check.save(case=case, by=by, texts={"GH_proof": "新规划"}),
            lambda case=case, by=by: self_check.hand_in(case=case, by=by),
        )
        said = Judgement.objects.get(case=case, indicator="GH").answer["GH_proof"]
        assert (said == "新规划") == (not isinstance(saved, Refused))
    sound()


def test_launch_twice(world):
    version = standards.register(standard="school-plan", profile="default", by=None)
    for n in range(TIMES):
        draft = launching.prepare(
            by=world.officer, procedure="zhenjiang-lookback", year=2018, title="“回头看”", key=f"zj-{n}"
        )
        launching.revise(campaign=draft, by=world.officer, plan=Plan(standards={Kind.SCHOOL: version.pk}))
        paper = document(world.officer, 20 + n)
        found = at_once(
            *[lambda d=draft, p=paper: launching.launch(campaign=d, by=world.officer, document=p)] * 2
        )
        assert found == [draft, draft]
        assert (acts(draft, "launch"), draft.stages.count()) == (1, 10)
        units = list(Case.objects.filter(campaign=draft).values_list("unit", flat=True))
        assert len(units) == len(set(units)) == 35
    sound()


def test_two_campaigns_of_one_key(world):
    """The first acts of one chain, and of one key: one campaign is made, the other refused."""
    for n in range(TIMES):
        found = at_once(
            *(
                lambda title=title, n=n: launching.prepare(
                    by=world.officer, procedure="zhenjiang-lookback", year=2018, title=title, key=f"first-{n}"
                )
                for title in ("甲", "乙")
            )
        )
        assert (refused(found), Action.objects.filter(chain=f"first-{n}").count()) == (1, 1)
    sound()


def test_close_a_stage_twice(world, running, settings):
    by = world.officers[YANGZHONG]
    cases = handed_in(world, running)
    actions.approve(cases=cases, by=by)
    drawn(place_of(running, "recheck", YANGZHONG), by, settings, quota={(YANGZHONG, ""): 1})
    for key in ("recheck", "district_report"):
        place = StageDate.objects.get(stage__campaign=running, stage__key=key, org__code=YANGZHONG)
        before = acts(running, "close_stage")
        at_once(*(partial(closing.close, place=place, by=by, note=f"第{n}人") for n in "一二"))
        assert acts(running, "close_stage") == before + 1
        assert Case.objects.filter(campaign=running, place=place).count() == 0
    sound()


def test_close_a_stage_against_an_approval_into_it(world, running, settings):
    """The last unit comes to the stage just as its district closes it: it does not stay behind at a closed stage."""
    by = world.officers[YANGZHONG]
    *most, last = handed_in(world, running)
    actions.approve(cases=most, by=by)
    place = place_of(running, "recheck", YANGZHONG)
    drawn(place, by, settings, quota={(YANGZHONG, ""): 1})
    at_once(
        lambda: closing.close(place=place, by=by, note="已复查"), lambda: actions.approve(cases=[last], by=by)
    )
    stages = Case.objects.filter(pk__in=[case.pk for case in (*most, last)]).values_list(
        "place__stage__key", flat=True
    )
    assert set(stages) == {"district_report"}
    sound()


def test_bulk_approval_against_unlock(world, running):
    by = world.officers[YANGZHONG]
    cases = handed_in(world, running)
    first = cases[0]
    actions.ask_unlock(case=first, by=world.office(first.unit), reason="GH 填错")
    found = at_once(lambda: actions.approve(cases=cases, by=by), lambda: actions.unlock(case=first, by=by))
    first.refresh_from_db()
    unlocked = Approval.objects.filter(
        case=first, result="unlocked"
    ).exists()  # else the approval came first and ended the request
    assert (first.state, first.unlock, refused(found)) == (
        ("returned", "", 0) if unlocked else ("approved", "", 1)
    )
    assert found[0] == len(cases) - unlocked
    others = Case.objects.filter(pk__in=[case.pk for case in cases[1:]]).values_list("state", flat=True)
    assert set(others) == {"approved"}
    assert Task.objects.filter(kind="campaigns.unlock", state="open").count() == 0
    sound()


def test_other_dates_against_an_approval_into_the_stage(world, running):
    by = world.officers[YANGZHONG]
    for n, case in enumerate(handed_in(world, running), 1):
        place = StageDate.objects.get(stage__campaign=running, stage__key="recheck", org__code=YANGZHONG)
        due = date(2018, 7, n)
        at_once(
            partial(actions.approve, cases=[case], by=by),
            partial(closing.move_dates, place=place, by=by, opens=None, due=due, reason="校舍维修"),
        )
        place.refresh_from_db()
        case.refresh_from_db()
        task = Task.objects.get(kind="campaigns.place", object=f"stagedate:{place.pk}")
        assert (case.state, place.due, task.due) == ("approved", due, due)
    sound()


def test_the_end_of_a_campaign_against_a_hand_in(world, running):
    """A hand-in that comes after the end is refused; one that comes before is counted as handed in."""
    case = schools(running)[0]
    by = world.office(case.unit)
    self_check.save(case=case, by=by, texts=texts(case))
    handed, _ = at_once(
        lambda: self_check.hand_in(case=case, by=by),
        lambda: closing.close_campaign(campaign=running, by=world.officer, note="提前办结"),
    )
    last, end = Action.objects.filter(chain=running.key).order_by("-seq")[:2][::-1]
    in_time = [last.action, end.action] == ["campaigns.hand_in", "campaigns.close"]
    assert (isinstance(handed, Refused), case.hand_ins.count()) == (not in_time, int(in_time))
    assert Task.objects.filter(kind="campaigns.unit", state="open").count() == 0
    sound()


def test_two_offices_approve_at_once(world, running):
    """Two districts' bulk approvals and a city's closing: each its own, the chain without a gap."""
    cases = handed_in(world, running)
    others = schools(running, DANYANG)
    for case in others:
        fill(world, case)
    found = at_once(
        lambda: actions.approve(cases=cases, by=world.officers[YANGZHONG]),
        lambda: actions.approve(cases=others, by=world.officers[DANYANG]),
        lambda: actions.approve(cases=cases, by=world.officers[YANGZHONG]),
    )
    assert (found[0] + found[2], found[1]) == (len(cases), len(others))
    assert Approval.objects.count() == len(cases) + len(others)
    sound()


# --- killed in the middle

KILLED = """
import json, os, signal, sys
from datetime import date

import django
from django.conf import settings

place, moment, act, case, by = sys.argv[1:]
settings.DATABASES["default"].update(json.loads(place))
settings.DEMO_ON = date(2018, 6, 12)
django.setup()

from dudao_web.campaigns import actions
from dudao_web.campaigns.models import Case
from dudao_web.orgs.models import Membership
from dudao_web.submissions.self_check import actions as self_check

case, by = Case.objects.get(pk=case), Membership.objects.get(pk=by)


def watch(frame, event, arg):
    if f"{frame.f_globals.get('__name__')}.{frame.f_code.co_name}" == moment:
        os.kill(os.getpid(), signal.SIGKILL)


sys.settrace(watch)
if act == "hand_in":
    self_check.hand_in(case=case, by=by, report="killed")
else:
    actions.approve(cases=[case], by=by)
"""

BEFORE_THE_ROW = "dudao_web.orgs.actions._append"  # all is written but the row of the record
AFTER_THE_ROW = "dudao_web.campaigns.walking.ask_units"  # that too; tasks and the commit are to come
NEVER = ""


def killed(act: str, moment: str, case: Case, by: Membership) -> int:
    """Do an act in a process of its own that is killed when it comes to ``moment``; its exit code."""
    at = {
        key: connection.settings_dict[key]
        for key in ("ENGINE", "NAME", "USER", "PASSWORD", "HOST", "PORT", "OPTIONS")
    }
    at["NAME"] = str(at["NAME"])
    done = subprocess.run(
        [sys.executable, "-c", KILLED, json.dumps(at), moment, act, str(case.pk), str(by.pk)],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "dudao_web.settings"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "Traceback" not in done.stderr or "Refused" in done.stderr
    return done.returncode


def rows_of(case: Case) -> tuple[object, ...]:
    """All that an act on a case writes."""
    case.refresh_from_db()
    return (
        case.state,
        case.place_id,
        HandIn.objects.filter(case=case).count(),
        Judgement.objects.filter(case=case).count(),
        Approval.objects.filter(case=case).count(),
        Action.objects.filter(chain=case.campaign.key).count(),
        Task.objects.filter(object=f"case:{case.pk}", kind="campaigns.unit", state="open").count(),
    )


@pytest.mark.parametrize("moment", [BEFORE_THE_ROW, AFTER_THE_ROW])
@pytest.mark.parametrize("act", ["hand_in", "approve"])
def test_killed_in_the_middle_nothing_is_lost_and_nothing_doubled(world, running, act, moment):
    case = schools(running)[0]
    by = world.office(case.unit)
    self_check.save(case=case, by=by, texts=texts(case))
    if act == "approve":
        self_check.hand_in(case=case, by=by)
        by = world.officers[YANGZHONG]
    before = rows_of(case)
    assert killed(act, moment, case, by) == -signal.SIGKILL
    assert rows_of(case) == before
    sound()
    assert killed(act, NEVER, case, by) == 0
    after = rows_of(case)
    once = {"hand_in": ("submitted", 1, 1, 0, 1), "approve": ("approved", 0, 0, 1, 1)}[act]
    assert (after[0], *(n - m for n, m in zip(after[2:6], before[2:6], strict=True))) == once
    assert killed(act, NEVER, case, by) == (1 if act == "hand_in" else 0)
    assert rows_of(case) == after
    sound()
