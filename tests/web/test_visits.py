"""Visits (实地督导): planned with whom to hear drawn by the platform, announced in writing, observed by the team, closed with a record."""

import hashlib
from datetime import timedelta

import pytest
from django.urls import reverse
from lookback import document
from racing import at_once
from reviewed import DAY, Review, reviewed
from test_upload_hardening import exif, jpeg

from dudao_web.evidence.models import File
from dudao_web.inspections import visits, visits_page
from dudao_web.inspections.models import Observation, Visit
from dudao_web.inspections.visits import Hear
from dudao_web.notices.models import Receipt
from dudao_web.operations import log
from dudao_web.orgs.actions import Refused
from dudao_web.orgs.models import Action
from dudao_web.tasks.models import Task

pytestmark = pytest.mark.django_db

NEXT = DAY + timedelta(days=8)
HEAR = [Hear("学生", 240, 8), Hear("家长", 240, 6), Hear("教师", 31, 4)]
WITH_PLACE = jpeg(exif(gps=True))


@pytest.fixture(autouse=True)
def june(settings):
    settings.DEMO_ON = DAY


@pytest.fixture
def review() -> Review:
    return reviewed()


def planned(review: Review, **other) -> Visit:
    said = {"on": NEXT, "matters": "校园安全\n课程开设", "hear": HEAR} | other
    return visits.plan(case=review.case, place=review.place, team=review.team, by=review.office, **said)


def announced(review: Review, settings) -> Visit:
    """Announced, and the day has come."""
    row = visits.notify(visit=planned(review), by=review.office, document=document(review.office, 61))
    settings.DEMO_ON = NEXT
    return row


def sound() -> None:
    assert log.verify(chain_name=None, file=None, head=None)[1] == []


def test_the_numbers_are_drawn_by_the_platform_and_can_be_computed_again(review):
    row = planned(review)
    assert [(one["group"], one["listed"], one["asked"], len(one["drawn"])) for one in row.hear] == [
        ("学生", 240, 8, 8), ("家长", 240, 6, 6), ("教师", 31, 4, 4),
    ]  # fmt: skip
    for one in row.hear:
        tickets = {
            n: hashlib.sha256(f"dudao-hear-1|{row.pk}|{one['group']}|{row.seed}|{n}".encode()).hexdigest()
            for n in range(1, one["listed"] + 1)
        }
        assert one["drawn"] == sorted(sorted(tickets, key=tickets.get)[: one["asked"]])
    sound()


def test_another_visit_draws_other_numbers_after_a_reason(review):
    row = planned(review)
    visits.cancel(visit=row, by=review.office, reason="学校期末考试")
    again = planned(review)
    assert (again.pk != row.pk, again.seed != row.seed) == (True, True)
    row.refresh_from_db()
    assert (row.state, row.reason, row.hear[0]["drawn"] != again.hear[0]["drawn"]) == (
        "cancelled",
        "学校期末考试",
        True,
    )
    sound()


def test_a_vector_of_the_draw():
    assert visits.drawn(7, "学生", "00" * 16, 5, 2) == sorted(
        sorted(
            range(1, 6),
            key=lambda n: hashlib.sha256(f"dudao-hear-1|7|学生|{'00' * 16}|{n}".encode()).digest(),
        )[:2]
    )


def test_every_number_comes_as_often():
    """Of 40 on the list 10 are asked: over 400 seeds each number comes about 100 times (5 standard deviations: 43)."""
    counts = dict.fromkeys(range(1, 41), 0)
    for seed in range(400):
        for n in visits.drawn(1, "学生", f"{seed:032x}", 40, 10):
            counts[n] += 1
    assert [n for n, times in counts.items() if abs(times - 100) > 43] == []


def test_the_same_plan_again_is_the_one_that_is_there(review):
    row, acts = planned(review), Action.objects.count()
    assert (planned(review), Action.objects.count()) == (row, acts)
    with pytest.raises(Refused, match="已有实地督导"):
        planned(review, matters="别的事项")


@pytest.mark.parametrize(
    ("other", "why"),
    [
        ({"on": DAY - timedelta(days=1)}, "已经过去"),
        ({"matters": "  "}, "没有写督导事项"),
        ({"hear": [Hear("学生", 5, 6)]}, "名册 5 人、听取 6 人不合规则"),
        ({"hear": [Hear("学生", 5, 0)]}, "不合规则"),
        ({"hear": [Hear("学生", 10_001, 1)]}, "名册不超过 10000 人"),
        ({"hear": [Hear("学生", 5, 1), Hear("学生", 6, 1)]}, "写了两次"),
        ({"hear": [Hear("学|生", 5, 1)]}, "含有“|”"),
    ],
)
def test_a_plan_that_cannot_stand_is_refused(review, other, why):
    with pytest.raises(Refused, match=why.replace("|", r"\|")):
        planned(review, **other)
    assert Visit.objects.count() == 0


def test_only_the_office_that_keeps_the_stage_plans_and_only_for_a_unit_of_the_team(review):
    for by in (review.peer, review.unit, review.leader, review.city):
        with pytest.raises(Refused, match="不由本单位办理"):
            visits.plan(
                case=review.case,
                place=review.place,
                team=review.team,
                by=by,
                on=NEXT,
                matters="安全",
                hear=[],
            )
    with pytest.raises(Refused, match="没有分给"):
        visits.plan(
            case=review.other, place=review.place, team=review.team, by=review.office, on=NEXT, matters="安全"
        )


def test_the_notice_goes_to_the_unit_and_ends_the_offices_task(review):
    row = planned(review)
    task = Task.objects.get(kind=visits.NOTICE_TASK)
    assert (task.state, task.org, task.due) == ("open", review.place.org, NEXT)
    paper = document(review.office, 61)
    row = visits.notify(visit=row, by=review.office, document=paper)
    task.refresh_from_db()
    assert (row.state, row.document, task.state) == ("noticed", paper, "done")
    assert Receipt.objects.get(notice__document=paper).org == review.case.unit
    acts = Action.objects.count()
    assert visits.notify(visit=row, by=review.office, document=paper) == row
    assert Action.objects.count() == acts
    with pytest.raises(Refused, match="已通知"):
        visits.notify(visit=row, by=review.office, document=document(review.office, 62))
    sound()


def test_the_words_of_the_notice(review):
    said = visits_page.notice(planned(review))
    assert said["title"] == f"关于对{review.case.unit.name}开展实地督导的通知"
    assert said["main_to"] == review.case.unit.name
    assert said["body"].splitlines() == [
        f"按照{review.case.campaign.title}辖市区复查的安排，定于2018年6月20日对你单位开展实地督导。有关事项通知如下。",
        "一、督导时间：2018年6月20日（星期三）。",
        "二、督导事项：校园安全；课程开设。",
        f"三、督导组：{review.team.name}，由{'、'.join(review.titles)}组成。",
        "四、准备材料：自查报告、各项指标的佐证材料、问题清单和整改材料。",
        "五、听取意见：学生 8 人、家长 6 人、教师 4 人。人员按名册编号随机抽取，编号在督导当日告知；请备好编有序号的名册，不报送姓名。",
    ]


def test_nothing_is_written_down_without_a_notice_or_a_reason(review, settings):
    row = planned(review)
    settings.DEMO_ON = NEXT
    assert visits_page.late(row) is True
    with pytest.raises(Refused, match="还没有发书面通知"):
        visits.note(visit=row, by=review.leader, text="食堂整洁")
    with pytest.raises(Refused, match="没有写不发通知的理由"):
        visits.unannounced(visit=row, by=review.office, reason=" ")
    row = visits.unannounced(visit=row, by=review.office, reason="核实投诉，不事先通知")
    assert visits_page.late(row) is False
    visits.note(visit=row, by=review.leader, text="食堂整洁")
    row = visits.finish(visit=row, by=review.leader, record="看了食堂")
    assert (row.state, row.document, row.reason) == ("done", None, "核实投诉，不事先通知")
    sound()


def test_nothing_is_written_down_before_the_day(review):
    row = visits.notify(visit=planned(review), by=review.office, document=document(review.office, 61))
    with pytest.raises(Refused, match="还没有到"):
        visits.note(visit=row, by=review.leader, text="食堂整洁")


def test_members_write_observations_and_the_same_key_is_one_row(review, settings):
    row = announced(review, settings)
    code = review.code
    first = visits.note(visit=row, by=review.member, text="食堂整洁", indicator=code, key="k1")
    assert visits.note(visit=row, by=review.member, text="食堂整洁", indicator=code, key="k1") == first
    other = visits.note(visit=row, by=review.member, text="食堂整洁，留样齐全", indicator=code, key="k1")
    assert other != first
    second = visits.note(visit=row, by=review.leader, text="作业不多", group="学生", key="k1")
    assert list(row.observations.values_list("pk", "indicator", "group")) == [
        (first.pk, code, ""),
        (other.pk, code, ""),
        (second.pk, "", "学生"),
    ]
    sound()


@pytest.mark.parametrize("who", ["office", "unit", "peer", "city"])
def test_others_write_none(review, settings, who):
    row = announced(review, settings)
    with pytest.raises(Refused, match="由督导组成员填写"):
        visits.note(visit=row, by=getattr(review, who), text="食堂整洁")


def test_what_an_observation_names_must_be_there(review, settings):
    row = announced(review, settings)
    for said, why in (
        ({"text": ""}, "没有写观察内容"),
        ({"text": "好", "indicator": "XX9"}, "没有指标 XX9"),
        ({"text": "好", "group": "厨师"}, "没有安排听取“厨师”"),
    ):
        with pytest.raises(Refused, match=why):
            visits.note(visit=row, by=review.leader, **said)


def test_a_photo_is_kept_without_its_place(review, settings):
    row = announced(review, settings)
    kept = visits.keep_photo(visit=row, by=review.leader, name="操场.jpg", data=WITH_PLACE)
    assert (kept.org, kept.size) == (review.place.org, len(jpeg()))
    assert (settings.MEDIA_ROOT / kept.path).read_bytes() == jpeg()
    visits.note(visit=row, by=review.leader, text="操场积水", photo=kept)
    with pytest.raises(Refused, match="照片只收 JPG、PNG"):
        visits.keep_photo(visit=row, by=review.leader, name="表.txt", data="文字".encode())
    assert File.objects.filter(name="表.txt").count() == 0


def test_the_leader_ends_it_with_the_record(review, settings):
    row = announced(review, settings)
    with pytest.raises(Refused, match="督导记录由组长填写"):
        visits.finish(visit=row, by=review.member, record="看了校园")
    with pytest.raises(Refused, match="没有写督导记录"):
        visits.finish(visit=row, by=review.leader, record=" ")
    row = visits.finish(visit=row, by=review.leader, record="看了校园")
    acts = Action.objects.count()
    assert visits.finish(visit=row, by=review.leader, record="看了校园").state == "done"
    assert Action.objects.count() == acts
    for late in (
        lambda: visits.note(visit=row, by=review.leader, text="补一条"),
        lambda: visits.finish(visit=row, by=review.leader, record="改一改"),
        lambda: visits.cancel(visit=row, by=review.office, reason="不去了"),
    ):
        with pytest.raises(Refused, match="已完成"):
            late()
    sound()


@pytest.mark.django_db(transaction=True)
def test_a_record_against_a_cancel(review, settings):
    row = announced(review, settings)
    found = at_once(
        lambda: visits.finish(visit=row, by=review.leader, record="看了校园"),
        lambda: visits.cancel(visit=row, by=review.office, reason="不去了"),
    )
    row.refresh_from_db()
    done = not isinstance(found[0], Refused)
    assert (row.state, isinstance(found[1], Refused)) == ("done" if done else "cancelled", done)
    sound()


@pytest.mark.django_db(transaction=True)
def test_the_same_observation_sent_twice_at_once_is_one(review, settings):
    row = announced(review, settings)
    found = at_once(*[lambda: visits.note(visit=row, by=review.leader, text="食堂整洁", key="k9")] * 2)
    assert (found[0], Observation.objects.count()) == (found[1], 1)
    sound()


# --- pages


def at(name: str, *args: object) -> str:
    return reverse(f"inspections:{name}", args=args)


def test_a_visit_through_its_pages(review, settings, client_of):
    office, leader, unit = map(client_of, (review.office, review.leader, review.unit))
    form = office.get(at("plan_visit", review.place.pk)).content.decode()
    assert "学生" in form and review.case.unit.name in form
    said = {
        "sheet": review.sheet.pk, "on": NEXT.isoformat(), "matters": "校园安全", "group_0": "学生",
        "listed_0": "240", "asked_0": "8", "group_1": "家长", "group_2": "教师",
    }  # fmt: skip
    answer = office.post(at("plan_visit", review.place.pk), said)
    row = Visit.objects.get()
    assert (answer.status_code, answer.url) == (302, at("visit", row.pk))
    assert unit.get(at("visit", row.pk)).status_code == 404
    sheet = office.get(at("notify_visit", row.pk)).content.decode()
    assert f"关于对{review.case.unit.name}开展实地督导的通知" in sheet
    paper = visits_page.notice(row) | {
        "word": "演教督", "year": 2018, "no": 77, "issued_on": DAY.isoformat(), "cc": "",
    }  # fmt: skip
    assert office.post(at("notify_visit", row.pk), paper).url == at("visit", row.pk)
    numbers = "、".join(map(str, row.hear[0]["drawn"]))
    seen = unit.get(at("visit", row.pk)).content.decode()
    assert ("演教督〔2018〕77号" in seen, "6月20日当日公布" in seen, numbers in seen) == (True, True, False)
    assert numbers in office.get(at("visit", row.pk)).content.decode()
    settings.DEMO_ON = NEXT
    assert numbers in unit.get(at("visit", row.pk)).content.decode()
    observed = leader.post(
        at("observe", row.pk), {"text": "食堂整洁", "group": "", "indicator": "", "key": "a"}
    )
    assert observed.url == at("observe", row.pk)
    leader.post(at("observe", row.pk), {"text": "作业偏多", "group": "学生", "indicator": "", "key": "b"})
    assert leader.post(at("finish_visit", row.pk), {"record": "看了校园和食堂"}).url == at("visit", row.pk)
    before = unit.get(at("visit", row.pk)).content.decode()
    assert [text in before for text in ("食堂整洁", "作业偏多", "看了校园和食堂")] == [False, False, False]
    review.submit()
    after = unit.get(at("visit", row.pk)).content.decode()
    assert [text in after for text in ("食堂整洁", "作业偏多", "看了校园和食堂")] == [True, False, True]


def test_what_was_typed_is_shown_again(review, client_of):
    office = client_of(review.office)
    said = {
        "sheet": review.sheet.pk,
        "on": "2018-06-01",
        "matters": "校园安全",
        "group_0": "学生",
        "listed_0": "5",
    }
    answer = office.post(at("plan_visit", review.place.pk), said)
    text = answer.content.decode()
    assert (answer.status_code, "校园安全" in text, "没有填全" in text) == (422, True, True)
    answer = office.post(at("plan_visit", review.place.pk), said | {"asked_0": "2"})
    assert (answer.status_code, "已经过去" in answer.content.decode()) == (422, True)


def test_who_opens_a_visit(review, settings, client_of):
    row = announced(review, settings)
    doors = {
        who: [
            client_of(getattr(review, who)).get(at(name, row.pk)).status_code for name in ("visit", "observe")
        ]
        for who in ("office", "city", "peer", "leader", "member", "unit", "stranger")
    }
    assert doors == {
        "office": [200, 404], "city": [200, 404], "peer": [404, 404], "leader": [200, 200],
        "member": [200, 200], "unit": [200, 404], "stranger": [404, 404],
    }  # fmt: skip
    for who, code in (("city", 404), ("unit", 404), ("leader", 404), ("office", 302)):
        asked = client_of(getattr(review, who)).post(at("cancel_visit", row.pk), {"reason": "不去了"})
        assert asked.status_code == code, who


def test_a_photo_is_given_to_whoever_sees_the_observation(review, settings, client_of):
    row = announced(review, settings)
    with (settings.HOME / "p.jpg").open("wb+") as file:
        file.write(WITH_PLACE)
        file.seek(0)
        client_of(review.leader).post(at("observe", row.pk), {"text": "操场积水", "photo": file})
    one = Observation.objects.get()
    codes = {
        who: client_of(getattr(review, who)).get(at("visit_photo", row.pk, one.pk)).status_code
        for who in ("office", "member", "unit", "peer")
    }
    assert codes == {"office": 200, "member": 200, "unit": 404, "peer": 404}


def test_htmx_is_told_that_it_is_kept(review, settings, client_of):
    row = announced(review, settings)
    leader = client_of(review.leader)
    said = {"text": "食堂整洁", "key": "k1"}
    kept = leader.post(at("observe", row.pk), said, headers={"HX-Request": "true"})
    again = leader.post(at("observe", row.pk), said, headers={"HX-Request": "true"})
    empty = leader.post(at("observe", row.pk), {"text": ""}, headers={"HX-Request": "true"})
    assert [one.headers.get("X-Kept") for one in (kept, again, empty)] == ["yes", "yes", None]
    assert (empty.status_code, Observation.objects.count()) == (422, 1)


def test_a_cancelled_visit_says_why(review, client_of):
    row = planned(review)
    office = client_of(review.office)
    assert office.post(at("cancel_visit", row.pk), {"reason": ""}).status_code == 422
    office.post(at("cancel_visit", row.pk), {"reason": "学校停课"})
    assert "学校停课" in office.get(at("visit", row.pk)).content.decode()
