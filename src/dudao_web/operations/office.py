"""Setting up an empty office with its three administrators, and the way back in when one has lost password or telephone."""

from collections.abc import Sequence

from django.db import transaction

from dudao_web import clock
from dudao_web.operations.home import Trouble
from dudao_web.orgs import actions, admins, mfa, queries
from dudao_web.orgs.forms import CODE, USERNAME, cleaned
from dudao_web.orgs.models import Kind, Membership, Org, Role, User


def is_empty() -> bool:
    """Whether no office was set up here yet."""
    return not User.objects.exists() and not Org.objects.exists()


# 三员: none of them can do what another can, so that all three are there from the first day.
ADMINS = (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN)


@transaction.atomic
def init(*, code: str, name: str, kind: str, usernames: Sequence[str]) -> list[str]:
    """The first unit and its three administrators, in the order of ``ADMINS``; one-time passwords, which are kept nowhere."""
    code, usernames = cleaned(code), [cleaned(username) for username in usernames]
    if not is_empty():
        raise Trouble("这里已经初始化过。忘记密码的，请执行 dudao-web reset-password 账号。")
    if not CODE.fullmatch(code):
        raise Trouble(f"单位代码“{code}”不合规则。代码由数字、字母和 - 组成，至少有一个数字。", code=2)
    for username in usernames:
        _check(username)
    if len(set(usernames)) < len(ADMINS):
        raise Trouble("三个管理员须用不同的账号。请更正账号。", code=2)
    if Kind(kind) not in actions.ROLE_KINDS[Role.SYSTEM_ADMIN]:
        raise Trouble(f"{Kind(kind).label}不能作为最上级单位。请选设区市或县（市、区）。", code=2)
    today = clock.today()
    org = actions.create_org(by=None, code=code, name=name.strip(), kind=kind, parent=None, since=today)
    return [_invite(org, role, name) for role, name in zip(ADMINS, usernames, strict=True)]


def _check(username: str) -> None:
    if not USERNAME.fullmatch(username):
        raise Trouble(f"账号“{username}”不合规则。账号为 3 至 64 个字母、数字或 . _ @ -。", code=2)


def _invite(org: Org, role: Role, username: str) -> str:
    """An administrator with a new account; its one-time password."""
    if User.objects.filter(username=username).exists():
        raise Trouble(f"已有账号“{username}”。管理员须用新的账号。")
    title = f"{org.name}{role.label}"
    _, password = actions.invite(
        by=None, org=org, role=role, username=username, title=title, on=clock.today()
    )
    assert password is not None  # the account is new
    return password


@transaction.atomic
def add_admin(*, role: str, username: str) -> str:
    """One of the three where none is left at the top unit, e.g. in an office set up before there were three."""
    username = cleaned(username)
    _check(username)
    org = Org.objects.filter(parent=None, until=None).order_by("path").first()
    if org is None:
        raise Trouble("这里还没有初始化。请先执行 dudao-web init。")
    if admins.first_without(role, clock.today()) != clock.today():
        raise Trouble(f"已有{Role(role).label}。要增加的，由安全管理员在平台上办理。")
    return _invite(org, Role(role), username)


def to_mend() -> list[str]:
    """What an office set up by an earlier version owes the three administrators, in words. It works as it is meanwhile."""
    if is_empty():
        return []
    today = clock.today()
    told = [
        f"现在没有{role.label}。请执行 dudao-web add-admin --role {role} --username 新账号。"
        for role, day in admins.gaps(today)
        if day == today
    ]
    held: dict[str, set[str]] = {}
    for one in Membership.objects.filter(queries.lasting(today)).select_related("user"):
        held.setdefault(one.user.username, set()).add(one.role)
    for username, roles in sorted(held.items()):
        if len(roles) > 1 and roles & set(ADMINS):
            words = "、".join(str(role.label) for role in Role if role in roles)
            told.append(f"账号 {username} 兼任{words}，仍可使用。请由安全管理员另设账号，再停用多余的岗位。")
    return told


@transaction.atomic
def reset_password(username: str, *, second_step: bool = False) -> str:
    """A new one-time password for an account; ``second_step``: its second step ends too (telephone lost)."""
    user = User.objects.filter(username=cleaned(username)).first()
    if user is None:
        raise Trouble(f"没有账号“{username}”。请核对账号。", code=2)
    if second_step:
        mfa.end(by=None, user=user)
    return actions.reset_password(by=None, user=user)
