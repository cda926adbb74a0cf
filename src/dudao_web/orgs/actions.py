"""The record of acts itself, new units, accounts and offices.

Keyword-only, one transaction each, an Action for each; running one twice is harmless. What makes the past of a unit
(renamed, moved, merged, split, closed) is in ``history``, the import of a workbook in ``importing``.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth.hashers import make_password
from django.contrib.auth.password_validation import validate_password
from django.db import connection, models, transaction

from dudao_web import clock
from dudao_web.orgs import admins, chain, queries, rules, sessions
from dudao_web.orgs.hashers import OneTimeHasher, one_time_password
from dudao_web.orgs.models import ROLE_KINDS, Action, Kind, Membership, Org, Role, User

PATH_LENGTH = Org._meta.get_field("path").max_length
PERSON_LENGTH = User._meta.get_field("person").max_length
OFFICE = "office"  # the chain of everything that belongs to no campaign


class Refused(Exception):
    """A change that cannot be made; the text says why, for the user."""


@dataclass(frozen=True)
class NewAccount:
    """An office just given, with the one-time password of a new account (None: the account was there)."""

    membership: Membership
    password: str | None


def state(obj: models.Model) -> dict[str, Any]:
    """The canonical state of a row: its columns but those in ``unrecorded``, and those in ``added`` that hold nothing: a column
    that came with a later version of the program leaves the hash of the rows before it as it was.
    """
    left_out, added = getattr(obj, "unrecorded", ()), getattr(obj, "added", ())
    return {
        field.attname: chain.plain(getattr(obj, field.attname))
        for field in obj._meta.concrete_fields
        if field.name not in left_out and not (field.name in added and getattr(obj, field.attname) is None)
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
    also: Iterable[models.Model] = (),
    data: dict[str, Any] | None = None,
    chain_name: str = OFFICE,
) -> Action:
    """Add one act to its chain, with the hash of ``obj`` as it now is. ``by`` None: the system itself.

    ``action`` is "<app>.<verb>". ``also``: other rows that the act wrote; ``data["objects"]`` then maps their keys to
    their hashes.
    """
    obj.refresh_from_db()  # what is hashed is what the database holds, not what Python meant to write
    others = hashes(also)
    told = {**(data or {}), "objects": others} if others else data or {}
    return _append(by, action, object_key(obj), chain.digest(state(obj)), told, chain_name)


@transaction.atomic
def record_many(
    *,
    by: Membership | User | None,
    action: str,
    objs: Iterable[models.Model],
    data: dict[str, Any] | None = None,
    chain_name: str = OFFICE,
) -> Action:
    """Add one act on many rows to its chain: an import, a bulk approval. At least one row; of any models.

    ``data["objects"]`` maps the key of each row to the hash of its state as it now is; the act's own object is
    "<model of the first row>:batch" and its ``after`` the hash of that mapping.
    """
    after = hashes(objs)
    if not after:
        raise ValueError(f"{action}: an act on no row at all")
    batch = f"{next(iter(after)).partition(':')[0]}:batch"
    return _append(by, action, batch, chain.digest(after), {**(data or {}), "objects": after}, chain_name)


@transaction.atomic
def record_export(
    *,
    by: Membership | None,
    action: str,
    what: str,
    rows: int,
    asked: dict[str, Any] | None = None,
    obj: models.Model | None = None,
) -> Action:
    """Add the act "<app>.export": a table or bundle about many units is given out; ``what``, the filter ``asked``, the number of rows.

    It stands on the unit of the office (``by`` None: on ``obj``), which it leaves as it is: ``verify-log`` learns nothing of
    that row from it.
    """
    data = {"what": what, "rows": rows} | ({"asked": asked} if asked else {})
    return record(by=by, action=action, obj=obj or by.org, data=data)


def hashes(objs: Iterable[models.Model]) -> dict[str, str]:
    """Key and hash of each row as the database now holds it, read in one query a model. A row counts once."""
    pks: dict[type[models.Model], list[Any]] = {}
    for obj in objs:
        pks.setdefault(type(obj), []).append(obj.pk)
    rows = [row for model, keys in pks.items() for row in model._base_manager.in_bulk(keys).values()]
    return {object_key(row): chain.digest(state(row)) for row in rows}


def _append(
    by: Membership | User | None, action: str, key: str, after: str, data: dict[str, Any], chain_name: str
) -> Action:
    """The next row of a chain."""
    wait_for_turn(chain_name)
    last = Action.objects.filter(chain=chain_name).order_by("-seq").first()
    user = by.user if isinstance(by, Membership) else by
    row: dict[str, Any] = {
        "chain": chain_name,
        "seq": last.seq + 1 if last else 1,
        "at": chain.timestamp(now := clock.now()),
        "actor": f"u{user.pk}" if user else "system",
        "as": f"m{by.pk}" if isinstance(by, Membership) else "",
        "action": action,
        "object": key,
        "after": after,
        "data": chain.plain(data),
        "prev": last.hash if last else chain.FIRST_PREV,
    }
    return Action.objects.create(
        **{k: v for k, v in row.items() if k not in {"as", "at"}},
        membership=row["as"],
        at=now,
        hash=chain.digest(row),
    )


def wait_for_turn(chain_name: str) -> None:
    """Two acts at once never take one place of a chain, and the first two of a new one neither.

    SQLite lets one transaction write at a time; PostgreSQL is asked for a lock that ends with the transaction.
    """
    if connection.vendor == "postgresql":
        number = int.from_bytes(hashlib.sha256(chain_name.encode("utf-8")).digest()[:8], "big", signed=True)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])


def new_account(username: str, display: str) -> tuple[User, str]:
    """An account that is not yet saved, and its one-time password."""
    user = User(username=username, display=display)
    return user, _give_one_time_password(user)


def _give_one_time_password(user: User) -> str:
    """Set (not save) a new one-time password."""
    password = one_time_password()
    user.password = make_password(password, hasher=OneTimeHasher.algorithm)
    user.must_change_password = True
    return password


def planned_org(
    present: Org | None, *, code: str, name: str, kind: str, parent: Org | None, since: date | None
) -> Org:
    """The unit of this code that is there (``present``), or a new one that is not yet saved; Refused where neither can be."""
    if present:
        if (present.name, present.kind, present.parent_id) == (name, kind, parent.pk if parent else None):
            if present.until is None:
                return present
            raise Refused(f"代码 {code} 的单位“{present.name}”已停用。请核对代码。")
        raise Refused(f"代码 {code} 已有单位使用，名称、类型或上级与此不同。请核对代码。")
    for what, text in (("代码", code), ("名称", name)):
        if fault := rules.text_fault(text):
            raise Refused(f"{what}“{text.strip()}”{fault}")
    if fault := rules.code_fault(code, Kind(kind)) or (
        rules.place_fault(Kind(kind), parent) if parent else ""
    ):
        raise Refused(fault)
    path = f"{parent.path if parent else ''}{code}/"
    if len(path) > PATH_LENGTH:
        raise Refused(f"代码 {code} 与上级代码合计过长。请使用较短的代码。")
    return Org(code=code, name=name, kind=Kind(kind), parent=parent, path=path, since=since)


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
    org = planned_org(present, code=code, name=name, kind=kind, parent=parent, since=since)
    if org.pk is None:
        org.save()
        record(by=by, action="orgs.create_org", obj=org)
    return org


def role_fault(role: str, org: Org) -> str:
    """Why a unit of this kind has no such office; "" for nothing."""
    if Kind(org.kind) in ROLE_KINDS[Role(role)]:
        return ""
    return f"“{Role(role).label}”岗位不能设在{Kind(org.kind).label}“{org.name}”。请核对岗位或单位。"


def planned_office(
    user: User, *, org: Org, role: str, title: str, since: date, until: date | None
) -> Membership:
    """The office of ``user`` in those days that is there, or a new one that is not yet saved; Refused where neither can be."""
    if until is not None and until <= since:
        raise Refused(f"任职止（{_day(until)}）不晚于任职起（{_day(since)}）。请更正日期。")
    if fault := rules.text_fault(title):
        raise Refused(f"处室“{title.strip()}”{fault}")
    for held in user.memberships.filter(queries.lasting(since), org=org, role=role).order_by("since"):
        if held.until == until and held.since <= since:
            return held
        if until is None or held.since < until:
            end = f"至 {_day(held.until)}" if held.until else "起"
            raise Refused(
                f"账号 {user.username} 在“{org.name}”已有这个岗位（{_day(held.since)}{end}）。请更正日期，或先停用原岗位。"
            )
    return Membership(user=user, org=org, role=role, title=title, since=since, until=until)


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


@transaction.atomic
def invite(
    *,
    by: Membership | None,
    org: Org,
    role: str,
    username: str,
    title: str,
    on: date,
    until: date | None = None,
) -> tuple[Membership, str | None]:
    """An office at ``org`` from ``on`` up to, not including, ``until``, for the account ``username``, made if it is new.

    Returns the membership and the one-time password of a new account (None for one that was there).
    """
    if fault := role_fault(role, org):
        raise Refused(fault)
    if org.until is not None:
        raise Refused(f"“{org.name}”已停用，不能再设岗位。请核对单位。")
    user, password = User.objects.select_for_update().filter(username=username).first(), None
    if user is None:
        user, password = new_account(username, title)
        user.save()
        record(by=by, action="orgs.create_user", obj=user)
    if fault := admins.grant_fault(by, user, role, org, since=on, until=until):
        raise Refused(fault)
    membership = planned_office(user, org=org, role=role, title=title, since=on, until=until)
    if membership.pk is None:
        membership.save()
        record(by=by, action="orgs.invite", obj=membership)
    return membership, password


@transaction.atomic
def end_membership(*, by: Membership | None, membership: Membership, on: date) -> None:
    """The office is no longer held from ``on``, which may be a day to come. One that ends by then anyway is left as it is.

    From today on: the logins that act for it end at once; otherwise they end on the day (``membership``).
    """
    if membership.role in admins.ADMINS:
        admins.hold(membership.role)
    membership.refresh_from_db(from_queryset=Membership.objects.select_for_update())
    end = max(on, membership.since)
    if membership.until is not None and membership.until <= end:
        return
    if fault := admins.end_fault(membership, end):
        raise Refused(fault)
    membership.until = end
    membership.save(update_fields=["until"])
    record(by=by, action="orgs.end_membership", obj=membership)
    if end <= clock.today():
        sessions.end_acting([membership])


@transaction.atomic
def reset_password(*, by: Membership | None, user: User) -> str:
    """A new one-time password; every session of the account ends with the old one."""
    password = _give_one_time_password(user)
    user.save(update_fields=["password", "must_change_password"])
    record(by=by, action="orgs.reset_password", obj=user)
    sessions.end_all(user)
    return password


@transaction.atomic
def set_person(*, by: Membership | None, user: User, person: str) -> User:
    """Whose account it is, by a number of the office's own (人员编号); "" for nobody's in particular. The same again changes nothing."""
    user.refresh_from_db(from_queryset=User.objects.select_for_update(no_key=True))
    said = person.strip() or None
    if user.person == said:
        return user
    if by is not None and (by.user_id == user.pk or not rules.may_reset(by, user)):
        raise Refused("人员编号由管理这个账号全部岗位的上级单位或管理员登记，不能登记自己的。")
    if fault := rules.text_fault(said or ""):
        raise Refused(f"人员编号“{said}”{fault}")
    if said is not None and len(said) > PERSON_LENGTH:
        raise Refused(f"人员编号“{said}”过长。请填写不超过 {PERSON_LENGTH} 个字符的编号。")
    user.person = said
    user.save(update_fields=["person"])
    record(by=by, action="orgs.set_person", obj=user)
    return user


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
