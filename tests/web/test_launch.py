"""The launch wizard through its pages: a draft, its plan with what stands in the way, the notice, the launch; and who may not."""

import re
from datetime import date

import pytest
from lookback import city
from world import PASSWORD

from dudao_web.campaigns.models import Campaign, Case, StageDate
from dudao_web.notices.models import Notice
from dudao_web.orgs import actions as orgs
from dudao_web.orgs.models import Action

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
        *("3 个", "1 项", "0 项", "1 种"),
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
