"""The demo: the city of seed 000 on a fixed day, told day by day through the actions that officers use, and an account for each role.

District names and the towns of 扬中 are real; other units, figures and accounts are generated and marked 演示数据. Here live the tree, the
accounts and the order of the days; what happens on them is in ``dudao_web.pages.demo*``.
"""

import json
from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from django.conf import settings
from django.db import transaction

from dudao_web.operations import demo_days, home
from dudao_web.orgs import actions
from dudao_web.orgs.hashers import one_time_password
from dudao_web.orgs.importing import import_orgs
from dudao_web.orgs.models import Kind, Membership, Org, Role, User
from dudao_web.orgs.sheet import UnitRow
from dudao_web.pages import demo as returns
from dudao_web.pages import demo_cases, demo_lookback, demo_titles, demo_units
from dudao_web.pages.demo_units import CITY, DISTRICTS, Unit
from dudao_web.pages.demo_world import STARTED, Step, gathered, stand_on


class Account(NamedTuple):
    """A demo account: role, code of its unit, account name, name of the office."""

    role: Role
    org: str
    username: str
    title: str


ACCOUNTS = (
    Account(Role.CITY_OFFICER, "321100", "zhenjiang", "镇江市教育督导室"),
    Account(Role.COUNTY_OFFICER, "321182", "yangzhong", "扬中市教育督导室"),
    Account(Role.COUNTY_OFFICER, "321181", "danyang", "丹阳市教育督导室"),
    Account(Role.COUNTY_OFFICER, "321183", "jurong", "句容市教育督导室"),
    Account(Role.COUNTY_OFFICER, "321112", "dantu", "丹徒区教育督导室"),
    Account(Role.COUNTY_OFFICER, "321102", "jingkou", "京口区教育督导室"),
    Account(Role.COUNTY_OFFICER, "321111", "runzhou", "润州区教育督导室"),
    Account(Role.COUNTY_OFFICER, "321171", "xinqu", "镇江新区教育督导室"),
    Account(Role.SCHOOL, demo_cases.RETURNED, "school01", "演示第一小学"),
    Account(Role.SCHOOL, demo_cases.DRAFT, "school02", "演示第二小学"),
    Account(Role.SCHOOL, demo_cases.TOWN, "town01", "新坝镇"),
    Account(Role.INSPECTOR, "321182", "inspector", "扬中市责任督学"),
    Account(Role.SYSTEM_ADMIN, "321100", "sysadmin", "系统管理员"),
    Account(Role.SECURITY_ADMIN, "321100", "secadmin", "安全管理员"),
    Account(Role.AUDIT_ADMIN, "321100", "auditor", "审计管理员"),
)


def load(
    on: date | None = None, *, share: int = 1, say: Callable[[str], None] = lambda _line: None
) -> list[dict[str, str]]:
    """Fill an empty database with what happened before ``on``, the day on which the demo then stands; the accounts, which are also
    kept in the demo folder (0600) once all is there. ``share`` n: about one n-th of the units; ``say``: a line for each step.
    """
    on = demo_days.day(on)
    units = demo_units.units(share)
    stand_on(STARTED)
    say(f"{STARTED}　建立 {len(units) + len(DISTRICTS) + 1} 个单位和岗位")
    with transaction.atomic():
        _tree(units)
    world = gathered(units)
    for step in sorted(_steps(on, share), key=lambda step: step.day):
        if step.day < on:  # what is later has not happened yet
            stand_on(step.day)
            say(f"{step.day}　{step.what}")
            with transaction.atomic():
                step.act(world)
    accounts = [_opened(account) for account in ACCOUNTS]
    stand_on(on)
    home.write_private(settings.DEMO_ON_FILE, f"{on}\n", replace=True)
    text = json.dumps(accounts, ensure_ascii=False, indent=1) + "\n"
    home.write_private(settings.DEMO_ACCOUNTS_FILE, text, replace=True)
    return accounts


def _steps(on: date, share: int) -> list[Step]:
    return [*demo_titles.steps(), *demo_lookback.steps(), *returns.steps(on, share)]


# --- units and accounts


def _tree(units: list[Unit]) -> None:
    """The city with its office, then the workbook of all units and offices that it imports."""
    city = actions.create_org(by=None, code=CITY[0], name=CITY[1], kind=Kind.CITY, parent=None, since=STARTED)
    named = {(account.org, account.role): account for account in ACCOUNTS}
    offices = {account: _invited(city, account) for account in ACCOUNTS if account.org == city.code}
    by = offices[named[city.code, Role.CITY_OFFICER]]
    rows = [
        (one.code, one.name, one.kind, CITY[0], None if one.kind == Kind.DIRECT else Role.COUNTY_OFFICER)
        for one in DISTRICTS
    ]
    rows += [(one.code, one.name, one.kind, one.parent, Role.SCHOOL) for one in units]
    lines = []
    for n, (code, name, kind, parent, role) in enumerate(rows, 2):
        account = named.get((code, role)) if role else None
        username = account.username if account else f"u{code}" if role else ""
        title = account.title if account else name
        lines.append(UnitRow(f"A{n}", code, name, kind, parent, username, role or "", title, STARTED, None))
    done, issues = import_orgs(by=by, rows=lines, on=STARTED)
    if done is None:
        raise RuntimeError(issues[0].text)
    for account in ACCOUNTS:
        if account.role == Role.INSPECTOR:
            _invited(Org.objects.get(code=account.org), account)


def _invited(org: Org, account: Account) -> Membership:
    held, _ = actions.invite(
        by=None, org=org, role=account.role, username=account.username, title=account.title, on=STARTED
    )
    return held


def _opened(account: Account) -> dict[str, str]:
    """An account with a random password of its own, ready to use."""
    password = one_time_password()
    actions.set_password(user=User.objects.get(username=account.username), password=password)
    return {
        "role": account.role.value,
        "org": account.org,
        "username": account.username,
        "password": password,
    }
