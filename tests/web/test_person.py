"""人员编号: whose account it is; who may say so; all accounts of one person are found."""

import pytest
from racing import at_once
from world import build, office

from dudao_web.operations import log
from dudao_web.orgs import actions, queries
from dudao_web.orgs.actions import Refused
from dudao_web.orgs.models import Action, Role, User


def acts() -> list[str]:
    return list(
        Action.objects.filter(action="orgs.set_person").order_by("pk").values_list("object", flat=True)
    )


def test_the_accounts_of_one_person_are_found_by_their_number(world):
    second = office(world.danyang, Role.INSPECTOR, "second", "丹阳市责任督学")
    assert list(queries.accounts_of(world.inspector.user)) == [world.inspector.user]
    for held in (world.inspector, second):
        actions.set_person(by=world.city_officer, user=held.user, person=" P-7 ")
    assert list(queries.accounts_of(second.user).order_by("pk")) == [world.inspector.user, second.user]
    actions.set_person(by=world.city_officer, user=second.user, person="")
    assert (second.user.person, list(queries.accounts_of(second.user))) == (None, [second.user])
    assert acts() == [f"user:{pk}" for pk in (world.inspector.user_id, second.user_id, second.user_id)]
    assert log.verify(chain_name=None, file=None, head=None)[1] == []


def test_the_same_number_again_is_no_act(world):
    for _ in range(2):
        actions.set_person(by=None, user=world.inspector.user, person="P-7")
    assert len(acts()) == 1


@pytest.mark.parametrize("name", ["owner", "peer", "head", "inspector", "audit_admin"])
def test_who_does_not_manage_all_offices_of_the_account_is_refused(world, name):
    office(world.danyang, Role.INSPECTOR, world.inspector.user.username, "丹阳市责任督学")
    with pytest.raises(Refused, match="由管理这个账号全部岗位的上级单位或管理员登记"):
        actions.set_person(by=getattr(world, name), user=world.inspector.user, person="P-7")
    assert User.objects.filter(person="P-7").exists() is False


def test_nobody_sets_the_own_number(world):
    with pytest.raises(Refused, match="不能登记自己的"):
        actions.set_person(by=world.city_officer, user=world.city_officer.user, person="P-7")


@pytest.mark.parametrize(
    ("person", "why"),
    [
        ("=1+1", "人员编号“=1+1”不能以“=”开头，表格软件会当作公式。请删去开头的这个字符。"),
        ("9" * 33, f"人员编号“{'9' * 33}”过长。请填写不超过 32 个字符的编号。"),
    ],
)
def test_a_number_that_cannot_be(world, person, why):
    with pytest.raises(Refused) as refusal:
        actions.set_person(by=None, user=world.inspector.user, person=person)
    assert str(refusal.value) == why


def test_on_the_pages(world, client_of):
    owner, user = client_of(world.owner), world.inspector.user
    address = f"/orgs/users/{user.pk}/person/"
    assert address in owner.get(f"/orgs/{world.yangzhong.code}/").content.decode()
    wrong = owner.post(address, {"person": "=P"})
    assert (wrong.status_code, 'value="=P"' in wrong.content.decode()) == (422, True)
    done = owner.post(address, {"person": "Ｐ-7"}, follow=True)
    assert "账号 inspector 的人员编号已登记。" in done.content.decode()
    assert User.objects.get(pk=user.pk).person == "P-7"
    assert 'value="P-7"' in owner.get(address).content.decode()
    assert "人员编号 P-7" in owner.get(f"/orgs/{world.yangzhong.code}/").content.decode()
    assert "P-7" in client_of(world.inspector).get("/orgs/account/").content.decode()
    answers = {
        name: client_of(getattr(world, name)).post(address, {"person": "P-8"}).status_code
        for name in ("peer", "head", "inspector", "audit_admin")
    }
    assert answers == dict.fromkeys(answers, 404)
    own = f"/orgs/users/{world.owner.user_id}/person/"
    assert owner.get(own).status_code == 404
    assert len(acts()) == 1


@pytest.mark.django_db(transaction=True)
def test_a_number_given_twice_at_once_is_one_act():
    world = build()
    at_once(
        *[lambda: actions.set_person(by=None, user=User.objects.get(username="inspector"), person="P-7")] * 2
    )
    assert (len(acts()), User.objects.get(pk=world.inspector.user_id).person) == (1, "P-7")
