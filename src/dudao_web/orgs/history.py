"""What makes the past of a unit: renamed, moved, merged, split, closed. Each is one transaction and one Action.

Who may is in ``rules``; how the past is read in ``queries`` (tree_on, today, history). A day in the past may be given
(an order is often entered later than it holds), one to come may not: the tree is always that of today.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.db import models, transaction
from django.db.models import F, Value
from django.db.models.functions import Concat, Length, Substr

from dudao_web import clock
from dudao_web.orgs import admins, queries, rules, sessions
from dudao_web.orgs.actions import PATH_LENGTH, Refused, planned_org, record
from dudao_web.orgs.models import GONE, FormerOrg, Kind, Membership, Org, Successor


@dataclass(frozen=True, slots=True)
class Part:
    """A unit that another is divided into: one that is there, or a new one."""

    code: str
    name: str


@transaction.atomic
def rename_org(*, by: Membership | None, org: Org, name: str, on: date) -> None:
    """Another name for a unit from a day on."""
    _hold(org)
    before = org.name
    if name == before:
        return
    if fault := rules.text_fault(name):
        raise Refused(f"名称“{name.strip()}”{fault}")
    past = _keep_past(org, on)
    org.name = name
    org.save(update_fields=["name"])
    record(by=by, action="orgs.rename_org", obj=org, also=past, data={"before": before, "on": on})


@transaction.atomic
def move_org(*, by: Membership | None, org: Org, parent: Org, on: date) -> None:
    """A unit with all below it to another parent, from a day on: the paths of the whole subtree are written anew."""
    _hold(org, parent)
    if org.parent_id == parent.pk:
        return
    _there(parent, on)
    if fault := rules.place_fault(Kind(org.kind), parent):
        raise Refused(fault)
    before = org.parent.code if org.parent else ""
    rows = _move(org, parent, on)
    data = {"before": before, "after": parent.code, "on": on}
    record(by=by, action="orgs.move_org", obj=org, also=[row for row in rows if row != org], data=data)


@transaction.atomic
def merge_orgs(*, by: Membership | None, orgs: Sequence[Org], into: Org, on: date) -> None:
    """Units end on a day and go into another; what is below them then stands below it, their offices end.

    Their rows stay theirs and are found below the successor (``Org.path``).
    """
    _hold(into, *orgs)
    merged = [org for org in orgs if not org.successors.filter(after=into, kind="merge").exists()]
    if not merged:
        return
    rows: list[models.Model] = []
    for org in merged:
        if fault := rules.merge_fault(org, into):
            raise Refused(fault)
        rows += _end(org, into, on)
        rows.append(Successor.objects.create(before=org, after=into, on=on, kind="merge"))
    data = {"before": [org.code for org in merged], "on": on}
    record(by=by, action="orgs.merge_orgs", obj=into, also=rows, data=data)


@transaction.atomic
def split_org(*, by: Membership | None, org: Org, parts: Sequence[Part], on: date) -> list[Org]:
    """A unit ends on a day and is divided into units of its kind below its parent: new ones, or some that are there.

    The first of them keeps its records, the units below it, and its place for access (``Org.path``); its offices end.
    """
    _hold(org)
    present = {one.code: one for one in Org.objects.filter(code__in=[part.code for part in parts])}
    if {row.after.code for row in org.successors.filter(kind="split")} == {part.code for part in parts}:
        return [present[part.code] for part in parts]
    if len({part.code for part in parts}) < 2 or org.code in present:
        raise Refused("拆分后至少要有两个单位，且不含原单位。请补填，每行一个。")
    rows: list[models.Model] = []
    after: list[Org] = []
    for part in parts:
        one = planned_org(
            present.get(part.code),
            code=part.code,
            name=part.name,
            kind=org.kind,
            parent=org.parent,
            since=on,
        )
        one.save() if one.pk is None else _there(one, on)
        after.append(one)
    rows += after
    rows += _end(org, after[0], on)
    rows += [Successor.objects.create(before=org, after=one, on=on, kind="split") for one in after]
    data = {"after": [one.code for one in after], "on": on}
    record(by=by, action="orgs.split_org", obj=org, also=[row for row in rows if row != org], data=data)
    return after


@transaction.atomic
def close_org(*, by: Membership | None, org: Org, on: date) -> None:
    """The unit no longer exists from ``on``. Refused while units or offices are below it, or a county has its returns."""
    _hold(org)
    if org.until is not None:
        return
    _changes(org, on)
    below = org.children.filter(until=None).count()
    held = org.memberships.filter(queries.lasting(on)).count()
    if below:
        raise Refused(f"“{org.name}”下面还有 {below} 个单位。请先停用下级单位。")
    if held:
        raise Refused(f"“{org.name}”还有 {held} 个账号在用。请先停用账号。")
    if org.is_county and queries.used(org):
        raise Refused(f"“{org.name}”已有填报或计算，不能停用。名称有误的，请改名称。")
    org.until = on
    org.save(update_fields=["until"])
    record(by=by, action="orgs.close_org", obj=org)


def _hold(*orgs: Org) -> None:
    """Read the units again and keep others from changing them until the act is done; in one order for all."""
    for org in sorted(orgs, key=lambda org: org.pk):
        org.refresh_from_db(from_queryset=Org.objects.select_for_update())


def _there(org: Org, on: date) -> None:
    """Refuse a day to come, a unit of the past, and a day on which the unit was not yet there."""
    if on > clock.today():
        raise Refused("日期不能晚于今天。请在生效当日或以后办理。")
    if org.until is not None:
        raise Refused(f"“{org.name}”已停用。请更正单位。")
    if org.since and on < org.since:
        raise Refused(f"“{org.name}”{_day(org.since)}才设立，日期不能早于这一天。请更正日期。")


def _changes(org: Org, on: date) -> None:
    """Refuse a day before the last change of the unit, besides: its past is never written anew."""
    _there(org, on)
    last = org.former.order_by("-until").values_list("until", flat=True).first()
    if last and on < last:
        raise Refused(f"“{org.name}”在{_day(last)}有过变更，日期不能早于这一天。请更正日期。")


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


def _keep_past(org: Org, on: date) -> list[FormerOrg]:
    """Keep what the unit was before ``on``: nothing if it began that day, or has already changed that day."""
    _changes(org, on)
    if org.since == on or org.former.filter(until=on).exists():
        return []
    return [FormerOrg.objects.create(org=org, until=on, name=org.name, parent_id=org.parent_id)]


def _move(org: Org, parent: Org, on: date) -> list[models.Model]:
    """Place a unit below another parent; the rows written."""
    past = _keep_past(org, on)
    org.parent = parent
    org.save(update_fields=["parent"])
    return [*past, *_replace(org.path, f"{parent.path}{org.code}/")]


def _replace(old: str, new: str) -> list[Org]:
    """Write ``new`` for the beginning ``old`` of the paths of a subtree; its units."""
    rows = Org.objects.filter(path__gte=old, path__lt=old[:-1] + "0")
    longest = rows.aggregate(longest=models.Max(Length("path")))["longest"] or 0
    if longest - len(old) + len(new) > PATH_LENGTH:
        raise Refused("层级过深，各级代码合计过长。请更正上级。")
    rows.update(path=Concat(Value(new), Substr(F("path"), len(old) + 1)))
    return list(Org.objects.filter(path__gte=new, path__lt=new[:-1] + "0"))


def _end(org: Org, keeper: Org, on: date) -> list[models.Model]:
    """A unit of the past: what is below it goes below ``keeper``, its offices end, its rows are found there; the rows."""
    _changes(org, on)
    _there(keeper, on)
    rows: list[models.Model] = []
    for child in org.children.filter(until=None).select_for_update():
        if fault := rules.place_fault(Kind(child.kind), keeper):
            raise Refused(fault)
        rows += _move(child, keeper, on)
    for held in org.memberships.filter(queries.lasting(on)).select_for_update():
        end = max(on, held.since)
        if fault := admins.end_fault(held, end):
            raise Refused(fault)
        held.until = end
        held.save(update_fields=["until"])
        rows.append(held)
    sessions.end_acting(row for row in rows if isinstance(row, Membership))
    org.until = on
    org.save(update_fields=["until"])
    rows += _replace(org.path, f"{keeper.path}{GONE}{org.code}/")
    return rows
