"""The start page: what each office must do now, and nothing else."""

from datetime import timedelta
from pathlib import Path

import handin
import pytest
from django.apps import apps
from django.contrib.staticfiles import finders
from django.db import connection
from django.test.utils import CaptureQueriesContext
from handin import FIRST, JUNIOR, SECOND
from supplements import SCHOOL, base, type_for
from world import office, unit

from dudao.intake import template
from dudao_web import clock
from dudao_web.orgs.models import Kind, Role
from dudao_web.pages import blocks, todo
from dudao_web.standards import queries as standards
from dudao_web.submissions import actions
from dudao_web.submissions.models import IssueRecord
from dudao_web.tasks import actions as tasks

OFFICES = ("city_officer", "owner", "head", "inspector")
GYM, MEDIA = "学校体育馆面积", "网络多媒体教室间数"


@pytest.fixture
def of(world):
    return handin.set_of(world.yangzhong)


def duties(membership) -> list[tuple[str, str, str]]:
    return [(duty.state, duty.text, duty.verb) for duty in todo.work(membership, handin.DAY).duties]


def test_nothing_to_do_leads_on(world, client_of):
    for who in ("owner", "city_officer", "head", "inspector"):
        membership = getattr(world, who)
        assert duties(membership) == []
        assert client_of(membership).get("/").status_code == 200


def test_a_county_is_told_what_stands_against_confirming(world, of):
    handin.hand_in(of, world.owner, "区县.xlsx", handin.county(of))
    handin.hand_in(of, world.owner, "1.xlsx", handin.school(FIRST, {GYM: 300}))
    handin.hand_in(of, world.owner, "2.xlsx", handin.school(SECOND, {MEDIA: None}))
    actions.send_back(submission=handin.current(of, SECOND), reason="缺项。", by=world.owner)
    assert duties(world.owner) == [
        ("error", "改正错误 1 条，或退回学校改正", "处理"),
        ("query", "说明存疑数据 1 条", "说明"),
        ("returned", "催报已退回的填报 1 份", "查看"),
        ("draft", "填写补充表，还缺 40 项", "填写"),
        ("draft", "填写或催报各校补充表，还缺 6 项", "填写"),
    ]
    assert duties(world.peer) == []


def test_a_county_is_asked_to_confirm_and_to_confirm_again(world, of):
    handin.whole(of, world.owner)
    asked = [
        ("draft", "填写补充表，还缺 40 项", "填写"),
        ("draft", "填写或催报各校补充表，还缺 9 项", "填写"),
    ]
    assert duties(world.owner) == [*asked, ("submitted", "确认全县填报", "确认")]
    handin.confirm(of, world.owner)
    assert duties(world.owner) == []
    handin.hand_in(of, world.owner, "1更正.xlsx", handin.school(FIRST, {MEDIA: 20}))
    assert duties(world.owner) == [*asked, ("submitted", "重新确认：确认后填报有变动", "确认")]


def test_a_city_sees_how_far_its_counties_are(world, of):
    handin.whole(of, world.owner)
    run = handin.run(of, world.owner)
    other = handin.set_of(world.danyang)
    handin.hand_in(other, world.peer, "1.xlsx", handin.school(JUNIOR, {MEDIA: None}))
    found = todo.work(world.city_officer, handin.DAY).progress
    assert [(p.of.county.name, p.schools, p.errors, p.queries, p.run) for p in found] == [
        ("丹阳市", 1, 1, 1, None),
        ("扬中市", 3, 0, 0, run),
    ]
    assert [p.of.county.name for p in todo.work(world.owner, handin.DAY).progress] == ["扬中市"]


def test_a_school_is_told_to_hand_in_to_mend_and_to_explain(world, of):
    handin.hand_in(of, world.owner, "2.xlsx", handin.school(SECOND))
    assert duties(world.head) == [("draft", "上传本校填报表", "上传")]
    handin.hand_in(of, world.head, "1.xlsx", handin.school(FIRST, {GYM: 300, MEDIA: None}))
    assert duties(world.head) == [
        ("error", "改正错误 1 条后重新上传", "查看"),
        ("query", "说明存疑数据 1 条", "说明"),
        ("draft", "填写补充表，还缺 3 项", "填写"),
    ]
    actions.explain(issue=IssueRecord.objects.get(code="CHK-008"), text="属实。", by=world.head)
    actions.send_back(submission=handin.current(of, FIRST), reason="缺一项。", by=world.owner)
    assert duties(world.head) == [
        ("returned", "改正后重新上传：缺一项。", "查看"),
        ("draft", "填写补充表，还缺 3 项", "填写"),
    ]
    row = handin.current(of, FIRST)
    sheet = template.supplement(
        standards.load(of.version), schools=[{"school_code": row.code, "school_name": FIRST, "sponsor": "7"}]
    )
    handin.hand_in(of, world.owner, "补充表.xlsx", sheet)
    asked = ("draft", "填写补充表，还缺 2 项", "填写")  # a first answer does not end it
    assert duties(world.head) == [("returned", "改正后重新上传：缺一项。", "查看"), asked]


def test_filling_in_the_supplement_stays_to_be_done_until_nothing_is_lacking(world, of, client_of):
    handin.whole(of, world.owner)
    client_of(world.owner).post(base(of), {"V1_found": "无", "seen": ""})
    assert duties(world.owner)[0] == ("draft", "填写补充表，还缺 39 项", "填写")
    for name in (FIRST, SECOND, handin.JUNIOR):
        type_for(client_of(world.owner), of, name, SCHOOL)
    assert [text for _, text, _ in duties(world.owner)] == ["填写补充表，还缺 39 项", "确认全县填报"]
    assert duties(world.head) == []


def test_several_standards_of_one_year_are_told_apart(world, of, client_of):
    handin.hand_in(of, world.owner, "1.xlsx", handin.school(FIRST, {GYM: 300}))
    other = handin.set_of(world.yangzhong, profile="shenyang-2025")
    handin.hand_in(other, world.owner, "1.xlsx", handin.school(FIRST, {GYM: 300}))
    duties = todo.work(world.owner, handin.DAY).duties
    notes = {duty.note for duty in duties if duty.verb != "确认"}
    assert notes == {f"2026年　{one.version.title}（{one.version.profile_title}）" for one in (of, other)}
    page = client_of(world.owner).get("/").content.decode()
    for one in (of, other):
        assert f'<span class="meta">{one.version.title}　{one.version.profile_title}</span>' in page


def test_a_set_begun_by_a_wrong_choice_is_not_listed_beside_one_that_holds_something(world, of):
    wrong = handin.set_of(world.yangzhong, profile="shenyang-2025")
    actions.begin(of=wrong, by=world.owner)
    assert [item.of for item in todo.work(world.owner, handin.DAY).progress] == [wrong]  # the only one so far
    handin.hand_in(of, world.owner, "2.xlsx", handin.school(SECOND))
    assert [item.of for item in todo.work(world.owner, handin.DAY).progress] == [of]
    assert [duty.text for duty in todo.work(world.head, handin.DAY).duties] == ["上传本校填报表"]


def test_a_county_without_schools_on_the_list_says_so(world, client_of):
    empty = unit("321183", "句容市", Kind.COUNTY, world.city)
    of = handin.set_of(empty)
    by = office(empty, Role.COUNTY_OFFICER, "jurong", "句容市教育督导室")
    actions.begin(of=of, by=by)
    page = client_of(by).get("/").content.decode()
    assert ("名单中没有学校" in page, "0/0" in page) == (True, False)


def test_a_school_is_told_of_its_own_unreadable_file_and_may_set_it_aside(world, of, client_of):
    handin.hand_in(of, world.head, "1.xlsx", handin.school(FIRST))
    bad = handin.hand_in(of, world.head, "照片.xlsx", b"no workbook")
    theirs = handin.hand_in(of, world.owner, "县里.xlsx", b"no workbook")
    asked = ("error", "不能读取的文件 1 个，改正后重新上传或搁置", "处理")
    assert duties(world.head)[0] == asked
    client = client_of(world.head)
    page = client.get(f"/submissions/321182/2026/{of.version.pk}/uploads/").content.decode()
    assert [text in page for text in bad.why_unreadable] == [True]
    reason = {"reason": "误传的照片。"}
    assert client.post(f"/submissions/uploads/{theirs.pk}/set-aside/", reason).status_code == 404
    assert client.post(f"/submissions/uploads/{bad.pk}/set-aside/", reason).status_code == 302
    bad.refresh_from_db()
    theirs.refresh_from_db()
    assert (bad.set_aside, theirs.set_aside) == (True, False)  # a school says so of its own files alone
    assert asked not in duties(world.head)


def test_a_school_finds_its_own_result(world, of, client_of):
    run = handin.run(handin.whole(of, world.owner), world.owner)
    found = todo.work(world.head, handin.DAY).verdicts
    assert [(item.state, item.href) for item in found] == [("met", f"/evaluations/{run.pk}/schools/0/")]
    assert found[0].text == "2026年　小学各项指标（预评）"
    assert todo.work(world.stranger, handin.DAY).verdicts == ()
    page = client_of(world.head).get("/").content.decode()
    assert (SECOND in page, f"/evaluations/{run.pk}/schools/0/" in page) == (False, True)


def test_a_school_s_result_is_draft_unless_the_set_stands_confirmed(world, of):
    def own():
        return [(item.text, item.note) for item in todo.work(world.head, handin.DAY).verdicts]

    handin.run(handin.whole(of, world.owner), world.owner)
    handin.confirm(of, world.owner)
    final = handin.run(of, world.owner)
    assert own() == [("2026年　小学各项指标", final.number)]
    handin.hand_in(of, world.owner, "1更正.xlsx", handin.school(FIRST, {MEDIA: 20}))
    assert own() == [("2026年　小学各项指标（预评）", final.number)]
    draft = handin.run(of, world.owner)
    assert own() == [("2026年　小学各项指标（预评）", draft.number)]


def test_a_city_sees_the_counties_that_have_not_begun(world, of, client_of):
    handin.hand_in(of, world.owner, "1.xlsx", handin.school(FIRST))
    found = todo.work(world.city_officer, handin.DAY).progress
    assert [(p.county.name, p.year, p.of, p.schools, p.due) for p in found] == [
        ("丹阳市", 2026, None, 0, 1),
        ("扬中市", 2026, of, 1, 2),
    ]
    next_year = todo.work(world.city_officer, handin.DAY.replace(year=2027)).progress
    assert [(p.county.name, p.year, p.schools, p.due) for p in next_year] == [
        ("丹阳市", 2027, 0, 1),
        ("扬中市", 2027, 0, 2),
        ("扬中市", 2026, 1, None),
    ]
    page = client_of(world.city_officer).get("/").content.decode()
    assert page.count('<td data-label="数据问题">未开始</td>') >= 1


@pytest.mark.parametrize("who", ["owner", "city_officer"])
def test_a_set_changed_after_confirmation_says_so(world, of, client_of, who):
    handin.confirm(handin.whole(of, world.owner), world.owner)
    client = client_of(getattr(world, who))
    assert "已变动，须重新确认" not in client.get("/").content.decode()
    handin.hand_in(of, world.owner, "1更正.xlsx", handin.school(FIRST, {MEDIA: 20}))
    assert "已变动，须重新确认" in client.get("/").content.decode()


def test_links_in_sentences_are_underlined_wherever_the_common_sheet_is():
    sheet = Path(finders.find("ui/dudao.css")).read_text(encoding="utf-8")
    rules = [line for line in sheet.splitlines() if line.startswith(".inline, .empty p a, .reasons a {")]
    assert ["text-decoration: underline;" in rule for rule in rules] == [True]


def test_an_office_without_duties_is_told_what_it_can_do(world, client_of):
    said = "本岗位可查看本单位范围内的单位和评估标准，不办理填报。"
    assert said in client_of(world.inspector).get("/").content.decode()


@pytest.mark.parametrize(
    ("who", "said"),
    [
        ("system_admin", "2 个填报单位还没有账号"),
        ("security_admin", "3 类管理员登录没有要求两步验证"),
        ("audit_admin", "核对操作记录：今天"),
    ],
)
def test_each_administrator_has_something_to_look_at(world, client_of, who, said):
    assert said in client_of(getattr(world, who)).get("/").content.decode()


def test_the_standards_to_choose_from_are_named_by_their_titles(world, client_of):
    page = client_of(world.owner).get("/submissions/").content.decode()
    assert ">县域义务教育优质均衡发展督导评估办法　教督〔2017〕6号　国家 2017 年文本</option>" in page


# --- tasks


def asked(world, number, due=None, org=None, role=Role.COUNTY_OFFICER, **words):
    return tasks.ask(
        org=org or world.yangzhong,
        role=role,
        kind=words.pop("kind", "campaigns.review"),
        object=f"case:{number}",
        title=f"第 {number} 件",
        about="双创“回头看” 2026",
        asked_by=world.city,
        href=f"/case/{number}/",
        due=due,
        **words,
    )


def test_tasks_and_duties_are_one_list_overdue_first(world, of):
    handin.whole(of, world.owner)
    day = handin.DAY
    for number, days in ((1, 30), (2, 3), (3, 0), (4, -4)):
        asked(world, number, day + timedelta(days=days))
    asked(world, 5)
    groups = todo.work(world.owner, day).groups
    assert [(group.key, [duty.text for duty in group.duties]) for group in groups] == [
        ("overdue", ["第 4 件"]),
        ("today", ["第 3 件"]),
        ("soon", ["第 2 件"]),
        ("later", ["第 1 件"]),
        ("none", ["第 5 件", "填写补充表，还缺 40 项", "填写或催报各校补充表，还缺 9 项", "确认全县填报"]),
    ]
    first = groups[0].duties[0]
    assert (first.note, first.overdue, first.first, first.verb) == (
        "双创“回头看” 2026　镇江市交办",
        4,
        True,
        "办理",
    )


def test_each_office_finds_its_tasks_on_its_start_page(world, client_of):
    today = clock.today()
    asked(world, 1, today - timedelta(days=2), org=world.city, role=Role.CITY_OFFICER)
    asked(world, 2, today, kind="notices.receipt")
    asked(world, 3, today + timedelta(days=3), org=world.school_1, role=Role.SCHOOL, note="缺附件")
    asked(world, 4, org=world.school_1, role=Role.INSPECTOR)
    pages = {who: client_of(getattr(world, who)).get("/").content.decode() for who in OFFICES}
    assert [("第 1 件" in pages[who], "第 2 件" in pages[who]) for who in OFFICES] == [
        (True, False),
        (False, True),
        (False, False),
        (False, False),
    ]
    assert ("逾期 2 天" in pages["city_officer"], "已逾期" in pages["city_officer"]) == (True, True)
    assert ("今天到期" in pages["owner"], ">签收<" in pages["owner"]) == (True, True)
    assert ("剩 3 天" in pages["head"], "缺附件" in pages["head"]) == (True, True)
    assert ("演示第一小学　双创" in pages["inspector"], "没有待办" in pages["inspector"]) == (True, False)


@pytest.mark.parametrize("who", ["owner", "city_officer", "head", "inspector"])
def test_the_start_page_asks_the_same_queries_at_one_and_at_three_tasks(world, client_of, who):
    membership = getattr(world, who)
    client, counts = client_of(membership), []
    for numbers in ((1,), (2, 3)):
        for number in numbers:
            asked(world, number, handin.DAY, org=membership.org, role=membership.role)
        with CaptureQueriesContext(connection) as seen:
            client.get("/")
        counts.append(len(seen))
    assert (counts[0], counts[0] <= 20) == (counts[1], True)


def _block(membership, on):
    return (
        ("pages/block_for_tests.html", {"name": membership.title})
        if membership.role == "city_officer"
        else None
    )


def test_apps_add_blocks_to_the_start_page(world, monkeypatch):
    monkeypatch.setattr(apps.get_app_config("pages"), "home_blocks", (f"{__name__}._block",), raising=False)
    found = blocks.found("home_blocks", world.city_officer, handin.DAY)
    assert found == [blocks.Block("pages/block_for_tests.html", {"name": "镇江市教育督导室"})]
    assert blocks.found("home_blocks", world.owner, handin.DAY) == []
    assert blocks.found("home_asides", world.city_officer, handin.DAY) == []


def test_the_address_of_reminders_is_offered_where_letters_are_sent(world, client_of, settings):
    client = client_of(world.owner)
    found = []
    for settings.EMAIL_HOST in ("", "mail.invalid"):
        found.append("/tasks/address/" in client.get("/").content.decode())
    assert found == [False, True]
