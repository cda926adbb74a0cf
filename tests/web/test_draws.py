"""Drawing units for a stage: what is published, when a seed is taken, replacement, races."""

import subprocess
import sys
from datetime import timedelta

import checking
import pytest
from checking import DANYANG, YANGZHONG
from drawing_world import QUOTAS, SEED, campaign_of, codes, drawn, hand_in, place_of, planned, refused, soon
from racing import at_once

from dudao.sampling import digest, read_frame, read_quota
from dudao_web.campaigns import closing
from dudao_web.campaigns import queries as campaigns
from dudao_web.campaigns.models import Case
from dudao_web.inspections import drawing, frames, queries
from dudao_web.inspections.models import Drawn, Sample
from dudao_web.operations import log
from dudao_web.orgs import history
from dudao_web.orgs.actions import Refused
from dudao_web.orgs.models import Action, Org

pytestmark = pytest.mark.django_db


@pytest.fixture
def world(db):
    return checking.small()


@pytest.fixture
def bound(world):
    return checking.own_items(world, 3)


@pytest.fixture
def campaign(world, bound, settings):
    """The look-back of 2017: 扬中 4 schools, 丹阳 1 town and 8 schools."""
    return campaign_of(world, 2017, settings, bound)


@pytest.fixture
def place(campaign):
    return place_of(campaign, "recheck", DANYANG)


@pytest.fixture
def officer(world):
    return world.officers[DANYANG]


def test_a_round_is_planned_then_drawn(place, officer, settings):
    sample = planned(place, officer)
    rows, faults = read_frame(sample.frame.encode())
    assert (faults, len(rows), {row.district for row in rows}) == ((), 9, {DANYANG})
    assert [(q.district, q.kind, q.n) for q in read_quota(sample.quota.encode())[0]] == [(DANYANG, "", 3)]
    assert (sample.round, sample.number, sample.state) == (f"zj-2017-recheck-{DANYANG}-1", 1, "planned")
    assert (digest(sample.frame.encode()), queries.to_review(place).count()) == (sample.frame_sha256, 0)
    settings.DEMO_ON += timedelta(days=1)
    sample = drawing.draw(sample=sample, by=officer, frame_sha256=sample.frame_sha256, seed=f" {SEED} ")
    made = drawing.published(sample)
    assert (sample.state, sample.seed, len(codes(sample))) == ("drawn", SEED, 3)
    assert sorted(made) == sorted(
        ["frame.csv", "quota.csv", "strata.csv", "tickets.csv", "draw.json", "verify.py"]
    )
    assert set(queries.to_review(place).values_list("unit__code", flat=True)) == codes(sample)
    assert drawing.difference(sample) == ""
    said = Action.objects.filter(chain="zj-2017", action__startswith="inspections.").order_by("seq")
    assert [one.action for one in said] == ["inspections.plan_draw", "inspections.draw"]
    assert set(said[1].data["drawn"]) == codes(sample)
    assert log.verify(chain_name=None, file=None, head=None)[1] == []


def test_the_published_files_are_verified_by_the_published_script_alone(place, officer, settings, tmp_path):
    folder, elsewhere = tmp_path / "公布", tmp_path / "别处"
    folder.mkdir(), elsewhere.mkdir()
    for name, data in drawing.published(drawn(place, officer, settings)).items():
        (folder / name).write_bytes(data)

    def verify() -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-I", str(folder / "verify.py"), str(folder)]
        return subprocess.run(command, cwd=elsewhere, capture_output=True, text=True, check=False)

    assert verify().returncode == 0
    tickets = (folder / "tickets.csv").read_text()
    (folder / "tickets.csv").write_text(tickets.replace(",0\n", ",1\n", 1))
    assert verify().returncode == 1


def test_a_second_round_has_its_own_seed_and_leaves_out_the_first(place, officer, settings):
    first = drawn(place, officer, settings)
    assert frames.quotas(place) == {(DANYANG, ""): 0}
    assert (
        refused(lambda: planned(place, officer))
        == "本年的名额已经抽满。要加抽的，请在名额中填写加抽的单位数。"
    )
    second = drawn(place, officer, settings, seed="another 01234567", quota={(DANYANG, "school"): 2})
    rows = {row.code: (row.take, row.reason) for row in drawing.rows(second)}
    assert {code: rows[code] for code in codes(first)} == dict.fromkeys(codes(first), ("out", "本次已抽"))
    assert (second.round, queries.to_review(place).count()) == (f"zj-2017-recheck-{DANYANG}-2", 5)


def test_marks_are_published_in_neutral_words(place, officer, settings):
    sure, absent = [line.code for line in frames.frame(place)[:2]]
    marks = {sure: ("certain", "群众来信反映问题"), absent: ("out", "校长住院")}
    sample = drawn(place, officer, settings, marks=marks)
    rows = {row.code: (row.take, row.reason) for row in drawing.rows(sample)}
    assert (rows[sure], rows[absent]) == (("certain", "必查"), ("out", "本次不抽"))
    assert sample.notes == {sure: "群众来信反映问题", absent: "校长住院"}
    public = b"".join(drawing.published(sample).values()).decode()
    assert ("群众来信" in public, "住院" in public) == (False, False)
    assert Drawn.objects.get(sample=sample, case__unit__code=sure).how == "certain"
    assert absent not in codes(sample)


@pytest.mark.parametrize(
    ("marks", "said"),
    [
        ({"999": ("out", "理由")}, "抽样框中没有代码 999。请核对代码。"),
        ({"one": ("out", " ")}, "没有写“丹阳市演示1小学”本次不抽的理由。"),
        ({"one": ("out", "长" * 501)}, "“丹阳市演示1小学”的理由超过 500 字。请缩短。"),
    ],
)
def test_marks_refused(place, officer, marks, said):
    code = next(line.code for line in frames.frame(place) if line.kind == "school")
    given = {code if key == "one" else key: mark for key, mark in marks.items()}
    assert refused(lambda: planned(place, officer, marks=given)) == said


@pytest.mark.parametrize(
    ("quota", "said"),
    [
        ({(DANYANG, ""): 10}, "丹阳市 的名额 10 多于抽样框中的 9 个，请减少名额或补全抽样框。"),
        (
            {(DANYANG, ""): 1, (DANYANG, "town"): 1},
            "丹阳市 的名额既有不分类别的，又有分类别的，请只用一种。",
        ),
        ({(YANGZHONG, ""): 1}, "扬中市 的名额 1 多于抽样框中的 0 个，请减少名额或补全抽样框。"),
        ({(DANYANG, ""): 0}, "名额都是 0，没有要抽取的单位。请填写名额。"),
    ],
)
def test_quotas_refused(place, officer, quota, said):
    assert refused(lambda: planned(place, officer, quota=quota)) == said


def test_a_quota_below_the_certain_units_is_refused(place, officer):
    sure = {line.code: ("certain", "理由") for line in frames.frame(place)[:4]}
    said = refused(lambda: planned(place, officer, marks=sure))
    assert said == "丹阳市 的名额 3 少于必抽的 4 个，请增加名额或改正必查、不抽的标注。"


def test_no_seed_before_its_time_for_another_frame_or_ill_formed(place, officer, settings):
    sample = planned(place, officer)

    def give(**other):
        said = {"frame_sha256": sample.frame_sha256, "seed": SEED, **other}
        return refused(lambda: drawing.draw(sample=sample, by=officer, **said))

    assert give() == "还没有到随机数公布的时间，不能抽取。"
    settings.DEMO_ON += timedelta(days=1)
    assert give(frame_sha256="0" * 64) == "页面上的抽样框不是公布的抽样框。请重新打开页面，核对指纹后再填。"
    assert give(seed="1234567") == "随机数不足 8 位（空格不计），请用至少 8 位随机数字。"
    assert give(seed="一二三四五六七八") == "随机数只能用可打印的 ASCII 字符。"
    Sample.objects.filter(pk=sample.pk).update(frame=sample.frame.replace("draw", "out", 1))
    assert give() == "保存的抽样框或名额与公布的指纹不一致，不能抽取。请与系统管理员联系。"
    assert Drawn.objects.count() == 0


def test_the_seed_comes_after_the_frame_and_says_where_from(place, officer):
    assert refused(lambda: planned(place, officer, seed_at=soon(-1))) == (
        "随机数公布的时间已过。抽样框须在随机数产生以前公布，请另定时间。"
    )
    assert (
        refused(lambda: planned(place, officer, seed_source=" "))
        == "没有写随机数的来源。请写明由谁、在哪里公布。"
    )
    assert refused(lambda: planned(place, officer, seed_source="体\t彩")).startswith("随机数来源")
    assert "超过 200 字" in refused(lambda: planned(place, officer, seed_source="源" * 201))


def test_twice_is_harmless(place, officer, settings):
    at = soon()
    first = planned(place, officer, seed_at=at)
    assert planned(place, officer, seed_at=at) == first
    assert refused(lambda: planned(place, officer, seed_at=soon(3))).startswith("第 1 轮已公布，还没有抽取。")
    settings.DEMO_ON += timedelta(days=1)
    said = {"sample": first, "by": officer, "frame_sha256": first.frame_sha256}
    drawing.draw(**said, seed=SEED)
    drawing.draw(**said, seed=SEED)
    assert (
        refused(lambda: drawing.draw(**said, seed="87654321")) == "这一轮已经抽取，不能用另一个随机数重抽。"
    )
    acts = Action.objects.filter(action__startswith="inspections.").values_list("action", flat=True)
    assert (sorted(acts), len(codes(first))) == (["inspections.draw", "inspections.plan_draw"], 3)


def test_a_planned_round_is_cancelled_with_a_reason_a_drawn_one_never(place, officer, settings):
    sample = planned(place, officer)
    assert refused(lambda: drawing.cancel(sample=sample, by=officer, reason=" ")) == "没有写理由。"
    for _ in "二次":
        assert drawing.cancel(sample=sample, by=officer, reason="名额有误").state == "cancelled"
    assert sorted(drawing.published(Sample.objects.get())) == ["frame.csv", "quota.csv", "strata.csv"]
    settings.DEMO_ON += timedelta(days=1)
    seed = {"by": officer, "frame_sha256": sample.frame_sha256, "seed": SEED}
    assert refused(lambda: drawing.draw(sample=sample, **seed)).startswith("这一轮已作废")
    second = drawn(place, officer, settings)
    assert (second.number, Action.objects.filter(action="inspections.cancel_draw").count()) == (2, 1)
    assert "抽取以后不能作废" in refused(lambda: drawing.cancel(sample=second, by=officer, reason="重来"))


def test_only_the_office_of_the_stage_draws(world, place, settings):
    other = world.officers[YANGZHONG]
    assert refused(lambda: planned(place, other)) == "这个阶段已办结，或不由本单位抽取。"
    sample = planned(place, world.officers[DANYANG])
    settings.DEMO_ON += timedelta(days=1)
    seed = {"frame_sha256": sample.frame_sha256, "seed": SEED}
    for by in (other, world.officer):
        assert "不由本单位抽取" in refused(lambda by=by: drawing.draw(sample=sample, by=by, **seed))
    assert "不由本单位抽取" in refused(lambda: drawing.cancel(sample=sample, by=other, reason="理由"))


def test_a_round_whose_seed_is_known_is_given_up_by_an_office_above_alone(world, place, settings):
    """Else an outcome that does not please could be thrown away."""
    officer = world.officers[DANYANG]
    sample = planned(place, officer)
    assert "不由本单位抽取" in refused(lambda: drawing.cancel(sample=sample, by=world.officer, reason="理由"))
    settings.DEMO_ON += timedelta(days=1)
    assert "由上级督导室办理" in refused(lambda: drawing.cancel(sample=sample, by=officer, reason="结果不好"))
    assert drawing.cancel(sample=sample, by=world.officer, reason="随机数没有公布").state == "cancelled"


def test_the_city_draws_for_the_units_of_its_own(world, bound, settings):
    """市属 has no office."""
    settings.DEMO_ON = checking.ON
    campaign = checking.campaign(world, bound)
    place = place_of(campaign, "recheck", "321101")
    sample = drawn(place, world.officer, settings, quota={("321101", ""): 1})
    assert len(codes(sample)) == 1


def test_a_closed_unit_is_replaced_by_the_next_of_its_reserve(place, officer, settings):
    sample = drawn(place, officer, settings, quota={(DANYANG, "school"): 2})
    tickets = [row.split(",") for row in drawing.published(sample)["tickets.csv"].decode().splitlines()[1:]]
    reserve = [row[3] for row in tickets if row[1] == "school" and row[5] == "0"]
    first, second = Drawn.objects.filter(sample=sample)
    assert "没有停办或撤并" in refused(lambda: drawing.replace(drawn=first, by=officer, reason="理由"))
    for org in (first.case.unit, second.case.unit, Org.objects.get(code=reserve[1])):
        history.close_org(by=None, org=org, on=settings.DEMO_ON)
    assert refused(lambda: drawing.replace(drawn=first, by=officer, reason="")) == "没有写理由。"
    one = drawing.replace(drawn=first, by=officer, reason="已停办")
    assert drawing.replace(drawn=first, by=officer, reason="已停办") == one
    two = drawing.replace(drawn=second, by=officer, reason="已停办")
    found = [(row.case.unit.code, row.rank, row.how) for row in (one, two)]
    assert found == [(reserve[0], 3, "reserve"), (reserve[2], 5, "reserve")]
    assert codes(sample) == {reserve[0], reserve[2]}
    assert {case.unit.code for case in queries.to_review(place)} == codes(sample)
    assert (drawing.difference(sample), log.verify(chain_name=None, file=None, head=None)[1]) == ("", [])


def test_who_is_looked_at_is_not_replaced_and_a_reserve_ends(place, officer, settings):
    sample = drawn(place, officer, settings, quota={(DANYANG, "town"): 1, (DANYANG, "school"): 1})
    school, town = Drawn.objects.filter(sample=sample).order_by("kind")
    hand_in(place, [school.case], officer)
    for row in (school, town):
        history.close_org(by=None, org=row.case.unit, on=settings.DEMO_ON)
    assert "评分表已提交" in refused(lambda: drawing.replace(drawn=school, by=officer, reason="停办"))
    assert "备抽单位已用完" in refused(lambda: drawing.replace(drawn=town, by=officer, reason="停办"))


def test_a_tampered_list_is_named(place, officer, settings):
    sample = drawn(place, officer, settings)
    other = Case.objects.filter(campaign=place.stage.campaign).exclude(unit__code__in=codes(sample)).last()
    row = Drawn.objects.filter(sample=sample).first()
    Drawn.objects.filter(pk=row.pk).update(case=other)
    assert drawing.difference(sample).startswith("名单与重新计算的结果不同：")
    Sample.objects.filter(pk=sample.pk).update(quota_sha256="0" * 64)
    assert drawing.difference(Sample.objects.get(pk=sample.pk)) == "保存的抽样框或名额与公布的指纹不一致。"


def test_a_stage_without_a_draw_is_not_closed(world, campaign, place, officer, settings):
    Case.objects.filter(campaign=campaign, district=place.org).update(place=place)

    def close():
        return closing.close(place=place, by=officer, note="已复查")

    assert refused(close) == "还没有抽取要查的单位。请先抽取，再办结。"
    sample = planned(place, officer)
    assert refused(close) == "抽样框已公布，还没有抽取。请先抽取或作废，再办结。"
    settings.DEMO_ON += timedelta(days=1)
    drawing.draw(sample=sample, by=officer, frame_sha256=sample.frame_sha256, seed=SEED)
    assert close().closed_at is not None
    assert queries.unfinished(place).count() == 3


def test_the_matrix_counts_sheets_of_drawn_units(world, campaign, place, officer, settings):
    drawn(place, officer, settings)
    hand_in(place, queries.to_review(place)[:2], officer)
    assert queries.counts(campaign) == {(place.pk, place.org_id): (2, 3)}
    lines = campaigns.matrix(campaign, world.officer)
    cells = {
        line.district.code: next((one.done, one.total) for one in line.cells if one.stage.key == "recheck")
        for line in lines
    }
    assert cells == {DANYANG: (2, 3), YANGZHONG: (0, 0)}
    assert queries.progress(place) == (2, 3)


def test_quotas_come_from_the_launch(campaign, place):
    assert frames.quotas(place) == {(DANYANG, ""): 3}
    assert QUOTAS[1]["recheck"] == 3
    campaign.quotas = []
    campaign.save()
    assert frames.quotas(place_of(campaign, "recheck", DANYANG)) is None


@pytest.mark.django_db(transaction=True)
def test_two_plans_at_once(place, officer):
    for n in range(3):
        at = [soon(1), soon(2)]
        found = at_once(*(lambda t=t: planned(place, officer, seed_at=t) for t in at))
        assert sum(isinstance(one, Refused) for one in found) == 1
        sample = Sample.objects.get(state="planned")
        assert sample.number == n + 1
        drawing.cancel(sample=sample, by=officer, reason="重来")


@pytest.mark.django_db(transaction=True)
def test_two_draws_at_once(place, officer, settings):
    """With two seeds, one counts; with the same seed both are told the same."""
    for seeds, fail in ((("11111111", "22222222"), 1), (("33333333", "33333333"), 0)):
        sample = planned(place, officer, quota={(DANYANG, "school"): 2})
        settings.DEMO_ON += timedelta(days=1)
        found = at_once(
            *(
                lambda seed=seed, sample=sample: drawing.draw(
                    sample=sample, by=officer, frame_sha256=sample.frame_sha256, seed=seed
                )
                for seed in seeds
            )
        )
        assert sum(isinstance(one, Refused) for one in found) == fail
        assert (Sample.objects.get(pk=sample.pk).seed in seeds, len(codes(sample))) == (True, 2)
    assert log.verify(chain_name=None, file=None, head=None)[1] == []


@pytest.mark.django_db(transaction=True)
def test_two_replacements_at_once(place, officer, settings):
    sample = drawn(place, officer, settings, quota={(DANYANG, "school"): 2})
    rows = list(Drawn.objects.filter(sample=sample).select_related("case__unit"))
    for row in rows:
        history.close_org(by=None, org=row.case.unit, on=settings.DEMO_ON)
    found = at_once(
        *(lambda row=row: drawing.replace(drawn=row, by=officer, reason="停办") for row in (*rows, rows[0]))
    )
    assert found[0] == found[2]
    assert len({one.case_id for one in found}) == 2
    assert Drawn.objects.filter(sample=sample, dropped=False).count() == 2


def test_a_seed_that_was_known_before_the_frame_is_refused(place, officer, settings):
    drawn(place, officer, settings, quota={(DANYANG, "school"): 2})
    sample = planned(place, officer, quota={(DANYANG, "school"): 2})
    settings.DEMO_ON += timedelta(days=1)
    give = {"sample": sample, "by": officer, "frame_sha256": sample.frame_sha256}
    assert refused(lambda: drawing.draw(**give, seed=SEED)).startswith(
        "这个随机数在本轮抽样框公布以前已经用过"
    )
    assert refused(lambda: drawing.draw(**give, seed="1" * 201)) == "随机数超过 200 个字符。请核对。"
    assert drawing.draw(**give, seed="20180613 0818").state == "drawn"
