"""The page of the working-day calendars: an office types over the notice of holidays, and dates are counted by it from then on."""

from datetime import date
from pathlib import Path

import pytest
from django.conf import settings as configured

from dudao.procedures import working_days_after
from dudao_web.campaigns import calendars
from dudao_web.orgs.actions import Refused
from dudao_web.orgs.models import Action

pytestmark = pytest.mark.django_db

ADDRESS = "/campaigns/calendars/"
SAID = {
    "year": "2026",
    "source": "国务院办公厅关于2026年部分节假日安排的通知（演示数据）",
    "holidays": "元旦 2026-01-01 2026-01-03\n春节 2026-02-15 2026-02-23\n",
    "workdays": "2026-01-04\n2026-02-14 2026-02-28\n",
}


@pytest.fixture(autouse=True)
def home(settings, tmp_path) -> Path:
    """A data folder without calendars."""
    settings.HOME = tmp_path
    return tmp_path


def acts() -> list[Action]:
    return list(Action.objects.filter(action="campaigns.load_calendar"))


def test_a_year_typed_over_from_the_notice_counts_from_then_on(world, client_of):
    client = client_of(world.city_officer)
    assert "2026 年" not in client.get(ADDRESS).content.decode().partition("载入一年")[0].replace(
        "2026年", ""
    )
    day = date(2026, 2, 13)  # a Friday
    assert working_days_after(day, 2, calendars.known()).assumed
    answer = client.post(ADDRESS, SAID)
    assert (answer.status_code, answer.url) == (302, ADDRESS)
    found = working_days_after(day, 2, calendars.known())
    assert (found.day, found.assumed) == (date(2026, 2, 24), False)  # 2月14日 works, then 春节
    page = client.get(ADDRESS).content.decode()
    assert [text in page for text in (SAID["source"], "2026年", "12 天", "督导室载入")] == [True] * 4
    assert [(act.data["year"], "元旦" in act.data["text"]) for act in acts()] == [(2026, True)]


def test_the_same_again_is_no_act_and_another_text_takes_its_place(world, client_of):
    client = client_of(world.city_officer)
    for holidays in (SAID["holidays"], SAID["holidays"], "元旦 2026-01-01 2026-01-01"):
        assert client.post(ADDRESS, SAID | {"holidays": holidays}).status_code == 302
    assert (len(acts()), len(calendars.known()[2026].holidays)) == (2, 1)
    assert [path.name for path in calendars.folder().iterdir()] == ["2026.yaml"]


@pytest.mark.parametrize(
    ("more", "why"),
    [
        ({"holidays": "元旦 2026-01-01"}, "第 1 行“元旦 2026-01-01”不是名称、第一天、最后一天三项。"),
        ({"holidays": "元旦 2026-01-01 2026-01-03\n春节 1月1日 2026-02-23"}, "第 2 行“1月1日”不是日期。"),
        ({"holidays": "元旦 2025-12-31 2026-01-03"}, "2025-12-31 至 2026-01-03 不全在 2026 年"),
        ({"workdays": "2026-01-05"}, "2026-01-05 不是星期六、星期日"),
        ({"workdays": "2026-01-03"}, "2026-01-03 既是放假又是上班"),
        ({"year": "26"}, "2000"),
    ],
)
def test_what_cannot_be_is_said_and_nothing_typed_is_lost(world, client_of, more, why):
    answer = client_of(world.city_officer).post(ADDRESS, SAID | more)
    page = answer.content.decode()
    assert (answer.status_code, why in page, SAID["source"] in page) == (422, True, True)
    assert (2026 in calendars.known(), acts()) == (False, [])


def test_a_district_below_a_city_reads_and_does_not_load(world, client_of):
    client = client_of(world.owner)
    page = client.get(ADDRESS).content.decode()
    assert ("国办发明电〔2019〕16号" in page, "<textarea" in page) == (True, False)
    answer = client.post(ADDRESS, SAID)
    assert (answer.status_code, 2026 in calendars.known()) == (422, False)
    with pytest.raises(Refused, match="最高一级督导室"):
        calendars.load(by=world.owner, data=b"")
    assert str(configured.MEDIA_ROOT) == str(calendars.folder().parent)
