"""Every change of units, accounts and offices, and the record of acts itself.

Keyword-only, one transaction each, an Action for each; running one twice is harmless.
"""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.db import models, transaction

from dudao_web import clock
from dudao_web.orgs import chain, queries, rules
from dudao_web.orgs.hashers import OneTimeHasher, one_time_password
from dudao_web.orgs.models import ROLE_KINDS, Action, Kind, Membership, Org, Role, User
from dudao_web.orgs.sheet import RowIssue, UnitRow

OFFICE = "office"  # the chain of everything that belongs to no campaign


class Refused(Exception):
    """A change that cannot be made; the text says why, for the user."""


@dataclass(frozen=True)
class NewAccount:
    """An office just given, with the one-time password of a new account (None: the account was there)."""

    membership: Membership
    password: str | None


@dataclass(frozen=True)
class Imported:
    """What an import did: units made, units that were there, offices given."""

    created: int
    present: int
    accounts: list[NewAccount]


def state(obj: models.Model) -> dict[str, Any]:
    """The canonical state of a row: its columns but those in ``unrecorded``."""
    left_out = getattr(obj, "unrecorded", ())
    return {
        field.attname: chain.plain(getattr(obj, field.attname))
        for field in obj._meta.concrete_fields
        if field.name not in left_out
    }


def object_key(obj: models.Model) -> str:
    """How the record names a row: model and primary key."""
    return f"{obj._meta.model_name}:{obj.pk}"


@transaction.atomic
def record(
    *,
    by: Membership | User | None,
    action: str,
    obj: models.Model,
    data: dict[str, Any] | None = None,
    chain_name: str = OFFICE,
) -> Action:
    """Add one act to its chain, with the hash of ``obj`` as it now is. ``by`` None: the system itself.

    ``action`` is "<app>.<verb>". The first row of the chain is locked, so that two acts never take one place.
    """
    rows = Action.objects.filter(chain=chain_name)
    list(rows.filter(seq=1).select_for_update())
    last = rows.order_by("-seq").first()
    obj.refresh_from_db()  # what is hashed is what the database holds, not what Python meant to write
    user = by.user if isinstance(by, Membership) else by
    row: dict[str, Any] = {
        "chain": chain_name,
        "seq": last.seq + 1 if last else 1,
        "at": chain.timestamp(now := clock.now()),
        "actor": f"u{user.pk}" if user else "system",
        "as": f"m{by.pk}" if isinstance(by, Membership) else "",
        "action": action,
        "object": object_key(obj),
        "after": chain.digest(state(obj)),
        "data": chain.plain(data or {}),
        "prev": last.hash if last else chain.FIRST_PREV,
    }
    return Action.objects.create(
        **{k: v for k, v in row.items() if k not in {"as", "at"}},
        membership=row["as"],
        at=now,
        hash=chain.digest(row),
    )


def _give_one_time_password(user: User) -> str:
    """Set (not save) a new one-time password."""
    password = one_time_password()
    user.password = make_password(password, hasher=OneTimeHasher.algorithm)
    user.must_change_password = True
    return password


@transaction.atomic
def create_org(
    *,
    by: Membership | None,
    code: str,
    name: str,
    kind: str,
    parent: Org | None,
    since: date | None = None,
) -> Org:
    """A new unit below ``parent``; the same code, name, kind and parent again gives the unit that is there."""
    present = Org.objects.filter(code=code).first()
    if present:
        if (present.name, present.kind, present.parent_id) == (name, kind, parent.pk if parent else None):
            if present.until is None:
                return present
            raise Refused(f"代码 {code} 的单位“{present.name}”已停用。请核对代码。")
        raise Refused(f"代码 {code} 已有单位使用，名称、类型或上级与此不同。请核对代码。")
    fault = rules.code_fault(code, Kind(kind)) or (rules.place_fault(Kind(kind), parent) if parent else "")
    if fault:
        raise Refused(fault)
    path = f"{parent.path if parent else ''}{code}/"
    if len(path) > Org._meta.get_field("path").max_length:
        raise Refused(f"代码 {code} 与上级代码合计过长。请使用较短的代码。")
    org = Org.objects.create(code=code, name=name, kind=Kind(kind), parent=parent, path=path, since=since)
    record(by=by, action="orgs.create_org", obj=org)
    return org


@transaction.atomic
def rename_org(*, by: Membership | None, org: Org, name: str) -> None:
    """Another name for a unit; the record keeps the one before."""
    before = org.name
    if name == before:
        return
    org.name = name
    org.save(update_fields=["name"])
    record(by=by, action="orgs.rename_org", obj=org, data={"before": before})


@transaction.atomic
def close_org(*, by: Membership | None, org: Org, on: date) -> None:
    """The unit no longer exists from ``on``. Refused while units or offices are below it, or a county has its returns."""
    if org.until is not None:
        return
    below = org.children.filter(queries.current(on)).count()
    held = org.memberships.filter(queries.current(on)).count()
    if below:
        raise Refused(f"“{org.name}”下面还有 {below} 个单位。请先停用下级单位。")
    if held:
        raise Refused(f"“{org.name}”还有 {held} 个账号在用。请先停用账号。")
    if org.is_county and queries.used(org):
        raise Refused(f"“{org.name}”已有填报或计算，不能停用。名称有误的，请改名称。")
    org.until = on
    org.save(update_fields=["until"])
    record(by=by, action="orgs.close_org", obj=org)


@transaction.atomic
def invite(
    *,
    by: Membership | None,
    org: Org,
    role: str,
    username: str,
    title: str,
    on: date,
) -> tuple[Membership, str | None]:
    """An office at ``org`` for the account ``username``, which is made if it is new.

    Returns the membership and the one-time password of a new account (None for one that was there).
    """
    if Kind(org.kind) not in ROLE_KINDS[Role(role)]:
        raise Refused(
            f"“{Role(role).label}”岗位不能设在{Kind(org.kind).label}“{org.name}”。请核对岗位或单位。"
        )
    user, password = User.objects.filter(username=username).first(), None
    if user is None:
        user = User(username=username, display=title)
        password = _give_one_time_password(user)
        user.save()
        record(by=by, action="orgs.create_user", obj=user)
    membership = user.memberships.filter(org=org, role=role, until=None).first()
    if membership is None:
        membership = Membership.objects.create(user=user, org=org, role=role, title=title, since=on)
        record(by=by, action="orgs.invite", obj=membership)
    return membership, password


@transaction.atomic
def end_membership(*, by: Membership | None, membership: Membership, on: date) -> None:
    """The office is no longer held from ``on``."""
    if membership.until is not None:
        return
    membership.until = on
    membership.save(update_fields=["until"])
    record(by=by, action="orgs.end_membership", obj=membership)


@transaction.atomic
def reset_password(*, by: Membership | None, user: User) -> str:
    """A new one-time password; every session of the account ends with the old one."""
    password = _give_one_time_password(user)
    user.save(update_fields=["password", "must_change_password"])
    record(by=by, action="orgs.reset_password", obj=user)
    return password


@transaction.atomic
def set_password(*, user: User, password: str) -> None:
    """The account's own choice of a password; raises ValidationError for a weak one."""
    validate_password(password, user)
    user.set_password(password)
    user.must_change_password = False
    user.save(update_fields=["password", "must_change_password"])
    record(by=user, action="orgs.set_password", obj=user)


def record_sign_in(*, user: User) -> None:
    """An account came in. Refused attempts are counted elsewhere (django-axes): strangers cannot fill the record."""
    record(by=user, action="orgs.sign_in", obj=user)


def import_orgs(*, by: Membership, rows: list[UnitRow], on: date) -> tuple[Imported | None, list[RowIssue]]:
    """Units and accounts of a workbook: everything, or nothing and all reasons. A second import changes nothing."""
    issues: list[RowIssue] = []
    with transaction.atomic():
        scope = {org.code: org for org in queries.visible_orgs(by, on)}
        before = len(scope)
        accounts: list[NewAccount] = []
        for row in _parents_first(rows):
            try:
                accounts += _import_row(by, row, scope, on)
            except Refused as refusal:
                issues.append(RowIssue(row.cell, str(refusal)))
        created = len(scope) - before
        if issues:
            transaction.set_rollback(True)
    if issues:
        return None, sorted(issues, key=lambda issue: int(issue.cell[1:]))
    return Imported(created, len({row.code for row in rows}) - created, accounts), []


def _parents_first(rows: list[UnitRow]) -> list[UnitRow]:
    """Rows with upper units first, wherever the workbook has them; else in its order."""
    own = {row.code: row for row in rows}

    def depth(row: UnitRow) -> int:
        passed: set[str] = set()  # a ring of parents ends the walk; its first row then finds no parent
        while row.parent in own and row.code not in passed:
            passed.add(row.code)
            row = own[row.parent]
        return len(passed)

    return sorted(rows, key=depth)


def _import_row(by: Membership, row: UnitRow, scope: dict[str, Org], on: date) -> list[NewAccount]:
    """One row: the unit, and its account if the row names one."""
    present = scope.get(row.code)
    if present is None or present.code != by.org.code:
        parent = scope.get(row.parent)
        if parent is None:
            raise Refused(f"没有上级代码 {row.parent} 的单位，或不在本单位范围内。请先建上级单位或更正代码。")
        org = create_org(by=by, code=row.code, name=row.name, kind=row.kind, parent=parent, since=on)
        scope[row.code] = org
    else:
        org = present
    if not row.username:
        return []
    if not rules.may_grant(by, row.role, org):
        raise Refused(f"本单位不能设“{Role(row.role).label}”岗位。请更正岗位，或由上级单位办理。")
    held, password = invite(
        by=by, org=org, role=row.role, username=row.username, title=row.title or org.name, on=on
    )
    return [NewAccount(held, password)] if password else []
