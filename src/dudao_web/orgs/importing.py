"""The import of units and accounts from a workbook: one transaction, one Action with the hash of what was in it.

What stands in the cells is read by ``sheet``; here it meets the tree: everything is taken, or nothing with all reasons.
"""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from datetime import date

from django.db import models, transaction

from dudao_web.orgs import admins, chain, queries, rules
from dudao_web.orgs.actions import (
    NewAccount,
    Refused,
    new_account,
    planned_office,
    planned_org,
    record_many,
    role_fault,
)
from dudao_web.orgs.models import Membership, Org, Role, User
from dudao_web.orgs.sheet import RowIssue, UnitRow


@dataclass(frozen=True)
class Imported:
    """What an import did: units made, units that were there, offices given, those of new accounts with a password."""

    created: int
    present: int
    offices: int
    accounts: list[NewAccount]


@dataclass
class _Known:
    """The tree and the accounts as the rows find and leave them."""

    by: Membership
    on: date
    scope: dict[str, Org]  # units that the office sees, by code
    taken: dict[str, Org]  # units whose code a row names, in scope or not
    users: dict[str, User]
    written: list[models.Model] = field(default_factory=list)
    accounts: list[NewAccount] = field(default_factory=list)


def import_orgs(*, by: Membership, rows: list[UnitRow], on: date) -> tuple[Imported | None, list[RowIssue]]:
    """Units and offices of a workbook: everything, or nothing and all reasons. A second import changes nothing."""
    issues: list[RowIssue] = []
    with transaction.atomic():
        known = _known(by, rows, on)
        before = len(known.scope)
        for row in _parents_first(rows):
            try:
                _import_row(known, row)
            except Refused as refusal:
                issues.append(RowIssue(row.cell, str(refusal)))
        created = len(known.scope) - before
        if issues:
            transaction.set_rollback(True)
        elif known.written:
            sha256 = chain.digest(chain.plain([asdict(row) for row in rows]))
            data = {"rows": len(rows), "sha256": sha256}
            record_many(by=by, action="orgs.import_orgs", objs=known.written, data=data)
    if issues:
        return None, sorted(issues, key=lambda issue: int(issue.cell[1:]))
    offices = sum(isinstance(one, Membership) for one in known.written)
    return Imported(created, len({row.code for row in rows}) - created, offices, known.accounts), []


def _known(by: Membership, rows: Iterable[UnitRow], on: date) -> _Known:
    """Everything that the rows name, read at once and kept from changing."""
    scope = {org.code: org for org in queries.visible_orgs(by, on)}
    taken = Org.objects.in_bulk({row.code for row in rows}, field_name="code")
    named = {row.username for row in rows if row.username}
    users = User.objects.select_for_update().in_bulk(named, field_name="username")
    return _Known(by, on, scope, taken, users)


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


def _import_row(known: _Known, row: UnitRow) -> None:
    """One row: the unit, and its office if the row names an account."""
    org = _unit(known, row)
    if not row.username:
        return
    if not rules.may_grant(known.by, row.role, org):
        raise Refused(f"本单位不能设“{Role(row.role).label}”岗位。请更正岗位，或由上级单位办理。")
    if fault := role_fault(row.role, org):
        raise Refused(fault)
    title = row.title or org.name
    user, password = known.users.get(row.username), None
    if user is None:
        user, password = new_account(row.username, title)
        user.save()
        known.users[row.username] = user
        known.written.append(user)
    since = row.since or known.on
    if fault := admins.grant_fault(known.by, user, row.role, org, since=since, until=row.until):
        raise Refused(fault)
    held = planned_office(user, org=org, role=row.role, title=title, since=since, until=row.until)
    if held.pk is None:
        held.save()
        known.written.append(held)
    if password:
        known.accounts.append(NewAccount(held, password))


def _unit(known: _Known, row: UnitRow) -> Org:
    """The unit of a row, made if it is new. The office's own stands in the scope, the unit above it does not."""
    if row.code == known.by.org.code:
        return known.scope[row.code]
    parent = known.scope.get(row.parent)
    if parent is None:
        raise Refused(f"没有上级代码 {row.parent} 的单位，或不在本单位范围内。请先建上级单位或更正代码。")
    org = planned_org(
        known.taken.get(row.code), code=row.code, name=row.name, kind=row.kind, parent=parent, since=known.on
    )
    if org.pk is None:
        org.save()
        known.scope[row.code] = known.taken[row.code] = org
        known.written.append(org)
    return org
