"""Setting up an empty office, and the way back in when its administrator has lost the password."""

from django.db import transaction

from dudao_web import clock
from dudao_web.operations.home import Trouble
from dudao_web.orgs import actions
from dudao_web.orgs.forms import CODE, USERNAME, cleaned
from dudao_web.orgs.models import Kind, Org, Role, User


def is_empty() -> bool:
    """Whether no office was set up here yet."""
    return not User.objects.exists() and not Org.objects.exists()


@transaction.atomic
def init(*, code: str, name: str, kind: str, username: str) -> str:
    """The first unit and its system administrator; the one-time password, which is kept nowhere."""
    code, username = cleaned(code), cleaned(username)
    if not is_empty():
        raise Trouble("这里已经初始化过。忘记密码的，请执行 dudao-web reset-password 账号。")
    if not CODE.fullmatch(code):
        raise Trouble(f"单位代码“{code}”不合规则。代码由数字、字母和 - 组成，至少有一个数字。", code=2)
    if not USERNAME.fullmatch(username):
        raise Trouble(f"账号“{username}”不合规则。账号为 3 至 64 个字母、数字或 . _ @ -。", code=2)
    if Kind(kind) not in actions.ROLE_KINDS[Role.SYSTEM_ADMIN]:
        raise Trouble(f"{Kind(kind).label}不能作为最上级单位。请选设区市或县（市、区）。", code=2)
    today = clock.today()
    org = actions.create_org(by=None, code=code, name=name.strip(), kind=kind, parent=None, since=today)
    _, password = actions.invite(
        by=None, org=org, role=Role.SYSTEM_ADMIN, username=username, title=f"{org.name}系统管理员", on=today
    )
    assert password is not None  # no account existed
    return password


def reset_password(username: str) -> str:
    """A new one-time password for an account."""
    user = User.objects.filter(username=cleaned(username)).first()
    if user is None:
        raise Trouble(f"没有账号“{username}”。请核对账号。", code=2)
    return actions.reset_password(by=None, user=user)
