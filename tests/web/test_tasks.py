"""Tasks: whose they are, in which order, reminded once; e-mail that holds nothing up."""

from datetime import date, timedelta

import pytest
from django.core import mail as outbox
from django.db import connection
from django.test.utils import CaptureQueriesContext
from world import office

from dudao_web.orgs.models import Action, Role
from dudao_web.tasks import actions, mail, queries, rules, tick
from dudao_web.tasks.models import Address, Reminder, Task

ON = date(2026, 6, 12)
DAY = timedelta(days=1)


def asked(org, role, number, due=None, opens=None, **more):
    words = {"title": f"第 {number} 件", "asked_by": None, "href": "/notices/"}
    return actions.ask(
        org=org,
        role=role,
        kind="notices.receipt",
        object=f"notice:{number}",
        due=due,
        opens=opens,
        **words | more,
    )


def titles(membership, on=ON):
    return [task.title for task in queries.open_for(membership, on)]


def test_overdue_first_then_by_due_day_and_without_a_day_last(world):
    for number, due in ((1, None), (2, ON + DAY), (3, ON - DAY), (4, ON)):
        asked(world.yangzhong, Role.COUNTY_OFFICER, number, due)
    asked(world.yangzhong, Role.COUNTY_OFFICER, 5, ON, opens=ON + DAY)
    asked(world.danyang, Role.COUNTY_OFFICER, 6, ON)
    asked(world.yangzhong, Role.INSPECTOR, 7, ON)
    assert titles(world.owner) == ["第 3 件", "第 4 件", "第 2 件", "第 1 件"]
    assert titles(world.owner, ON + DAY) == ["第 3 件", "第 4 件", "第 5 件", "第 2 件", "第 1 件"]
    assert titles(world.peer) == ["第 6 件"]


def test_an_inspector_has_the_tasks_of_the_units_within_his_own(world):
    asked(world.school_1, Role.INSPECTOR, 1)
    asked(world.danyang_school, Role.INSPECTOR, 2)
    asked(world.school_1, Role.SCHOOL, 3)
    assert titles(world.inspector) == ["第 1 件"]
    assert titles(world.head) == ["第 3 件"]


def test_asked_again_it_is_the_same_task_with_the_new_words_open_once_more(world):
    first = asked(world.school_1, Role.SCHOOL, 1, ON)
    assert actions.done(kind="notices.receipt", object="notice:1") == 1
    assert (titles(world.head), actions.done(kind="notices.receipt", object="notice:1")) == ([], 0)
    again = asked(world.school_1, Role.SCHOOL, 1, ON + DAY, note="已退回")
    assert (again.pk, again.state, again.done_at, again.due, again.note) == (
        first.pk,
        "open",
        None,
        ON + DAY,
        "已退回",
    )
    assert Task.objects.count() == 1


def test_done_withdrawn_and_moved_only_where_named(world):
    for org in (world.school_1, world.school_2):
        asked(org, Role.SCHOOL, 1, ON)
        asked(org, Role.SCHOOL, 2, ON)
    assert actions.done(kind="notices.receipt", object="notice:1", org=world.school_2) == 1
    assert actions.move_due(kind="notices.receipt", objects=["notice:1", "notice:2"], due=ON + DAY) == 3
    assert actions.withdraw(kind="notices.receipt", object="notice:2", org=world.school_1) == 1
    assert actions.done_many(kind="notices.receipt", objects=["notice:1", "notice:2"]) == 2
    found = Task.objects.order_by("object", "org__path").values_list("object", "state", "due")
    assert list(found) == [
        ("notice:1", "done", ON + DAY),
        ("notice:1", "done", ON),
        ("notice:2", "withdrawn", ON + DAY),
        ("notice:2", "done", ON + DAY),
    ]
    assert Action.objects.filter(action__startswith="tasks.").count() == 0


def test_a_launch_asks_hundreds_in_a_few_statements(world):
    row = {"org": world.school_1, "role": Role.SCHOOL, "kind": "campaigns.self_check", "title": "自查"}
    rows = [row | {"object": f"case:{n}", "asked_by": world.city, "href": "/", "due": ON} for n in range(413)]
    with CaptureQueriesContext(
        connection,
    ) as seen:
        assert actions.ask_many([*rows, rows[0]]) == 413
    assert len([one for one in seen if one["sql"].startswith("INSERT")]) <= 6
    assert Task.objects.count() == 413


@pytest.mark.parametrize(
    ("days", "standing"),
    [
        (-4, None),
        (-3, (-3, "due_soon")),
        (0, (-3, "due_soon")),
        (1, (1, "overdue")),
        (7, (1, "overdue")),
        (8, (8, "overdue")),
        (15, (15, "overdue")),
    ],
)
def test_the_reminder_that_stands_on_a_day(days, standing):
    found = rules.reminder(ON, ON + days * DAY)
    assert found == (standing and (ON + standing[0] * DAY, standing[1]))


def test_a_tick_reminds_once_however_often_it_runs(world):
    soon = asked(world.yangzhong, Role.COUNTY_OFFICER, 1, ON + 3 * DAY)
    late = asked(world.yangzhong, Role.COUNTY_OFFICER, 2, ON - DAY)
    asked(world.yangzhong, Role.COUNTY_OFFICER, 3, ON + 4 * DAY)
    asked(world.yangzhong, Role.COUNTY_OFFICER, 4)
    asked(world.yangzhong, Role.COUNTY_OFFICER, 5, ON, opens=ON + DAY)
    assert [tick.tick(ON), tick.tick(ON)] == [["提醒 2 条"], []]
    found = Reminder.objects.values_list("task", "day", "kind")
    assert sorted(found) == [(soon.pk, ON, "due_soon"), (late.pk, ON, "overdue")]
    actions.done(kind="notices.receipt", object="notice:2")
    assert tick.tick(ON + 7 * DAY) == ["提醒 3 条"]  # 1 and 3 overdue, 5 too; 2 is done


# --- e-mail


@pytest.fixture
def addressed(world, settings):
    settings.EMAIL_HOST = "mail.invalid"
    actions.set_address(by=world.owner, email="yangzhong@example.cn")
    asked(world.yangzhong, Role.COUNTY_OFFICER, 1, ON - DAY)
    asked(world.danyang, Role.COUNTY_OFFICER, 2, ON - DAY)
    return world


def test_without_a_server_no_letter_is_asked_for(world, django_capture_on_commit_callbacks):
    asked(world.yangzhong, Role.COUNTY_OFFICER, 1, ON - DAY)
    with django_capture_on_commit_callbacks() as asked_for:
        actions.remind(on=ON)
    assert asked_for == []


def test_with_a_server_the_worker_is_asked_and_sends_once(addressed, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks() as asked_for:
        assert actions.remind(on=ON) == 2
    assert (len(asked_for), outbox.outbox) == (1, [])
    assert [mail.send(ON), mail.send(ON)] == [1, 0]
    letter = outbox.outbox[0]
    assert (letter.to, letter.subject) == (["yangzhong@example.cn"], "督导待办提醒 1 项")
    assert letter.body.splitlines()[2] == "逾期催办：第 1 件（扬中市），2026年6月11日截止"


def test_a_letter_tells_two_tasks_of_the_same_words_apart(addressed):
    Task.objects.update(title="核验整改：操场破损")
    for number, task in enumerate(Task.objects.filter(org=addressed.yangzhong).order_by("pk"), 31):
        Task.objects.filter(pk=task.pk).update(about=f"2017-0{number}　演示第{number}小学")
    actions.remind(on=ON)
    mail.send(ON)
    assert outbox.outbox[0].body.splitlines()[2] == (
        "逾期催办：核验整改：操场破损（扬中市　2017-031　演示第31小学），2026年6月11日截止"
    )


def test_a_failing_server_loses_no_reminder(addressed, settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", 1, 1
    actions.remind(on=ON)
    mail.send_reminders.func(ON.isoformat())  # as the worker runs it: nothing is raised
    assert Reminder.objects.filter(mailed_at=None).count() == 2
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert mail.send(ON + DAY) == 1
    assert Reminder.objects.filter(mailed_at=None).count() == 1  # 丹阳 has no address


def test_an_ended_office_is_written_to_no_more(addressed):
    addressed.owner.until = ON
    addressed.owner.save()
    actions.remind(on=ON)
    assert mail.send(ON) == 0


def test_an_office_sets_its_own_address(world, client_of):
    client = client_of(world.owner)
    assert client.post("/tasks/address/", {"email": "不是邮箱"}).status_code == 422
    for _ in range(2):
        assert client.post("/tasks/address/", {"email": "room@example.cn"}).status_code == 302
    assert [(one.membership, one.email) for one in Address.objects.all()] == [
        (world.owner, "room@example.cn")
    ]
    assert Action.objects.filter(action="tasks.set_address").count() == 1
    assert "room@example.cn" in client.get("/tasks/address/").content.decode()
    other = office(world.yangzhong, Role.COUNTY_OFFICER, "yangzhong2", "扬中市教育督导室二科")
    assert "room@example.cn" not in client_of(other).get("/tasks/address/").content.decode()
    client.post("/tasks/address/", {"email": ""})
    assert Address.objects.get().email == ""
