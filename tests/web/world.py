"""The cast of the platform's tests: real districts of 镇江, generated schools (演示数据), offices without names.

扬中市 is the owner of most tests, 丹阳市 the peer that must see nothing of it, 镇江市 the superior.
"""

from dataclasses import dataclass
from datetime import date

from dudao_web.orgs import actions
from dudao_web.orgs.models import Kind, Membership, Org, Role

ON = date(2026, 6, 1)
SIZES = {"desktop": {"width": 1440, "height": 900}, "phone": {"width": 360, "height": 740}}
PASSWORD = "Kestrel-7361-walnut"


@dataclass(frozen=True)
class World:
    """Units and offices by their plain names."""

    city: Org
    yangzhong: Org
    danyang: Org
    town: Org
    school_1: Org
    school_2: Org
    danyang_school: Org
    city_officer: Membership
    owner: Membership
    peer: Membership
    head: Membership
    stranger: Membership
    inspector: Membership
    system_admin: Membership
    security_admin: Membership
    audit_admin: Membership


def unit(code: str, name: str, kind: Kind, parent: Org | None) -> Org:
    """A unit, made by the action that makes all units."""
    return actions.create_org(by=None, code=code, name=name, kind=kind, parent=parent, since=date(2016, 9, 1))


def office(org: Org, role: Role, username: str, title: str) -> Membership:
    """An office whose account has chosen its password."""
    membership, _ = actions.invite(by=None, org=org, role=role, username=username, title=title, on=ON)
    actions.set_password(user=membership.user, password=PASSWORD)
    return membership


def build() -> World:
    """The whole cast in an empty database."""
    city = unit("321100", "镇江市", Kind.CITY, None)
    yangzhong = unit("321182", "扬中市", Kind.COUNTY, city)
    danyang = unit("321181", "丹阳市", Kind.COUNTY, city)
    town = unit("321182001", "三茅街道", Kind.TOWN, yangzhong)
    school_1 = unit("3211820001", "演示第一小学", Kind.SCHOOL, town)
    school_2 = unit("3211820002", "演示第二小学", Kind.SCHOOL, town)
    danyang_school = unit("3211810001", "演示云阳小学", Kind.SCHOOL, danyang)
    return World(
        city=city,
        yangzhong=yangzhong,
        danyang=danyang,
        town=town,
        school_1=school_1,
        school_2=school_2,
        danyang_school=danyang_school,
        city_officer=office(city, Role.CITY_OFFICER, "zhenjiang", "镇江市教育督导室"),
        owner=office(yangzhong, Role.COUNTY_OFFICER, "yangzhong", "扬中市教育督导室"),
        peer=office(danyang, Role.COUNTY_OFFICER, "danyang", "丹阳市教育督导室"),
        head=office(school_1, Role.SCHOOL, "school01", "演示第一小学"),
        stranger=office(danyang_school, Role.SCHOOL, "dyschool01", "演示云阳小学"),
        inspector=office(yangzhong, Role.INSPECTOR, "inspector", "扬中市责任督学"),
        system_admin=office(city, Role.SYSTEM_ADMIN, "sysadmin", "系统管理员"),
        security_admin=office(city, Role.SECURITY_ADMIN, "secadmin", "安全管理员"),
        audit_admin=office(city, Role.AUDIT_ADMIN, "auditor", "审计管理员"),
    )
