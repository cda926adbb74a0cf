"""Every change of titles: a new title, targets, awards given, corrected, withdrawn and imported, cohorts frozen.

Keyword-only, one transaction and one act in the record each; running one twice is harmless.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from dudao_web import clock
from dudao_web.orgs.actions import Refused, record, record_many
from dudao_web.orgs.models import Kind, Membership, Org
from dudao_web.standards.models import StandardVersion
from dudao_web.titles import queries
from dudao_web.titles.models import Award, Cohort, Target, Title


@dataclass(frozen=True)
class Given:
    """What an award says: the unit, the day and what the assessment found. ``cell``: where a workbook has it."""

    unit: Org
    title: Title
    awarded_on: date
    batch: str = ""
    version: StandardVersion | None = None
    grades: Mapping[str, str] | None = None
    problems: Sequence[str] = ()
    cell: str = ""


@transaction.atomic
def create_title(
    *, by: Membership | None, org: Org, name: str, unit_kinds: Sequence[str], key: str = ""
) -> Title:
    """A new title of ``org``; the same name again gives the title that is there. ``key`` "": numbered by the platform."""
    present = Title.objects.select_for_update().filter(org=org, name=name).first()
    if present is not None:
        if present.unit_kinds == list(unit_kinds):
            return present
        raise Refused(f"已有称号“{name}”，授予对象与此不同。请换一个名称。")
    key = key or f"t{org.code}-{Title.objects.filter(org=org).count() + 1}"
    title = Title.objects.create(key=key, name=name, unit_kinds=list(unit_kinds), org=org)
    record(by=by, action="titles.create_title", obj=title)
    return title


@transaction.atomic
def set_targets(
    *, by: Membership | None, year: int, units: Mapping[tuple[Title, Org | None], int]
) -> list[Target]:
    """The targets of a year: how many units for each title and district (None: the whole). Returns the changed ones."""
    titles = {title for title, _ in units}
    rows = Target.objects.select_for_update().filter(title__in=titles, year=year).order_by("pk")
    present = {(row.title_id, row.district_id): row for row in rows}
    changed = []
    for (title, district), count in units.items():
        row = present.get((title.pk, district.pk if district else None))
        if row is None and count:
            row = Target(title=title, district=district, year=year, units=count)
        elif row is None or row.units == count:
            continue
        row.units = count
        row.save()
        changed.append(row)
    if changed:
        record_many(by=by, action="titles.set_targets", objs=changed, data={"year": year})
    return changed


# --- awards


def fault(given: Given, on: date) -> str:
    """Why an award cannot be given as it is, and how to mend it; "" for nothing."""
    if given.unit.kind not in given.title.unit_kinds:
        kinds = "、".join(str(Kind(kind).label) for kind in given.title.unit_kinds)
        return f"“{given.unit.name}”是{Kind(given.unit.kind).label}，“{given.title.name}”只授予{kinds}。请更正称号或单位。"
    if given.awarded_on > on:
        return f"授予日期 {given.awarded_on} 晚于今天。请更正日期。"
    return ""


def _clash(given: Given, present: Award) -> str:
    """What stands against giving a title that the unit holds already; "" when it is the same award once more."""
    same = (
        present.awarded_on == given.awarded_on
        and present.batch == given.batch
        and present.version_id == (given.version.pk if given.version else None)
        and present.grades == dict(given.grades or {})
        and present.problems == list(given.problems)
    )
    if same:
        return ""
    return (
        f"“{given.unit.name}”已有“{given.title.name}”（{present.awarded_on} 授予），登记的内容与此不同。"
        "请删去本行，或在该单位的称号页更正。"
    )


def _award(given: Given) -> Award:
    """The row of an award, not yet saved."""
    return Award(
        title=given.title,
        unit=given.unit,
        awarded_on=given.awarded_on,
        batch=given.batch,
        version=given.version,
        grades=dict(given.grades or {}),
        problems=list(given.problems),
    )


def _lock(titles: set[Title]) -> None:
    """Awards of a title are given one act after the other."""
    list(Title.objects.select_for_update().filter(pk__in=[title.pk for title in titles]).order_by("pk"))


def _present(titles: set[Title]) -> dict[tuple[int, int], list[Award]]:
    """The awards of these titles by title and unit, those withdrawn first."""
    found: dict[tuple[int, int], list[Award]] = {}
    rows = Award.objects.filter(title__in=titles)
    for row in sorted(rows, key=lambda row: row.withdrawn_on is None):
        found.setdefault((row.title_id, row.unit_id), []).append(row)
    return found


def _against(given: Given, held: Sequence[Award], on: date) -> str:
    """Why the award cannot be given beside those that the unit has had; "" for nothing."""
    if trouble := fault(given, on):
        return trouble
    for row in held:
        if row.withdrawn_on is None or row.awarded_on == given.awarded_on:
            return _clash(given, row)
        if given.awarded_on < row.withdrawn_on:
            return (
                f"“{given.unit.name}”的“{given.title.name}”于 {row.withdrawn_on} 撤销，再次授予不能早于这一天。"
                "请更正日期。"
            )
    return ""


@transaction.atomic
def award(*, by: Membership | None, given: Given) -> Award:
    """One award; the same once more gives the one that is there. Refused where ``fault`` or an earlier award says so."""
    _lock({given.title})
    held = _present({given.title}).get((given.title.pk, given.unit.pk), [])
    if trouble := _against(given, held, clock.today()):
        raise Refused(trouble)
    for row in held:
        if row.awarded_on == given.awarded_on:
            return row
    row = _award(given)
    row.save()
    record(by=by, action="titles.award", obj=row)
    return row


def clashes(rows: Sequence[Given]) -> list[tuple[str, str]]:
    """Which rows of a workbook cannot be taken beside one another and the awards that are there: (cell, why)."""
    held, on = _present({given.title for given in rows}), clock.today()
    seen: dict[tuple[int, int], str] = {}
    wrong = []
    for given in rows:
        place = (given.title.pk, given.unit.pk)
        if place in seen:
            wrong.append((given.cell, f"与 {seen[place]} 是同一单位、同一称号。请只留一行。"))
        elif trouble := _against(given, held.get(place, []), on):
            wrong.append((given.cell, trouble))
        seen.setdefault(place, given.cell)
    return wrong


@transaction.atomic
def import_awards(*, by: Membership | None, rows: Sequence[Given]) -> list[Award]:
    """The awards of a workbook, all or none, as one act; a second import changes nothing. Refused while rows clash.

    Returns the awards made; those that were there already are not among them.
    """
    _lock({given.title for given in rows})
    if wrong := clashes(rows):
        raise Refused("；".join(f"{cell} {text}" for cell, text in wrong))
    held = _present({given.title for given in rows})
    days = {(title, unit, row.awarded_on) for (title, unit), found in held.items() for row in found}
    new = [_award(one) for one in rows if (one.title.pk, one.unit.pk, one.awarded_on) not in days]
    made = Award.objects.bulk_create(new)
    if made:
        record_many(by=by, action="titles.import", objs=made, data={"awards": len(made)})
    return made


@transaction.atomic
def correct_award(*, by: Membership | None, award: Award, given: Given) -> None:
    """Other words for an award as it was registered: day, batch, standard, grades, problems. Frozen cohorts keep theirs."""
    row = Award.objects.select_for_update().get(pk=award.pk)
    if row.withdrawn_on is not None:
        raise Refused("这项称号已撤销，不能再更正。")
    if trouble := fault(given, clock.today()):
        raise Refused(trouble)
    if Award.objects.filter(title=row.title_id, unit=row.unit_id, awarded_on=given.awarded_on).exclude(
        pk=row.pk
    ):
        raise Refused(f"该单位在 {given.awarded_on} 已有一次授予。请更正日期。")
    values = {
        "awarded_on": given.awarded_on,
        "batch": given.batch,
        "version_id": given.version.pk if given.version else None,
        "grades": dict(given.grades or {}),
        "problems": list(given.problems),
    }
    before = {name: getattr(row, name) for name in values}
    if before == values:
        return
    for name, value in values.items():
        setattr(row, name, value)
    row.save()
    record(by=by, action="titles.correct_award", obj=row, data={"before": before})


@transaction.atomic
def withdraw(*, by: Membership | None, award: Award, on: date, reason: str) -> None:
    """The title is taken back from ``on``. Withdrawn once, it stays so."""
    row = Award.objects.select_for_update().get(pk=award.pk)
    if row.withdrawn_on is not None:
        if (row.withdrawn_on, row.withdrawn_reason) == (on, reason):
            return
        raise Refused(f"这项称号已于 {row.withdrawn_on} 撤销。")
    if not row.awarded_on <= on <= clock.today():
        raise Refused(f"撤销日期应在授予日期 {row.awarded_on} 与今天之间。请更正日期。")
    row.withdrawn_on, row.withdrawn_reason = on, reason
    row.save(update_fields=["withdrawn_on", "withdrawn_reason"])
    record(by=by, action="titles.withdraw", obj=row)


# --- cohorts


@transaction.atomic
def freeze_cohort(
    *,
    by: Membership | None,
    org: Org,
    name: str,
    titles: Sequence[Title],
    awarded_until: date,
    expected: str = "",
) -> Cohort:
    """The units whose award of one of ``titles`` was given by ``awarded_until`` and stands today, frozen under ``name``.

    ``expected``: hash of the list that was previewed; refused when it is another by now. The same once more gives the cohort
    that is there; the name with another rule is refused.
    """
    rule = {"titles": sorted(title.key for title in titles), "awarded_until": awarded_until.isoformat()}
    present = Cohort.objects.select_for_update().filter(org=org, name=name).first()
    if present is not None and present.rule == rule and expected in ("", present.sha256):
        return present
    if present is not None:
        raise Refused(f"已有名单“{name}”，冻结后不能更改。请换一个名称。")
    found = queries.chosen(titles, awarded_until, clock.today())
    if not found.awards:
        raise Refused("没有单位符合规则。请更正称号或日期。")
    if expected not in ("", found.sha256):
        raise Refused("预览之后称号有变动，名单与预览时不同。请核对下面的新名单，再冻结。")
    cohort = Cohort.objects.create(
        org=org,
        name=name,
        rule=rule,
        units=[[award.unit.code, award.pk] for award in found.awards],
        text=found.text,
        sha256=found.sha256,
        at=clock.now(),
        by=by,
    )
    record(
        by=by, action="titles.freeze_cohort", obj=cohort, data={"units": found.units, "sha256": found.sha256}
    )
    return cohort
