"""Pages of the draw: the office plans, gives the seed, gives up and replaces; anybody sees what is published, without an account."""

import io
import subprocess
import sys
import zipfile
from datetime import timedelta

import checking
import pytest
from checking import DANYANG, YANGZHONG
from django.test import Client
from drawing_world import SEED, SOURCE, campaign_of, codes, drawn, hand_in, place_of, planned
from lookback import Lookback
from test_query_counts import count

from dudao.sampling import digest
from dudao_web import clock
from dudao_web.campaigns import closing, shown
from dudao_web.campaigns import queries as campaigns
from dudao_web.campaigns.models import Case, StageDate
from dudao_web.inspections import drawing, drawing_page, frames, queries
from dudao_web.inspections.drawing_page import Layer
from dudao_web.inspections.models import Drawn, Sample
from dudao_web.orgs import history
from dudao_web.orgs.models import Action, User
from dudao_web.ui.templatetags.ui import mark

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db):
    return checking.small()


@pytest.fixture
def campaign(world, settings):
    found = campaign_of(world, 2017, settings, checking.own_items(world, 3))
    User.objects.update(must_change_password=False)
    return found


@pytest.fixture
def place(campaign):
    return place_of(campaign, "recheck", DANYANG)


@pytest.fixture
def officer(world):
    return world.officers[DANYANG]


@pytest.fixture
def client(officer, campaign, client_of):
    return client_of(officer)


def text(answer) -> str:
    return answer.content.decode()


def asked(place: StageDate, **more: str) -> dict[str, str]:
    at = clock.now() + timedelta(hours=2)
    return {
        f"n_{DANYANG}": "3", "seed_source": SOURCE, "seed_at": f"{at.astimezone():%Y-%m-%dT%H:%M}", **more
    }  # fmt: skip


def test_an_office_publishes_draws_and_sees_the_list(client, place, settings):
    hub = f"/inspections/places/{place.pk}/"
    assert "还没有抽取" in text(client.get(hub))
    seen = text(client.get(f"{hub}draw/"))
    assert "9 个单位：9 个参加抽取，0 个必查，0 个不抽" in seen
    answer = client.post(f"{hub}draw/", asked(place, publish="1"))
    sample = Sample.objects.get()
    assert (answer.status_code, answer.url) == (302, f"/inspections/draws/{sample.pk}/")
    assert client.get(f"{hub}draw/").url == answer.url
    assert "以后，在这里抽取" in text(client.get(answer.url))
    early = client.post(f"{answer.url}seed/", {"frame": sample.frame_sha256, "seed": SEED})
    assert (early.status_code, "还没有到随机数公布的时间" in text(early)) == (422, True)
    settings.DEMO_ON += timedelta(days=1)
    drawn_now = client.post(f"{answer.url}seed/", {"frame": sample.frame_sha256, "seed": "２０１８ 0612"})
    assert drawn_now.status_code == 302
    sample.refresh_from_db()
    page = text(client.get(answer.url))
    rows = Drawn.objects.filter(sample=sample).values_list("case__unit__name", flat=True)
    assert (sample.seed, [name in page for name in rows]) == ("2018 0612", [True] * 3)
    assert "0/3" in text(client.get(hub))


def test_a_check_publishes_nothing_and_keeps_what_was_typed(client, place):
    unit = next(line for line in frames.frame(place) if line.kind == "school")
    said = asked(place, check="1", unit_0=f"{unit.code} {unit.name}", take_0="out", reason_0="整体搬迁")
    answer = client.post(f"/inspections/places/{place.pk}/draw/", said)
    assert (answer.status_code, Sample.objects.count(), "整体搬迁" in text(answer)) == (200, 0, True)
    assert '<td class="num" data-label="不抽">1</td>' in text(answer)
    said |= {"publish": "1", "reason_0": ""}
    answer = client.post(f"/inspections/places/{place.pk}/draw/", said)
    assert (answer.status_code, "没有写理由" in text(answer), unit.name in text(answer)) == (422, True, True)


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({f"n_{DANYANG}": "10"}, "丹阳市 的名额 10 多于抽样框中的 9 个"),
        ({f"n_{DANYANG}_school": "1"}, "各类型合计 1，与丹阳市的名额 3 不同。"),
        ({"seed_at": "2017-06-01T08:00"}, "随机数公布的时间已过。"),
        ({"seed_source": ""}, "随机数来源"),
        ({"unit_0": "没有的学校", "take_0": "out", "reason_0": "理由"}, "参加抽取的单位中没有它"),
    ],
)
def test_what_cannot_be_published_is_said(client, place, more, said):
    answer = client.post(f"/inspections/places/{place.pk}/draw/", asked(place, publish="1") | more)
    assert (answer.status_code, said in text(answer), Sample.objects.count()) == (422, True, 0)


def test_quotas_by_kind_and_a_warning_for_a_kind_that_is_not_drawn(client, place):
    said = asked(place, check="1")
    only_schools = said | {f"n_{DANYANG}_school": "3", f"n_{DANYANG}_town": "0"}
    page = text(client.post(f"/inspections/places/{place.pk}/draw/", only_schools))
    assert "镇（街道）可抽 1 个，没有名额。请在“名额”中按类型分配；确不抽取的，可以公布。" in page
    both = said | {f"n_{DANYANG}_school": "2", f"n_{DANYANG}_town": "1"}
    assert "没有名额" not in text(client.post(f"/inspections/places/{place.pk}/draw/", both))
    client.post(f"/inspections/places/{place.pk}/draw/", only_schools | {"publish": "1"})
    sample = Sample.objects.get()
    assert "镇（街道）可抽 1 个，没有名额。</footer>" in text(Client().get(f"/draws/{sample.pk}/"))
    again = "名额已公布，不能改。请在抽取后另抽一轮补足，或作废这一轮后重新公布。"
    assert again in text(client.get(f"/inspections/draws/{sample.pk}/"))


def test_what_an_earlier_round_drew_is_covered(client, place, officer, settings):
    """A second round for the towns alone is what the first one's warning asks for, and needs no warning."""
    first = drawn(place, officer, settings, quota={(DANYANG, "school"): 3, (DANYANG, "town"): 0})
    page = text(client.get(f"/inspections/draws/{first.pk}/"))
    assert "镇（街道）可抽 1 个，没有抽到。请另抽一轮补足。" in page
    town = {f"n_{DANYANG}": "1", f"n_{DANYANG}_school": "0", f"n_{DANYANG}_town": "1"}
    again = text(client.post(f"/inspections/places/{place.pk}/draw/", asked(place, check="1", **town)))
    assert ("各类单位的名额" in again, "没有覆盖各级各类" in again) == (True, False)


def test_what_a_used_up_layer_drew_before_covers_its_kind():
    """A kind drawn in one district's earlier rounds is no lack of the whole, though nothing of it is left there."""
    used_up = Layer("甲区", "小学", eligible=0, certain=0, out=5, taken=0, before=5)
    left = Layer("乙区", "小学", eligible=3, certain=0, out=0, taken=0, before=0)
    other = Layer("乙区", "初中", eligible=1, certain=0, out=0, taken=1, before=0)
    assert drawing_page.gaps([used_up, left]) == []
    assert drawing_page.gaps([used_up, left, other]) == ["乙区的小学可抽 3 个，没有名额。"]
    assert drawing_page.gaps([left, other]) == ["小学可抽 3 个，没有名额。"]


def test_the_public_pages_need_no_account_and_tell_no_notes(world, place, officer, settings):
    unit = frames.frame(place)[0]
    sample = drawn(place, officer, settings, marks={unit.code: ("certain", "群众来信")})
    anybody = Client()
    listed, page = (anybody.get(address) for address in ("/draws/", f"/draws/{sample.pk}/"))
    assert (listed.status_code, page.status_code) == (200, 200)
    assert (page["Cache-Control"], page.cookies) == ("public, max-age=60", {})
    assert all(word in text(page) for word in (SEED, SOURCE, sample.frame_sha256, sample.round, "重新计算"))
    everything = text(listed) + text(page) + text(anybody.get(f"/draws/{sample.pk}/?verify=1"))
    assert ("群众来信" in everything, officer.title in everything) == (False, True)
    assert f"/inspections/draws/{sample.pk}/" not in everything
    assert "群众来信" in text(client_page(world, officer, sample))


def client_page(world: Lookback, officer, sample: Sample):
    client = Client()
    client.force_login(officer.user, "django.contrib.auth.backends.ModelBackend")
    return client.get(f"/inspections/draws/{sample.pk}/")


def test_a_planned_and_a_cancelled_round_are_public(client, place, officer):
    sample = planned(place, officer)
    anybody = Client()
    page = text(anybody.get(f"/draws/{sample.pk}/"))
    assert ("待抽取" in page, "frame.csv" in page, "tickets.csv" in page) == (True, True, False)
    assert anybody.get(f"/draws/{sample.pk}/tickets.csv").status_code == 404
    data = anybody.get(f"/draws/{sample.pk}/frame.csv").content
    assert digest(data) == sample.frame_sha256
    assert "重新计算" not in text(anybody.get(f"/draws/{sample.pk}/?verify=1"))
    wrong = client.post(f"/inspections/draws/{sample.pk}/cancel/", {"reason": ""})
    assert wrong.status_code == 422
    client.post(f"/inspections/draws/{sample.pk}/cancel/", {"reason": "名额有误"})
    page = text(anybody.get(f"/draws/{sample.pk}/"))
    assert ("已作废" in page, "名额有误" in page) == (True, True)


def test_the_zip_verifies_itself_elsewhere(place, officer, settings, tmp_path):
    sample = drawn(place, officer, settings)
    answer = Client().get(f"/draws/{sample.pk}/all.zip")
    zipfile.ZipFile(io.BytesIO(answer.content)).extractall(tmp_path)
    folder = tmp_path / sample.round
    found = subprocess.run(
        [sys.executable, "-I", str(folder / "verify.py"), str(folder)],
        cwd="/", capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (found.returncode, "一致" in found.stdout) == (0, True)
    for name in sorted(path.name for path in folder.iterdir()):
        assert Client().get(f"/draws/{sample.pk}/{name}").content == (folder / name).read_bytes()
    assert answer.content == Client().get(f"/draws/{sample.pk}/all.zip").content


def test_computing_again_says_whether_the_list_holds(place, officer, settings):
    sample = drawn(place, officer, settings)
    again = f"/draws/{sample.pk}/?verify=1"
    assert "算得 3 个单位，与名单相同。" in text(Client().get(again))
    other = Case.objects.filter(campaign=place.stage.campaign).exclude(unit__code__in=codes(sample)).last()
    row = Drawn.objects.filter(sample=sample).first()
    Drawn.objects.filter(pk=row.pk).update(case=other)
    assert "名单与重新计算的结果不同" in text(Client().get(again))


def test_a_replacement_is_public_with_its_kind_of_reason_only(client, place, officer, settings):
    sample = drawn(place, officer, settings, quota={(DANYANG, "school"): 2})
    row = Drawn.objects.filter(sample=sample).first()
    address = f"/inspections/draws/drawn/{row.pk}/replace/"
    assert "没有停办或撤并" in text(client.post(address, {"reason": "理由"}))
    history.close_org(by=None, org=row.case.unit, on=settings.DEMO_ON)
    assert "由备抽名单递补" in text(client.get(f"/inspections/draws/{sample.pk}/"))
    assert client.post(address, {"reason": ""}).status_code == 422
    assert client.post(address, {"reason": "生源不足停办"}).status_code == 302
    page = text(Client().get(f"/draws/{sample.pk}/?verify=1"))
    assert (f"接替{row.case.unit.name}" in page, "已停办" in page, "生源不足" in page) == (True, True, False)
    assert "与名单相同" in page


def test_strangers_find_nothing(world, client_of, place, officer, settings):
    sample = drawn(place, officer, settings)
    row = Drawn.objects.filter(sample=sample).first()
    other = client_of(world.officers[YANGZHONG])
    gets = (
        f"/inspections/places/{place.pk}/",
        f"/inspections/places/{place.pk}/draw/",
        f"/inspections/draws/{sample.pk}/",
    )
    posts = (
        f"/inspections/places/{place.pk}/draw/", f"/inspections/draws/{sample.pk}/seed/",
        f"/inspections/draws/{sample.pk}/cancel/", f"/inspections/draws/drawn/{row.pk}/replace/",
    )  # fmt: skip
    assert [other.get(one).status_code for one in gets] == [404] * 3
    assert [other.post(one).status_code for one in posts] == [404] * 4
    assert [Client().get(one).status_code for one in gets] == [302] * 3
    city = client_of(world.officer)
    assert [city.get(one).status_code for one in gets] == [200, 404, 200]
    assert city.post(posts[1], {"frame": sample.frame_sha256, "seed": "87654321"}).status_code == 422
    assert Client().get("/draws/999999/").status_code == 404


def test_looking_changes_nothing(client, place, officer, settings):
    sample = drawn(place, officer, settings)
    before = (Action.objects.count(), Sample.objects.values().get(), list(Drawn.objects.values()))
    for address in (
        f"/inspections/places/{place.pk}/", f"/inspections/places/{place.pk}/draw/",
        f"/inspections/draws/{sample.pk}/", "/draws/", f"/draws/{sample.pk}/?verify=1",
        f"/draws/{sample.pk}/all.zip",
    ):  # fmt: skip
        assert client.get(address).status_code == 200
    assert (Action.objects.count(), Sample.objects.values().get(), list(Drawn.objects.values())) == before


def test_the_hub_closes_the_stage_and_says_what_is_left(client, campaign, place, officer, settings):
    hub = f"/inspections/places/{place.pk}/"
    assert "还没有单位到这个阶段" in text(client.get(hub))
    Case.objects.filter(campaign=campaign, district=place.org).update(place=place)
    assert "还没有抽取要查的单位。请先抽取，再办结。" in text(client.get(hub))
    drawn(place, officer, settings)
    hand_in(place, queries.to_review(place)[:1], officer)
    page = text(client.get(hub))
    assert ("1/3" in page, "2 个单位的评分表没有提交" in page, "下一年度列为必查" in page) == (
        True,
        True,
        True,
    )
    matrix = text(client.get(f"/campaigns/{campaign.key}/"))
    assert ("丹阳市，辖市区复查，1/3" in matrix, "进行中 1/3" in matrix) == (True, True)
    answer = client.post(f"/campaigns/places/{place.pk}/", {"note": "已复查"})
    assert answer.status_code == 302
    assert "已办结</span>，2 个没有查完" in text(client.get(hub))
    matrix = text(client.get(f"/campaigns/{campaign.key}/"))
    assert (f'href="{hub}"' in matrix, "已办结 1/3，2 个没有查完" in matrix) == (True, True)


def test_in_the_last_year_the_hub_says_who_is_not_drawn_before_it_closes(world, client_of, settings):
    campaign = campaign_of(world, 2019, settings, checking.own_items(world, 3))
    place, officer = place_of(campaign, "recheck", DANYANG), world.officers[DANYANG]
    User.objects.update(must_change_password=False)
    Case.objects.filter(campaign=campaign, district=place.org).update(place=place)
    drawn(place, officer, settings)
    page = text(client_of(officer).get(f"/inspections/places/{place.pk}/"))
    told = "2017—2019年为一轮，本年是最后一年，还有 6 个单位没有抽取。请另抽一轮后再办结。"
    assert (told in page, "这些单位没有结果。" in page, "下一年度列为必查" in page) == (True, True, False)
    hub = f"/inspections/places/{place.pk}/"
    above = client_of(world.officer).get(hub)  # without the form that closes it, nobody needs the frame
    closing.close(place=place, by=officer, note="已复查")
    after = client_of(officer).get(hub)
    assert [(one.status_code, one.context["unseen"]) for one in (above, after)] == [(200, "")] * 2


def test_a_stage_closed_late_and_incomplete_has_the_mark_of_the_matrix(
    client, campaign, place, officer, settings
):
    Case.objects.filter(campaign=campaign, district=place.org).update(place=place)
    drawn(place, officer, settings)
    StageDate.objects.filter(pk=place.pk).update(due=clock.today() - timedelta(days=1))
    closing.close(place=place, by=officer, note="已复查")
    (line,) = campaigns.matrix(campaign, officer)
    of = next(one for one in line.cells if one.place.pk == place.pk)
    found = shown.cell(of, place.org, clock.today())
    page = text(client.get(f"/inspections/places/{place.pk}/"))
    assert (found.mark, f"{mark(found.mark, '逾期办结')}，3 个没有查完" in page) == ("query", True)


def test_pages_of_many_units_ask_the_database_a_handful_of_times(client_of, settings, db):
    """413 units: planning, drawing and the pages take as many queries as for nine."""
    from lookback import city, launched

    settings.DEMO_ON = checking.ON
    world = city()
    campaign = launched(world)
    place = place_of(campaign, "recheck", DANYANG)
    by = world.officers[DANYANG]
    User.objects.update(must_change_password=False)
    assert count(lambda: frames.frame(place)) <= 10
    assert count(lambda: planned(place, by, quota={(DANYANG, ""): 33})) <= 30
    sample = Sample.objects.get(place=place)
    settings.DEMO_ON += timedelta(days=1)
    seed = {"frame_sha256": sample.frame_sha256, "seed": SEED}
    assert count(lambda: drawing.draw(sample=sample, by=by, **seed)) <= 25
    office, anybody = client_of(by), Client()
    assert count(lambda: office.get(f"/inspections/places/{place.pk}/")) <= 30
    assert count(lambda: office.get(f"/inspections/draws/{sample.pk}/")) <= 20
    assert count(lambda: anybody.get(f"/draws/{sample.pk}/?verify=1")) <= 8


def test_a_round_given_up_after_its_seed_was_announced_says_so_to_everybody(place, world, settings):
    late, officer = "在随机数公布的时间以后", world.officers[DANYANG]
    first = planned(place, officer)
    drawing.cancel(sample=first, by=officer, reason="名额有误")
    page = text(Client().get(f"/draws/{first.pk}/"))
    assert ("名额有误" in page, " 作废" in page, late in page) == (True, True, False)
    second = planned(place, officer)
    settings.DEMO_ON += timedelta(days=1)
    drawing.cancel(sample=second, by=world.officer, reason="名额又有误")
    page = text(Client().get(f"/draws/{second.pk}/"))
    assert ("名额又有误" in page, late in page) == (True, True)
