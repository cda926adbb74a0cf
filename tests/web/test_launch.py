"""The launch wizard through its pages: a draft, its plan with what stands in the way, the notice, the launch; and who may not."""

import re
from dataclasses import replace
from datetime import date

import award_world
import checking
import four_levels
import pytest
from lookback import city, document
from world import PASSWORD

from dudao_web.campaigns import burden, launching, procedures, quotas
from dudao_web.campaigns.launching import Plan
from dudao_web.campaigns.models import Campaign, Case, StageDate
from dudao_web.documents.models import Document
from dudao_web.notices.models import Notice
from dudao_web.orgs import actions as orgs
from dudao_web.orgs.models import Action, Kind
from dudao_web.standards import actions as standards
from dudao_web.submissions.self_check import answers
from dudao_web.titles import actions as titles

pytestmark = pytest.mark.django_db
NEW = {"procedure": "zhenjiang-lookback", "year": 2018, "title": "2018年“回头看”", "key": "zj-2018"}


@pytest.fixture(autouse=True)
def may_2018(settings):
    """The campaign's own year."""
    settings.DEMO_ON = date(2018, 5, 8)


@pytest.fixture
def tree():
    return city(share=10)


@pytest.fixture
def enter(client_of):
    """A client of an office whose account has chosen its password."""

    def of(membership):
        orgs.set_password(user=membership.user, password=PASSWORD)
        return client_of(membership)

    return of


def fields(page: str) -> dict[str, str]:
    """What the form of a page would send as it stands: inputs, areas, chosen options."""
    found = dict(
        re.findall(r'<input type="(?:text|number|hidden|date)" name="(\w+)"(?: value="([^"]*)")?', page)
    )
    for name, body in re.findall(r'<select[^>]* name="(\w+)"[^>]*>(.*?)</select>', page, re.S):
        chosen = re.search(r'<option value="([^"]*)" selected', body)
        found[name] = chosen[1] if chosen else ""
    found |= dict(re.findall(r'<textarea name="(\w+)"[^>]*>\s*(.*?)</textarea>', page, re.S))
    return {name: value for name, value in found.items() if name != "csrfmiddlewaretoken"}


def drafted(client) -> dict[str, str]:
    answer = client.post("/campaigns/new/", NEW)
    assert (answer.status_code, answer.url) == (302, "/campaigns/zj-2018/plan/")
    return fields(client.get("/campaigns/zj-2018/plan/").content.decode())


def test_from_a_draft_to_a_running_campaign(tree, enter):
    client = enter(tree.officer)
    said = drafted(client)
    assert said["standard_school"] == "zhenjiang-double-creation/default"
    assert said["quota_321181_recheck"] == "33"  # 丹阳, as printed
    quotas = {name: "1" for name in said if name.startswith("quota_")}
    answer = client.post(
        "/campaigns/zj-2018/plan/", said | quotas | {"due_self_check": "2018-07-20", "launch": "1"}
    )
    assert (answer.status_code, answer.url) == (302, "/campaigns/zj-2018/launch/")
    plan = client.get("/campaigns/zj-2018/plan/").content.decode()
    assert "合计 8，文件所印为 136。" in plan
    assert re.findall(r'data-label="(?:单位数|逐项申报|评等级|交佐证材料)">(.*?)</td>', plan)[:4] == [
        *("1 个", "5 项", "0 项", "1 种"),
    ]
    letter = fields(client.get(answer.url).content.decode()) | {"word": "镇教督", "year": "2018", "no": "11"}
    answer = client.post("/campaigns/zj-2018/launch/", letter)
    assert (answer.status_code, answer.url) == (302, "/campaigns/zj-2018/")
    campaign = Campaign.objects.get(key="zj-2018")
    assert (campaign.state, Case.objects.filter(campaign=campaign).count()) == ("running", len(tree.units))
    own = StageDate.objects.filter(stage__campaign=campaign, stage__key="self_check")
    assert set(own.values_list("due", flat=True)) == {date(2018, 7, 20)}
    assert {row["district"]: row["recheck"] for row in campaign.quotas}["321181"] == 1
    assert Notice.objects.get().document.number == "镇教督〔2018〕11号"
    acts = list(Action.objects.filter(chain="zj-2018").values_list("action", flat=True))
    assert acts == ["campaigns.prepare", "notices.send", "campaigns.launch"]
    assert client.get("/campaigns/zj-2018/plan/").status_code == 302
    assert client.get("/campaigns/").status_code == client.get("/campaigns/zj-2018/").status_code == 200


def test_what_is_wrong_is_said_where_it_is_and_nothing_typed_is_lost(tree, enter):
    client = enter(tree.officer)
    said = drafted(client)
    answer = client.post(
        "/campaigns/zj-2018/plan/", said | {"quota_321181_recheck": "33", "title": "另一个名称"}
    )
    page = answer.content.decode()
    assert (answer.status_code, "33 多于参加的单位数 9。请改小。" in page, 'value="另一个名称"' in page) == (
        422,
        True,
        True,
    )
    quotas = {name: "1" for name in said if name.startswith("quota_")}
    late = {"opens_self_check": "2018-07-20", "due_self_check": "2018-07-01"}
    client.post("/campaigns/zj-2018/plan/", said | quotas | late)
    page = client.get("/campaigns/zj-2018/plan/").content.decode()
    assert "“全面自查”的截止 2018-07-01 早于开始 2018-07-20。" in page
    assert client.get("/campaigns/zj-2018/launch/").url == "/campaigns/zj-2018/plan/"
    assert client.post("/campaigns/new/", NEW).status_code == 422
    assert client.post("/campaigns/new/", NEW | {"key": "Ab c"}).status_code == 422


def test_a_draft_is_seen_by_its_own_office_alone_and_can_be_given_up(tree, enter):
    drafted(enter(tree.officer))
    district = enter(tree.officers["321182"])
    for address in ("", "plan/", "launch/", "withdraw/"):
        assert district.get(f"/campaigns/zj-2018/{address}").status_code == 404
    unit = enter(tree.office(tree.units[0]))
    assert [unit.get(f"/campaigns/{a}").status_code for a in ("new/", "zj-2018/plan/")] == [404, 404]
    client = enter(tree.officer)
    assert client.post("/campaigns/zj-2018/withdraw/").url == "/campaigns/"
    assert Campaign.objects.get().state == "withdrawn"
    assert client.get("/campaigns/zj-2018/launch/").status_code == 404


# --- a new draft


def test_a_procedure_is_chosen_with_its_text_and_a_key_is_suggested(tree, enter):
    client = enter(tree.officer)
    offered = client.get("/campaigns/new/").content.decode()
    assert len(re.findall(r'href="\?procedure=([\w-]+)"', offered)) == 7
    page = client.get("/campaigns/new/?procedure=zhenjiang-lookback").content.decode()
    assert "将自查和复查报告于8月20日前报市政府教育督导室。" in page
    assert fields(page)["key"] == "zhenjiang-lookback-2018"
    client.post("/campaigns/new/", NEW | {"key": "zhenjiang-lookback-2018"})
    assert fields(client.get("/campaigns/new/?procedure=zhenjiang-lookback").content.decode())["key"] == (
        "zhenjiang-lookback-2018-321100"
    )


@pytest.mark.parametrize("key", ["new", "cases", "places", "calendars", "office", "Zj", "zj_2018", "zj-"])
def test_a_key_is_no_address_beside_it_and_no_other_chain(tree, enter, key):
    answer = enter(tree.officer).post("/campaigns/new/", NEW | {"key": key})
    assert (answer.status_code, f"编号“{key}”不合规则。" in answer.content.decode()) == (422, True)
    assert Campaign.objects.count() == 0


def test_a_draft_begins_with_the_kinds_that_there_are(tree, enter):
    client = enter(tree.officer)
    said = drafted(client)
    own = checking.own_items(tree)[Kind.SCHOOL]
    assert {name: said[name] for name in said if name.startswith("standard_")} == {
        "standard_town": "zhenjiang-double-creation-town/default",
        "standard_school": "zhenjiang-double-creation/default",
        "standard_kindergarten": "",
    }
    assert f'<option value="{own.pk}">' in client.get("/campaigns/zj-2018/plan/").content.decode()


# --- the plan


def plan(client, said: dict[str, str], **changes: str):
    none = {name: "" for name in said if name.startswith("quota_")}
    return client.post("/campaigns/zj-2018/plan/", said | none | changes)


def kept() -> Plan:
    return Plan.of(Campaign.objects.get(key="zj-2018").plan)


def test_a_spot_check_is_drawn_from_what_is_rechecked(tree, enter):
    client = enter(tree.officer)
    answer = plan(client, drafted(client), quota_321181_recheck="1", quota_321181_spot_check="2")
    page = answer.content.decode()
    assert (answer.status_code, "2 多于“辖市区（市属）复查”的 1，只能从中抽取。请改小。" in page) == (
        422,
        True,
    )


def test_numbers_are_held_against_the_sums_that_the_document_prints(tree):
    look = procedures.offered("zhenjiang-lookback")
    first = replace(look.quotas.rows[0], totals={"recheck": 99})  # 丹阳, three years
    printed = replace(look, quotas=replace(look.quotas, rows=(first, *look.quotas.rows[1:])))
    rows = [{"district": "321181", "recheck": 32, "spot_check": 6}, {"district": "321183", "recheck": 20}]
    found = quotas.table(printed, 2018, rows)
    assert (found.sums, found.total, [line.total for line in found.lines]) == ((52, 6), 58, [38, 20])
    assert found.differences == [
        "“辖市区（市属）复查”合计 52，文件所印为 136。",
        "“市级抽查”合计 6，文件所印为 26。",
    ]
    text = "丹阳市各年“辖市区（市属）复查”合计 98，文件所印为 99。"
    assert quotas.row_differences(printed, 2018, found) == [text]
    assert quotas.row_differences(printed, 2030, found) == []


def test_only_some_units_and_only_such_as_are_there(tree, enter):
    client, said = enter(tree.officer), None
    said = drafted(client)
    one = tree.units[0].code
    assert plan(client, said, units=f"{one}\n9999").status_code == 422
    assert plan(client, said, units=f" {one} ").status_code == 302
    campaign = Campaign.objects.get(key="zj-2018")
    assert [org.code for org in launching.units(campaign, kept(), date(2018, 5, 8))] == [one]


def test_a_frozen_list_takes_the_place_of_all_units(tree, enter):
    title = award_world.titles(tree.city).schools
    unit = next(org for org in tree.units if org.kind == Kind.SCHOOL)
    award_world.give(title, unit)
    cohort = titles.freeze_cohort(
        by=tree.officer, org=tree.city, name="名单", titles=[title], awarded_until=award_world.EARLY
    )
    client = enter(tree.officer)
    plan(client, drafted(client), cohort=str(cohort.pk))
    campaign = Campaign.objects.get(key="zj-2018")
    assert launching.units(campaign, kept(), date(2018, 5, 8)) == [unit]


def test_what_the_document_says_of_each_date_and_what_it_waits_for(tree, enter):
    client = enter(tree.officer)
    drafted(client)
    page = client.get("/campaigns/zj-2018/plan/").content.decode()
    assert "从“督查报告”办结起算" in page
    assert "2018年9月1日起，2018年11月30日止" in page


# --- what is asked of units


def test_what_a_school_is_asked(tree):
    version = standards.register(standard="zhenjiang-double-creation", profile="default", by=None)
    units = [org for org in tree.units if org.kind == Kind.SCHOOL]
    (row,) = burden.asked(procedures.offered("zhenjiang-lookback"), 2018, {"school": version}, units)
    assert (row.units, row.figures, row.declared, row.graded, row.points, row.proofs) == (35, 0, 5, 0, 0, 1)
    assert (row.visits, row.share) == (("辖市区（市属）复查", "市级抽查"), None)


def test_what_is_known_already_is_what_the_sheet_carries_in(settings):
    settings.DEMO_ON = four_levels.ON
    world = four_levels.build(above=("city",), counties=2)
    county, by = world.units["yangzhong"], world.offices["yangzhong"]
    four_levels.whole_set(county, by)
    version, procedure = four_levels.version(), procedures.offered("quality-balance-four-levels")
    units = [county, world.units["danyang"]]
    (row,) = burden.asked(procedure, four_levels.YEAR, {"county": version}, units)
    campaign = four_levels.launched(by, procedure.id, {"county": version})
    sheet = answers.sheet(four_levels.case_of(campaign, county.code))
    assert row.known == len(sheet.known) > 0
    assert row.figures == sum(field.numeric for field in answers.fields(sheet.items).values())
    assert row.share == round(100 * row.known / (2 * row.figures))


# --- the launch


def ready(client) -> dict[str, str]:
    """A saved plan, and the notice as the page proposes it."""
    plan(client, drafted(client))
    letter = fields(client.get("/campaigns/zj-2018/launch/").content.decode())
    return letter | {"word": "镇教督", "year": "2018", "no": "11"}


def test_the_notice_is_proposed_and_who_is_reached_is_said(tree, enter):
    client = enter(tree.officer)
    letter = ready(client)
    assert letter["title"] == "关于开展2018年“回头看”的通知"
    assert letter["main_to"].startswith(
        "京口区、润州区、丹徒区、镇江新区、丹阳市、扬中市、句容市教育督导室，市属"
    )
    assert "2.全面自查：2018年7月31日前完成。" in letter["body"]
    page = client.get("/campaigns/zj-2018/launch/").content.decode()
    assert f"{len(tree.units)} 个单位参加，启动通知发给 8 个单位。" in page


def test_a_taken_number_launches_nothing_and_keeps_what_was_typed(tree, enter):
    client = enter(tree.officer)
    letter = ready(client)
    document(tree.officer, 11, "另一个通知")
    answer = client.post("/campaigns/zj-2018/launch/", letter)
    page = answer.content.decode()
    assert (answer.status_code, "已用于《另一个通知》" in page, letter["title"] in page) == (422, True, True)
    assert (Campaign.objects.get().state, Case.objects.count(), Document.objects.count()) == ("draft", 0, 1)


def test_a_launch_sent_twice_is_one_launch_and_one_document(tree, enter):
    client = enter(tree.officer)
    letter = ready(client)
    campaign = Campaign.objects.get()
    client.post("/campaigns/zj-2018/launch/", letter)
    assert client.post("/campaigns/zj-2018/launch/", letter | {"no": "12"}).url == "/campaigns/zj-2018/"
    launching.issue_and_launch(campaign=campaign, by=tree.officer, word="镇教督", year=2018, no=12)
    assert (Document.objects.count(), Notice.objects.count(), Case.objects.count()) == (1, 1, len(tree.units))


def test_what_is_missing_is_listed_with_links_when_a_launch_is_asked(tree, enter):
    client = enter(tree.officer)
    client.post("/campaigns/new/", NEW | {"procedure": "special-inspection"})
    said = fields(client.get("/campaigns/zj-2018/plan/").content.decode())
    answer = client.post("/campaigns/zj-2018/plan/", said | {"team": "甲岗\n乙岗", "launch": "1"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert re.findall(r'<li><a href="#(\w+)">', page) == ["topic", "team"]
    assert "督导小组至少 3 人，现有 2 人。" in page
    assert kept().team == ("甲岗", "乙岗")


def test_a_county_that_reaches_itself_alone_needs_no_notice(tree, enter):
    by = tree.officers["321182"]
    client = enter(by)
    client.post("/campaigns/new/", NEW | {"procedure": "quality-balance-four-levels"})
    said = fields(client.get("/campaigns/zj-2018/plan/").content.decode())
    answer = client.post("/campaigns/zj-2018/plan/", said | {"launch": "1"})
    assert (answer.status_code, answer.url) == (302, "/campaigns/zj-2018/launch/")
    assert 'name="word"' not in client.get(answer.url).content.decode()
    assert client.post(answer.url).url == "/campaigns/zj-2018/"
    campaign = Campaign.objects.get()
    assert (campaign.state, campaign.notice, Document.objects.count()) == ("running", None, 0)
    assert list(Case.objects.values_list("unit__code", flat=True)) == ["321182"]
