"""Notices: sent to units, received, urged, forwarded; seen by sender and receivers alone."""

from datetime import date

import papers
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from world import office, unit

from dudao_web.documents import actions as documents
from dudao_web.documents.models import Document
from dudao_web.evidence import actions as evidence
from dudao_web.notices import actions, queries, rules
from dudao_web.notices.models import Notice, Receipt
from dudao_web.operations import log
from dudao_web.orgs.actions import Refused
from dudao_web.orgs.models import Action, Kind, Org, Role
from dudao_web.tasks import queries as tasks

ON = date(2026, 6, 12)
FORWARD = papers.CONTENT | {"word": "扬教督", "no": 5, "title": "转发《通知》的通知", "cc": ""}


@pytest.fixture
def notice(world):
    file = evidence.store(data=papers.PDF, name="名单.pdf", org=world.city, by=world.city_officer)
    document = papers.issued(world.city_officer, files=[file])
    return actions.send(by=world.city_officer, document=document, to=[world.yangzhong, world.danyang])


def receipt(notice, org):
    return Receipt.objects.get(notice=notice, org=org)


def asked(membership):
    return [(task.title, task.href) for task in tasks.open_for(membership, ON)]


def acts(name):
    return Action.objects.filter(action=name)


# --- sending


def test_a_send_is_one_act_with_a_task_for_each_receiver(world, notice):
    assert [one.org.name for one in notice.receipts.order_by("org__path")] == ["丹阳市", "扬中市"]
    expected = [("签收通知：关于开展“回头看”督导的通知", f"/notices/{notice.pk}/")]
    assert [asked(world.owner), asked(world.peer), asked(world.head)] == [expected, expected, []]
    keys = {f"notice:{notice.pk}", *(f"receipt:{one.pk}" for one in notice.receipts.all())}
    assert set(acts("notices.send").get().data["objects"]) == keys


def test_sent_again_only_new_units_get_it(world, notice):
    again = {"by": world.city_officer, "document": notice.document}
    assert actions.send(**again, to=[world.yangzhong]) == notice
    assert acts("notices.send").count() == 1
    actions.send(**again, to=[world.yangzhong, world.school_1])
    assert (notice.receipts.count(), acts("notices.send").count()) == (3, 2)


def test_four_hundred_receipts_are_one_act_and_few_statements(world):
    Org.objects.bulk_create(
        Org(
            code=f"32118{n:05}",
            name=f"演示{n}小学",
            kind=Kind.SCHOOL,
            parent=world.yangzhong,
            path=f"{world.yangzhong.path}32118{n:05}/",
        )
        for n in range(40000, 40413)
    )
    document = papers.issued(world.city_officer)
    schools = Org.objects.filter(code__startswith="321184")
    with CaptureQueriesContext(connection) as seen:
        notice = actions.send(by=world.city_officer, document=document, to=schools)
    assert (notice.receipts.count(), acts("notices.send").count(), len(seen) < 40) == (413, 1, True)


@pytest.mark.parametrize(
    ("who", "said"),
    [("peer", "不是本单位的发文"), ("head", "本岗位不发通知")],
)
def test_who_may_not_send(world, who, said):
    document = papers.issued(world.owner)
    with pytest.raises(Refused, match=said):
        actions.send(by=getattr(world, who), document=document, to=[world.school_1])


def test_to_whom_may_not_be_sent(world):
    document = papers.issued(world.owner)
    for to, said in (([], "没有选择主送单位"), ([world.danyang], "“丹阳市”不是本单位的下级单位")):
        with pytest.raises(Refused, match=said):
            actions.send(by=world.owner, document=document, to=to)
    assert Notice.objects.count() == 0


def test_the_office_that_acknowledges_for_a_unit(world):
    department = unit("3211-D1", "演示民政局", Kind.DEPARTMENT, world.city)
    found = [
        rules.receiver(org) for org in (world.city, world.yangzhong, world.school_1, world.town, department)
    ]
    assert found == [Role.CITY_OFFICER, Role.COUNTY_OFFICER, Role.SCHOOL, Role.SCHOOL, Role.SCHOOL]


# --- receiving


def test_acknowledged_once_by_the_unit_itself(world, notice):
    first = actions.acknowledge(receipt=receipt(notice, world.yangzhong), by=world.owner)
    again = actions.acknowledge(receipt=receipt(notice, world.yangzhong), by=world.owner)
    assert (first.acknowledged_at, first.by) == (again.acknowledged_at, world.owner)
    assert (acts("notices.acknowledge").count(), asked(world.owner), len(asked(world.peer))) == (1, [], 1)
    for other in (world.peer, world.city_officer, world.inspector):
        with pytest.raises(Refused):
            actions.acknowledge(receipt=receipt(notice, world.yangzhong), by=other)


def test_urged_once_a_day_those_who_have_not_acknowledged(world, notice):
    actions.acknowledge(receipt=receipt(notice, world.yangzhong), by=world.owner)
    urged = [actions.urge(by=world.city_officer, notice=notice, on=ON) for _ in range(2)]
    assert (urged, acts("notices.urge").get().data["orgs"]) == ([1, 0], ["321181"])
    assert [task.note for task in tasks.open_for(world.peer, ON)] == ["镇江市教育督导室 6月12日催办"]
    assert asked(world.owner) == []
    assert actions.urge(by=world.city_officer, notice=notice, on=date(2026, 6, 13)) == 1
    with pytest.raises(Refused):
        actions.urge(by=world.owner, notice=notice, on=ON)


# --- forwarding


def forwarded(world, notice, **other):
    return actions.forward(
        by=world.owner, notice=notice, to=[world.school_1, world.school_2], note="迟转。", **FORWARD | other
    )


def test_forwarded_with_an_own_number_it_is_acknowledged_and_keeps_its_chain(world, notice):
    own = forwarded(world, notice)
    assert (own.document.number, own.org, own.forward_of) == ("扬教督〔2017〕5号", world.yangzhong, notice)
    assert receipt(notice, world.yangzhong).by == world.owner
    assert forwarded(world, notice) == own
    assert queries.origins(own) == [notice]
    assert [one.file.name for one in queries.attachments(own, [notice])] == ["名单.pdf"]
    assert asked(world.head) == [("签收通知：转发《通知》的通知", f"/notices/{own.pk}/")]


def test_only_a_receiver_forwards(world, notice):
    schools = [world.danyang_school]
    own = forwarded(world, notice)
    with pytest.raises(Refused, match="本单位没有收到这份通知"):
        actions.forward(by=world.peer, notice=own, to=schools, **FORWARD)
    assert Document.objects.filter(org=world.danyang).count() == 0


def test_a_refused_forward_leaves_nothing_behind(world, notice):
    with pytest.raises(Refused, match="不是本单位的下级单位"):
        actions.forward(by=world.owner, notice=notice, to=[world.danyang_school], **FORWARD)
    assert Document.objects.filter(org=world.yangzhong).count() == 0
    assert receipt(notice, world.yangzhong).acknowledged_at is None


def test_the_record_holds_every_act_and_names_a_change_in_sql(world, notice):
    forwarded(world, notice)
    actions.urge(by=world.city_officer, notice=notice, on=ON)
    assert log.verify(chain_name=None, file=None, head=None)[1] == []
    theirs = receipt(notice, world.danyang)
    Receipt.objects.filter(pk=theirs.pk).update(by=world.peer)
    assert [
        f"receipt:{theirs.pk}" in one for one in log.verify(chain_name=None, file=None, head=None)[1]
    ] == [True]


# --- pages


@pytest.mark.parametrize(
    ("who", "first", "passed_on"),
    [
        ("city_officer", 200, 200),
        ("owner", 200, 200),
        ("peer", 200, 404),
        ("head", 404, 200),
        ("stranger", 404, 404),
        ("inspector", 404, 404),
        ("audit_admin", 404, 404),
    ],
)
def test_who_sees_a_notice_and_its_attachment(world, client_of, notice, who, first, passed_on):
    own = forwarded(world, notice)
    attachment = notice.document.attachments.get().pk
    client = client_of(getattr(world, who))
    for one, status in ((notice, first), (own, passed_on)):
        assert client.get(f"/notices/{one.pk}/").status_code == status
        assert client.get(f"/notices/{one.pk}/files/{attachment}/").status_code == status


@pytest.mark.parametrize(
    ("who", "address", "status"),
    [
        ("head", "acknowledge", 404),
        ("stranger", "acknowledge", 404),
        ("city_officer", "acknowledge", 404),
        ("owner", "acknowledge", 302),
        ("owner", "urge", 404),
        ("peer", "urge", 404),
        ("city_officer", "urge", 302),
        ("city_officer", "forward", 404),
        ("head", "forward", 404),
        ("owner", "forward", 422),
    ],
)
def test_who_acts_on_a_notice(world, client_of, notice, who, address, status):
    assert client_of(getattr(world, who)).post(f"/notices/{notice.pk}/{address}/").status_code == status
    assert client_of(getattr(world, who)).post(f"/notices/{notice.pk + 99}/{address}/").status_code == 404


def test_a_peer_cannot_forward_what_it_did_not_receive(world, client_of, notice):
    own = forwarded(world, notice)
    client = client_of(world.peer)
    assert (client.get(f"/notices/{own.pk}/forward/").status_code, Notice.objects.count()) == (404, 2)
    assert client.post(f"/notices/{own.pk}/forward/", papers.FORM).status_code == 404


def test_an_attachment_of_another_notice_is_not_there(world, client_of, notice):
    file = evidence.store(data=b"%PDF-1.4 other", name="别的.pdf", org=world.yangzhong, by=world.owner)
    other = documents.issue(by=world.owner, **FORWARD | {"no": 9}, files=[file])
    address = f"/notices/{notice.pk}/files/{other.attachments.get().pk}/"
    assert client_of(world.owner).get(address).status_code == 404


def test_sent_through_the_page_to_all_districts(world, client_of):
    client = client_of(world.city_officer)
    sent = papers.FORM | {"to": "counties", "files": [SimpleUploadedFile("名单.pdf", papers.PDF)]}
    answer = client.post("/notices/new/", sent)
    notice = Notice.objects.get()
    assert (answer.status_code, answer.url) == (302, f"/notices/{notice.pk}/")
    assert {one.org for one in notice.receipts.all()} == {world.yangzhong, world.danyang}
    page = client.get(answer.url).content.decode()
    assert ("签收情况　0/2" in page, "催办未签收的 2 个单位" in page, "名单.pdf" in page) == (
        True,
        True,
        True,
    )


@pytest.mark.parametrize(
    ("choice", "names"),
    [
        ({"to": "kinds", "kinds": ["school"]}, ["演示云阳小学", "演示第一小学", "演示第二小学"]),
        ({"to": "kinds", "kinds": ["town", "county"]}, ["丹阳市", "扬中市", "三茅街道"]),
    ],
)
def test_receivers_by_kind(world, client_of, choice, names):
    client_of(world.city_officer).post("/notices/new/", papers.FORM | choice)
    found = Receipt.objects.order_by("org__path").values_list("org__name", flat=True)
    assert list(found) == names


def test_no_receiver_chosen_keeps_what_was_typed(world, client_of):
    client = client_of(world.city_officer)
    for choice in ({"to": "units"}, {"to": "kinds"}, {}):
        answer = client.post("/notices/new/", papers.FORM | choice)
        page = answer.content.decode()
        assert (answer.status_code, Document.objects.count()) == (422, 0)
        assert ("没有选择主送单位" in page, "现将有关事项" in page) == (True, True)


def test_units_are_searched_without_losing_what_was_typed(world, client_of):
    client = client_of(world.city_officer)
    typed = {"title": "写了一半", "to": "units", "units": [world.danyang.pk], "look": "第一", "search": "1"}
    answer = client.post("/notices/new/", typed | {"files": [SimpleUploadedFile("名单.pdf", papers.PDF)]})
    page = answer.content.decode()
    assert (answer.status_code, Notice.objects.count()) == (200, 0)
    offered = answer.context["receivers"].units_offered
    assert [(org.name, picked) for _, org, picked in offered] == [("丹阳市", True), ("演示第一小学", False)]
    assert ("写了一半" in page, "名单.pdf" in page, 'class="issue error"' in page) == (True, True, False)


def test_a_unit_of_another_district_cannot_be_chosen(world, client_of):
    choice = {"to": "units", "units": [world.danyang_school.pk]}
    assert client_of(world.owner).post("/notices/new/", papers.FORM | choice).status_code == 422


def test_forwarded_through_the_page_it_shows_what_it_passes_on(world, client_of, notice):
    client = client_of(world.owner)
    page = client.get(f"/notices/{notice.pk}/forward/").content.decode()
    assert "转发《关于开展“回头看”督导的通知》的通知" in page
    sent = papers.FORM | {"word": "扬教督", "to": "kinds", "kinds": ["school"], "note": "自查提前到九月。"}
    assert client.post(f"/notices/{notice.pk}/forward/", sent).status_code == 302
    own = Notice.objects.get(forward_of=notice)
    page = client_of(world.head).get(f"/notices/{own.pk}/").content.decode()
    for text in ("转发自：镇教督〔2017〕11号", "自查提前到九月。", f"/notices/{own.pk}/files/"):
        assert page.count(text) == 1
    above = client_of(world.city_officer).get(f"/notices/{notice.pk}/").content.decode()
    assert ("扬教督〔2017〕11号" in above, "签收情况　1/2　转发 1" in above) == (True, True)


def test_the_inbox_and_the_outbox(world, client_of, notice):
    other = documents.issue(by=world.city_officer, **papers.CONTENT | {"no": 12, "title": "第二件"})
    actions.send(by=world.city_officer, document=other, to=[world.yangzhong])
    actions.acknowledge(receipt=receipt(notice, world.yangzhong), by=world.owner)
    client = client_of(world.owner)

    def found(query: str) -> list[str]:
        return [str(row.notice.document.no) for row in client.get(f"/notices/?{query}").context["rows"]]

    assert [found(""), found("only=open"), found("q=回头看"), found("q=12号")] == [
        ["12", "11"],
        ["12"],
        ["11"],
        ["12"],
    ]
    sent = client_of(world.city_officer).get("/notices/?box=sent").context["rows"]
    assert [(row.document.no, row.acknowledged, row.receivers) for row in sent] == [(12, 0, 1), (11, 1, 2)]
    assert list(client_of(world.head).get("/notices/?box=sent").context["rows"]) == []


def test_pages_ask_the_same_queries_at_one_and_at_three(world, client_of):
    third = unit("321183", "句容市", Kind.COUNTY, world.city)
    office(third, Role.COUNTY_OFFICER, "jurong", "句容市教育督导室")
    addresses: dict[str, list[int]] = {}
    for no, to in (
        (1, [world.yangzhong]),
        (2, [world.yangzhong, world.danyang, third]),
        (3, [world.yangzhong]),
    ):
        document = documents.issue(by=world.city_officer, **papers.CONTENT | {"no": no})
        notice = actions.send(by=world.city_officer, document=document, to=to)
        for who, address in (
            (world.owner, "/notices/"),
            (world.city_officer, "/notices/?box=sent"),
            (world.city_officer, f"/notices/{notice.pk}/"),
        ):
            client = client_of(who)
            with CaptureQueriesContext(connection) as seen:
                client.get(address)
            name = f"{who.title} {address.partition('/notices/')[2].strip('0123456789')}"
            addresses.setdefault(name, []).append(len(seen))
    assert [len(set(counts)) for counts in addresses.values()] == [1, 1, 1]
    assert max(max(counts) for counts in addresses.values()) <= 20
