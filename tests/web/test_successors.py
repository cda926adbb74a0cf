"""Who does what was asked of a district or a unit that has gone into another, or of a district that its unit has left (演示数据)."""

from datetime import date

import checking
import pytest
from checking import DANYANG, YANGZHONG

from dudao_web.campaigns import queries, rules
from dudao_web.campaigns.models import Case, StageDate
from dudao_web.findings import actions as findings
from dudao_web.findings import queries as problems
from dudao_web.findings import rules as findings_rules
from dudao_web.orgs import history
from dudao_web.orgs.models import Kind, Org
from dudao_web.tasks import queries as tasks

ON = date(2018, 6, 12)
LATER = date(2018, 6, 20)


@pytest.fixture(autouse=True)
def in_its_year(settings):
    settings.DEMO_ON = LATER


@pytest.fixture
def small(db):
    return checking.small()


@pytest.fixture
def case(small) -> Case:
    """A school of 扬中市 whose hand-in waits for its district."""
    found = checking.case_of(checking.campaign(small, checking.own_items(small, 3)))
    place = StageDate.objects.get(stage__campaign=found.campaign, stage__type="approval", org__code=YANGZHONG)
    Case.objects.filter(pk=found.pk).update(place=place, state="submitted")
    return again(found)


def again(case: Case) -> Case:
    """The case with its units as they are now."""
    return Case.objects.select_related("campaign__org", "unit", "place__stage", "place__org").get(pk=case.pk)


def merged(small, code: str, into: str) -> None:
    history.merge_orgs(by=None, orgs=[small.districts[code]], into=Org.objects.get(code=into), on=LATER)
    small.officers[into].refresh_from_db()


def test_who_a_district_went_into_does_its_part(small, case):
    row = findings.note(case=case, by=small.office(case.unit), text="塌方", mendable=False, measure="须征地")
    officer = small.officers[DANYANG]
    assert rules.may_decide(officer, case) is False
    before = tasks.open_for(officer, LATER).count()
    asked = tasks.open_for(small.officers[YANGZHONG], LATER).count()
    merged(small, YANGZHONG, DANYANG)
    now, row = again(case), problems.seen(officer).get(pk=row.pk)
    assert (rules.may_decide(officer, now), rules.may_keep(officer, now.place)) == (True, True)
    assert (
        findings_rules.may_answer(officer, row),
        problems.counts(problems.seen(officer), officer)["mine"],
    ) == (True, 1)
    assert (asked > 0, tasks.open_for(officer, LATER).count()) == (True, before + asked)
    assert case.pk in set(queries.cases(officer).values_list("pk", flat=True))
    assert rules.may_decide(small.officers["321183"], now) is False


def test_a_school_that_took_in_another_goes_on_for_it(small, case):
    into = Org.objects.filter(parent=case.unit.parent, kind=Kind.SCHOOL).exclude(pk=case.unit_id).first()
    office, other = small.office(into), small.office(small.units[0])
    assert rules.is_unit(office, case) is False
    history.merge_orgs(by=None, orgs=[case.unit], into=into, on=LATER)
    office.refresh_from_db()
    assert (rules.is_unit(office, again(case)), rules.is_unit(other, again(case))) == (True, False)


def test_a_unit_that_moved_is_decided_about_by_its_new_district(small, case):
    old, new = small.officers[YANGZHONG], small.officers[DANYANG]
    history.move_org(by=None, org=case.unit, parent=small.districts[DANYANG], on=LATER)
    now = again(case)
    assert (rules.may_decide(new, now), rules.may_decide(small.officers["321183"], now)) == (True, False)
    assert rules.may_decide(small.office(case.unit), now) is False
    assert queries.cases(old).filter(pk=case.pk).exists() is False
    assert rules.may_keep(new, now.place) is False  # the stage itself is still the old district's
