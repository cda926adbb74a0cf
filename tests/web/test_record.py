"""The record of acts: the contract's vector, one row after the other, what a check finds, and the heads of each day."""

import tracemalloc
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pyotp
import pytest
from django.conf import settings as configured
from django.contrib.auth.hashers import make_password
from django.db.models import F
from django.test import Client

from dudao_web.campaigns import calendars
from dudao_web.operations import log
from dudao_web.operations.home import Trouble
from dudao_web.orgs import actions, chain, history, lockout, mfa, words
from dudao_web.orgs.models import Action, Org
from dudao_web.orgs.models_security import Refusal

VECTOR = {
    "chain": "demo",
    "seq": 1,
    "at": "2018-09-01T00:00:00.000000Z",
    "actor": "u1",
    "as": "m1",
    "action": "submissions.submit",
    "object": "submission:1",
    "after": "0" * 64,
    "data": {"说明": "补交"},
    "prev": "0" * 64,
}
VECTOR_HASH = "b2fb72249d2fae9a0b680c7e078a1c2246c9e755b24b46fcdd67797df75fd450"


def rows(count: int) -> list[dict]:
    """A whole chain of ``count`` rows."""
    found, prev = [], chain.FIRST_PREV
    for seq in range(1, count + 1):
        row = {**VECTOR, "seq": seq, "prev": prev}
        prev = chain.digest(row)
        found.append({**row, "hash": prev})
    return found


def test_the_vector_of_the_contract():
    assert chain.digest(VECTOR) == VECTOR_HASH


def test_times_are_utc_with_six_digits():
    assert chain.timestamp(datetime(2018, 9, 1, tzinfo=UTC)) == "2018-09-01T00:00:00.000000Z"


def test_plain_values():
    given = {"a": Decimal("1.50"), "b": (1, True, None), "c": {"乙", "甲"}}
    assert chain.plain(given) == {"a": "1.50", "b": [1, True, None], "c": ["乙", "甲"]}


def test_floats_are_refused():
    with pytest.raises(TypeError):
        chain.plain({"a": [0.5]})


def test_a_whole_chain():
    kept = rows(3)
    assert chain.first_broken(kept) == (None, 3, kept[2]["hash"])


@pytest.mark.parametrize(
    ("change", "broken"),
    [
        (lambda kept: kept[1].update(data={"说明": "改过"}), 2),
        (lambda kept: kept[1].update(hash="f" * 64), 2),
        (lambda kept: kept.pop(1), 2),
        (lambda kept: kept.pop(0), 1),
        (lambda kept: kept[2].update(prev=kept[0]["hash"]), 3),
        (lambda kept: kept.insert(1, dict(kept[0])), 2),
    ],
)
def test_the_first_broken_row_is_named(change, broken):
    kept = rows(3)
    change(kept)
    assert chain.first_broken(kept)[0] == broken


def test_a_row_rewritten_with_its_hash_breaks_the_next_one():
    kept = rows(3)
    body = {**{key: kept[1][key] for key in chain.ROW_KEYS}, "data": {}}
    kept[1] = {**body, "hash": chain.digest(body)}
    assert chain.first_broken(kept)[0] == 3


def test_acts_follow_each_other_and_name_who_acted_as_what(world):
    head = Action.objects.filter(chain="office").last()
    act = actions.record(by=world.owner, action="orgs.test", obj=world.town, data={"理由": "试"})
    assert (act.seq, act.prev) == (head.seq + 1, head.hash)
    assert (act.actor, act.membership) == (f"u{world.owner.user_id}", f"m{world.owner.pk}")
    assert act.object == f"org:{world.town.pk}"
    assert act.after == chain.digest(actions.state(world.town))


def test_each_chain_counts_by_itself(world):
    act = actions.record(by=None, action="orgs.test", obj=world.town, chain_name="campaign-1")
    assert (act.seq, act.prev, act.actor, act.membership) == (1, chain.FIRST_PREV, "system", "")


def test_what_is_hashed_is_what_the_database_holds(world):
    world.town.name = "没有保存的名称"
    act = actions.record(by=None, action="orgs.test", obj=world.town)
    world.town.refresh_from_db()
    assert world.town.name == "三茅街道"
    assert act.after == chain.digest(actions.state(world.town))


def test_sign_in_time_is_no_part_of_the_state(world):
    before = actions.state(world.owner.user)
    world.owner.user.last_login = datetime(2026, 6, 1, tzinfo=UTC)
    assert actions.state(world.owner.user) == before


# --- the record of acts, checked from outside


def test_a_whole_record(world):
    found, wrong = log.verify(chain_name=None, file=None, head=None)
    last = Action.objects.last()
    assert (found, wrong) == ([f"office {last.seq} {last.hash}"], [])


def test_an_update_in_sql_is_named(world):
    Org.objects.filter(pk=world.town.pk).update(name="改了名")
    assert log.verify(chain_name=None, file=None, head=None)[1] == [
        f"org:{world.town.pk}：内容与最后一次操作记录不一致"
    ]


def test_a_row_that_no_action_made_and_one_that_is_gone(world):
    extra = Org.objects.create(code="1", name="x", kind="town", path="x1/")
    key = f"membership:{world.audit_admin.pk}"
    world.audit_admin.delete()
    assert log.verify(chain_name=None, file=None, head=None)[1] == [
        f"org:{extra.pk}：没有建立它的操作记录",
        f"{key}：有操作记录，但数据已不存在",
    ]


def test_a_changed_act_is_the_first_broken(world):
    Action.objects.filter(seq=3).update(data={"说明": "改过"})
    assert log.verify(chain_name="office", file=None, head=None) == (
        [],
        ["office 3：记录与校验值不一致，自此条起不可信"],
    )


def test_a_cut_tail_is_found_by_its_head(world):
    last = Action.objects.last()
    assert log.verify(chain_name="office", file=None, head=last.hash)[1] == []
    last.delete()
    assert log.verify(chain_name="office", file=None, head=last.hash)[1] == [
        f"{last.hash}：没有这个校验值，记录被截短或重写",
        f"{last.object}：内容与最后一次操作记录不一致",
    ]


def test_an_exported_record_is_checked_by_itself(world, tmp_path):
    out = tmp_path / "log.jsonl"
    assert log.export("office", out) == Action.objects.count()
    last = Action.objects.last()
    assert log.verify(chain_name=None, file=out, head=last.hash) == ([f"office {last.seq} {last.hash}"], [])
    lines = out.read_text("utf-8").splitlines()
    out.write_text("\n".join([lines[0], *lines[2:]]) + "\n", "utf-8")
    assert log.verify(chain_name=None, file=out, head=None)[1] == [
        "office 2：记录与校验值不一致，自此条起不可信"
    ]


@pytest.mark.parametrize("text", ["", "not json\n", '{"chain": "office"}\n', '["office"]\n'])
def test_an_unreadable_record(world, tmp_path, text):
    out = tmp_path / "log.jsonl"
    out.write_text(text, "utf-8")
    with pytest.raises(Trouble) as trouble:
        log.verify(chain_name=None, file=out, head=None)
    assert trouble.value.code == 2


def wrong(chain_name: str | None = None) -> list[str]:
    """What the check complains about."""
    return log.verify(chain_name=chain_name, file=None, head=None)[1]


def test_one_chain_answers_for_the_rows_that_it_acted_on_last(world):
    actions.record(by=None, action="orgs.test", obj=world.town, chain_name="campaign-1")
    Org.objects.filter(pk__in=(world.town.pk, world.school_1.pk)).update(name="改了名")
    town, school = (f"org:{org.pk}：内容与最后一次操作记录不一致" for org in (world.town, world.school_1))
    assert (wrong("campaign-1"), wrong("office"), wrong()) == ([town], [school], [town, school])


def test_a_row_deleted_is_named_by_its_own_chain(world):
    key = f"membership:{world.audit_admin.pk}"
    actions.record(by=None, action="orgs.test", obj=world.audit_admin, chain_name="campaign-1")
    world.audit_admin.delete()
    gone = [f"{key}：有操作记录，但数据已不存在"]
    assert (wrong("campaign-1"), wrong("office"), wrong()) == (gone, [], gone)


def test_an_act_on_many_rows_stands_for_each_of_them(world):
    Org.objects.filter(pk=world.town.pk).update(name="新街道")
    actions.record_many(by=None, action="orgs.test", objs=[world.town, world.school_1, world.head])
    assert wrong() == []
    Org.objects.filter(pk=world.school_1.pk).update(name="改了名")
    assert wrong() == [f"org:{world.school_1.pk}：内容与最后一次操作记录不一致"]


def test_the_check_does_not_hold_the_rows_in_memory(world):
    """Ten thousand units, each with 20 kB of text to read: no more than some hundred of them at a time."""
    long = "演" * 100
    Org.objects.bulk_create(
        Org(code=f"x{n}", name=long, kind="school", path=f"321100/x{n}/") for n in range(10_000)
    )
    actions.record_many(by=None, action="orgs.test", objs=Org.objects.filter(name=long))
    tracemalloc.start()
    found = wrong()
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert found == []
    assert peak < 15_000_000


# --- acts that leave their row as it is

OTHER = "Other-2914-walnut"
CALENDAR = """year: 2026
sources: [放假安排通知（演示数据）]
holidays:
  - {title: 元旦, from: 2026-01-01, to: 2026-01-03}
workdays: []
"""


def sign_in(password: str) -> Client:
    client = Client()
    client.post("/orgs/signin/", {"username": "yangzhong", "password": password})
    return client


def signs_in(world):
    sign_in(OTHER)


def is_unlocked(world):
    for _ in range(5):
        sign_in("wrong")
    assert lockout.unlock(by=world.security_admin, user=world.owner.user)


def ends_logins(world):
    own, _other = sign_in(OTHER), sign_in(OTHER)
    own.post("/orgs/account/logins/")


def uses_and_renews_recovery_codes(world):
    codes = mfa.renew_codes(user=world.owner.user)
    assert mfa.passes(user=world.owner.user, code=codes[0])


def loads_a_calendar(world):
    calendars.load(by=world.city_officer, data=CALENDAR.encode())


def takes_the_record(world):
    log.give_out("office", Path(configured.HOME) / "office.jsonl")


def takes_a_unit_in(world):
    history.merge_orgs(by=world.city_officer, orgs=[world.school_2], into=world.school_1, on=date(2018, 1, 1))


def user_of(world):
    return world.owner.user, {"password": make_password(OTHER)}


def factor_of(world):
    secret = mfa.new_secret()
    mfa.enrol(user=world.owner.user, secret=secret, code=pyotp.TOTP(secret).now())
    return world.owner.user.factor, {"since": datetime(2018, 1, 1, tzinfo=UTC)}


@pytest.mark.parametrize(
    ("changed", "act", "recorded"),
    [
        (user_of, signs_in, {"orgs.sign_in"}),
        (user_of, is_unlocked, {"orgs.unlock"}),
        (user_of, ends_logins, {"orgs.sign_in", "orgs.end_logins"}),
        (
            factor_of,
            uses_and_renews_recovery_codes,
            {"orgs.renew_recovery_codes", "orgs.use_recovery_code"},
        ),
        (lambda world: (world.city, {"name": "改了名"}), loads_a_calendar, {"campaigns.load_calendar"}),
        (lambda world: (world.city, {"name": "改了名"}), takes_the_record, {"orgs.export"}),
        (lambda world: (world.school_1, {"name": "改了名"}), takes_a_unit_in, {"orgs.merge_orgs"}),
    ],
)
def test_an_act_that_leaves_its_row_as_it_is_hides_no_change_in_sql(
    world, settings, tmp_path, changed, act, recorded
):
    settings.HOME = tmp_path
    row, values = changed(world)
    type(row).objects.filter(pk=row.pk).update(**values)
    last = Action.objects.latest("pk").pk
    act(world)
    key = actions.object_key(row)
    found = Action.objects.filter(pk__gt=last, object=key).values_list("action", flat=True)
    assert set(found) == recorded
    assert wrong() == [f"{key}：内容与最后一次操作记录不一致"]


def refused_sign_ins(number: int) -> Refusal:
    """The row that counts them."""
    for _ in range(number):
        lockout.refused("yangzhong")
    return Refusal.objects.get(user__username="yangzhong")


@pytest.mark.parametrize("later", [0, 8])  # with eight more it is the tenth, and an act
@pytest.mark.parametrize("values", [{"day": date(2018, 1, 1)}, {"user": None}], ids=["day", "user"])
def test_a_counted_act_hides_no_change_in_sql(world, later, values):
    """The row of refused sign-ins is hashed anew at the tenth: whoever altered it before is found all the same."""
    row = refused_sign_ins(2)
    assert wrong() == []
    Refusal.objects.filter(pk=row.pk).update(**values)
    for _ in range(later):  # as if the altered row went on being counted
        Refusal.objects.filter(pk=row.pk).update(count=F("count") + 1)
    if later:
        row.refresh_from_db()
        actions.record(by=None, action="orgs.sign_in_refused", obj=row, data={"count": row.count})
    said = "日期或账号与第一次操作记录不一致" if later else "内容与最后一次操作记录不一致"
    assert wrong() == [f"refusal:{row.pk}：{said}"]


@pytest.mark.parametrize(
    ("counted", "altered", "last"),
    [(2, 0, 1), (2, 10, 1), (12, 9, 10), (12, 100, 10), (12, 99, None), (12, 10, None)],
)
def test_a_count_that_its_acts_deny_is_named(world, counted, altered, last):
    row = refused_sign_ins(counted)
    assert wrong() == []
    Refusal.objects.filter(pk=row.pk).update(count=altered)
    assert wrong() == ([f"refusal:{row.pk}：次数 {altered} 与操作记录（{last} 次）不符"] if last else [])


def test_the_acts_that_leave_their_row_as_it_is_are_acts_of_the_platform():
    assert [action for action in log.UNCHANGING if words.of(action) == action] == []


# --- the heads, noted outside the database


def noted(settings) -> list[str]:
    return (settings.HOME / "heads" / "heads-2026.txt").read_text("utf-8").splitlines()


def test_heads_are_noted_once_a_day_and_chain(world, settings):
    actions.record(by=None, action="orgs.test", obj=world.town, chain_name="campaign-1")
    ends = [f"{name} {seq} {head}" for name, seq, head in log.heads()]
    assert [line.split()[0] for line in ends] == ["campaign-1", "office"]
    assert log.write_heads(date(2026, 6, 1)) == [f"2026-06-01 {line}" for line in ends]
    actions.record(by=None, action="orgs.test", obj=world.town)
    actions.record(by=None, action="orgs.test", obj=world.town, chain_name="campaign-2")
    second = Action.objects.get(chain="campaign-2")
    assert log.write_heads(date(2026, 6, 1)) == [f"2026-06-01 campaign-2 1 {second.hash}"]
    assert len(log.write_heads(date(2026, 6, 2))) == 3
    assert len(noted(settings)) == 6
    modes = [(settings.HOME / name).stat().st_mode & 0o777 for name in ("heads", "heads/heads-2026.txt")]
    assert modes == [0o700, 0o600]


def test_a_noted_head_finds_a_chain_that_was_cut(world, settings):
    log.write_heads(date(2026, 6, 1))
    head = noted(settings)[0].split()[3]
    Action.objects.order_by("-seq").first().delete()
    assert f"{head}：没有这个校验值，记录被截短或重写" in log.verify(chain_name=None, file=None, head=head)[1]
