"""The demo world: the city of seed 000 with its districts, generated schools in some of them, an account for each role.

District, town and street names are real; schools, figures and accounts are generated and marked 演示数据.
What the schools hand in is made by ``dudao_web.pages.demo``.
"""

import json
from datetime import date
from typing import NamedTuple

from django.conf import settings
from django.db import transaction

from dudao_web.operations import home
from dudao_web.orgs import actions
from dudao_web.orgs.hashers import one_time_password
from dudao_web.orgs.models import Kind, Org, Role
from dudao_web.pages import demo as contents
from dudao_web.pages import demo_forms, demo_supplement

SINCE = date(2016, 9, 1)
CITY = ("321100", "镇江市")
DISTRICTS = (
    ("321181", "丹阳市", Kind.COUNTY),
    ("321183", "句容市", Kind.COUNTY),
    ("321182", "扬中市", Kind.COUNTY),
    ("321112", "丹徒区", Kind.COUNTY),
    ("321102", "京口区", Kind.COUNTY),
    ("321111", "润州区", Kind.COUNTY),
    ("321171", "镇江新区", Kind.FUNCTIONAL),
    ("321101", "市属", Kind.DIRECT),
)
SHOWN = "321182"  # the district with schools
TOWNS = (
    ("321182001", "三茅街道"),
    ("321182100", "新坝镇"),
    ("321182101", "油坊镇"),
    ("321182102", "八桥镇"),
    ("321182103", "西来桥镇"),
)
# (number in the code, name, town), as picture 2 of the UI guide has them
SCHOOLS = (
    (1, "演示第一小学", "三茅街道"),
    (2, "演示第二小学", "三茅街道"),
    (3, "演示第三小学", "三茅街道"),
    (4, "演示第四小学", "新坝镇"),
    (5, "演示第五小学", "油坊镇"),
    (6, "演示第六小学", "八桥镇"),
    (7, "演示第七小学", "西来桥镇"),
    (8, "演示第八小学", "新坝镇"),
    (9, "演示第九小学", "三茅街道"),
    (10, "演示第十小学", "油坊镇"),
    (11, "演示第十一小学", "八桥镇"),
    (12, "演示第十二小学", "三茅街道"),
    (13, "演示第十三小学", "新坝镇"),
    (14, "演示实验学校", "三茅街道"),
    (15, "演示第一初级中学", "三茅街道"),
    (16, "演示第二初级中学", "三茅街道"),
    (17, "演示第三初级中学", "新坝镇"),
    (18, "演示第四初级中学", "油坊镇"),
    (19, "演示第五初级中学", "西来桥镇"),
    (20, "演示第六初级中学", "八桥镇"),
    (21, "演示第七初级中学", "新坝镇"),
    (22, "演示特殊教育学校", "三茅街道"),
)
# (district, place in the names of its schools): six schools each, see pages.demo_supplement
SMALL = (contents.MET, contents.OPEN)
KINDERGARTEN = ("3211829001", "演示第一幼儿园", "三茅街道")


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
    Account(Role.SCHOOL, "3211820001", "school01", "演示第一小学"),
    Account(Role.SCHOOL, "3211820002", "school02", "演示第二小学"),
    Account(Role.INSPECTOR, "321182", "inspector", "扬中市责任督学"),
    Account(Role.SYSTEM_ADMIN, "321100", "sysadmin", "系统管理员"),
    Account(Role.SECURITY_ADMIN, "321100", "secadmin", "安全管理员"),
    Account(Role.AUDIT_ADMIN, "321100", "auditor", "审计管理员"),
)


def school_code(number: int) -> str:
    """School codes of the demo: the district's code and four digits."""
    return f"{SHOWN}{number:04d}"


def load(on: date) -> list[dict[str, str]]:
    """Fill an empty database; the accounts, which are also kept in the demo folder (0600) once all is there."""
    with transaction.atomic():
        orgs = _orgs()
        accounts = [_account(orgs, account) for account in ACCOUNTS]
    contents.load(on)
    text = json.dumps(accounts, ensure_ascii=False, indent=1) + "\n"
    home.write_private(settings.DEMO_ACCOUNTS_FILE, text, replace=True)
    return accounts


def _orgs() -> dict[str, Org]:
    """The tree; by code."""

    def unit(code: str, name: str, kind: Kind, parent: Org | None) -> Org:
        return actions.create_org(by=None, code=code, name=name, kind=kind, parent=parent, since=SINCE)

    city = unit(*CITY, Kind.CITY, None)
    orgs = {city.code: city} | {code: unit(code, name, kind, city) for code, name, kind in DISTRICTS}
    towns = {name: unit(code, name, Kind.TOWN, orgs[SHOWN]) for code, name in TOWNS}
    for number, name, town in SCHOOLS:
        code = school_code(number)
        orgs[code] = unit(code, name, Kind.SCHOOL, towns[town])
    for county, place in SMALL:
        for row in demo_supplement.even_schools(place):
            code = demo_forms.code_of(county, row)
            orgs[code] = unit(code, row["name"], Kind.SCHOOL, orgs[county])
    code, name, town = KINDERGARTEN
    orgs[code] = unit(code, name, Kind.KINDERGARTEN, towns[town])
    return orgs


def _account(orgs: dict[str, Org], account: Account) -> dict[str, str]:
    """An account with a random password of its own, ready to use."""
    org = orgs[account.org]
    held, _ = actions.invite(
        by=None, org=org, role=account.role, username=account.username, title=account.title, on=SINCE
    )
    password = one_time_password()
    actions.set_password(user=held.user, password=password)
    return {"role": account.role.value, "org": org.code, "username": account.username, "password": password}
