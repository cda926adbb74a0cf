"""The frame (抽样框) of a stage whose units are drawn: every unit of the whole list, with how it takes part and why; and the quotas that are due.

复查 (``quota``) goes through the whole list over the years, each unit once: whoever was looked at in an earlier year is ``out`` with that year;
whoever was drawn but not looked at by the end of that year's stage is ``certain``; whom an office left out of a draw takes part again, and
its row says when and why. 抽查 (``sample``) takes from this campaign's looked-at units only.
A closed unit is ``out``. A merged one continues in the unit that keeps its rows, in one row under that unit's code: as that unit was itself
looked at or not, if it was on the list of an earlier year; otherwise it counts as looked at when all that went into it were. What an office changes
by hand and what is published of it is in ``drawing``; the draw itself in ``dudao.sampling``.
"""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from dudao import sampling
from dudao.procedures.model import Stage as Clause
from dudao_web.campaigns import procedures
from dudao_web.campaigns import queries as campaigns
from dudao_web.campaigns.models import Campaign, Case, Stage, StageDate
from dudao_web.inspections.models import Drawn, Sample, Sheet
from dudao_web.orgs import rules as orgs
from dudao_web.orgs.models import GONE, Org

CLOSED, MERGED, THIS_TIME = "已停办", "已撤并", "本次已抽"  # published reasons, besides a year
LEFT_OUT = "本次不抽"  # and of what an office marks by hand


@dataclass(frozen=True, slots=True)
class Line:
    """One unit of the frame, by the code it has today. ``reason`` is published, ``note`` is for the office; ``case``: None for a unit of
    an earlier year that no longer takes part. ``left_out``: an office left it out of a draw in an earlier year, and nobody has looked at it since.
    """

    code: str
    name: str
    district: str
    kind: str
    take: str = "draw"
    reason: str = ""
    note: str = ""
    case: Case | None = None
    left_out: bool = False


@dataclass(slots=True)
class Fate:
    """What became of a unit in earlier years: the year in which it was looked at, in which it was drawn in vain, or still is on a list;
    ``left_out``: years in which an office left it out of a draw, with the reason; "" where that is another office's, which tells it nobody.
    """

    looked_at: int = 0
    missed: int = 0
    pending: int = 0
    left_out: dict[int, str] = field(default_factory=dict)

    def add(self, other: "Fate") -> None:
        """Take in what another row of the same unit says: the latest year of each."""
        self.looked_at = max(self.looked_at, other.looked_at)
        self.missed = max(self.missed, other.missed)
        self.pending = max(self.pending, other.pending)


@dataclass(slots=True)
class Past:
    """A unit of an earlier campaign, with the district it was in then."""

    unit: Org
    district: str
    fate: Fate = field(default_factory=Fate)


def by_lot(clause: Clause) -> bool:
    """Whether a stage's units are drawn; otherwise all take part."""
    return clause.cases.startswith(("quota:", "sample:"))


def frame(place: StageDate) -> list[Line]:
    """The frame as it stands now, in the order of (district, kind, code)."""
    clause, campaign = procedures.stage(place), place.stage.campaign
    districts = _districts(place)
    cases = list(eligible(place).select_related("unit").order_by("pk"))
    past = _past(place, clause.judges) if clause.draws_from is None else {}
    holders = _holders([*(case.unit for case in cases), *(one.unit for one in past.values())])
    standing: dict[str, tuple[Org, Case]] = {}
    for case in cases:
        holder = holders.get(case.unit_id, case.unit)
        if holder.code not in standing or holder.pk == case.unit_id:
            standing[holder.code] = (holder, case)
    own = set(
        Case.objects.filter(campaign=campaign, unit__in=[org.pk for org in {*holders.values()}]).values_list(
            "unit", flat=True
        )
    )
    taken = set(Drawn.objects.filter(sample__place=place).values_list("case", flat=True))
    fates = _fates(past, holders)
    lines = []
    for holder, case in standing.values():
        elsewhere = holder.pk in own and holder.pk != case.unit_id
        if elsewhere and clause.draws_from is None:
            continue  # its own case is in another district's frame
        line = Line(holder.code, plain(holder.name), districts[case.district_id], case.kind, case=case)
        if holder.pk != case.unit_id:
            line = replace(line, note=f"原“{case.unit.name}”并入")
        lines.append(_placed(line, holder, case.pk in taken, fates.get(holder.pk, Fate())))
    gone = _gone(past, holders, own, standing.keys(), set(districts.values()))
    return sorted([*lines, *gone], key=lambda one: (one.district, one.kind, one.code))


def eligible(place: StageDate) -> QuerySet[Case]:
    """The cases of this campaign that a stage can draw: all that pass it, or those that an earlier stage has looked at."""
    rows = campaigns.passing(place)
    source = procedures.stage(place).draws_from
    if source is None:
        return rows
    done = Sheet.objects.filter(case=OuterRef("pk"), place__stage__key=source, state="submitted")
    return rows.filter(Exists(done))


def cases_by_code(place: StageDate, codes: Iterable[str]) -> dict[str, Case]:
    """The case of each unit of a frame that was frozen, by the code it has there; a unit may have been merged since."""
    wanted = frozenset(codes)
    found: dict[str, Case] = {}
    for case in eligible(place).select_related("unit").order_by("pk"):
        code = code_in(case.unit, wanted)
        if code and (code not in found or code == case.unit.code):
            found[code] = case
    return found


def code_in(unit: Org, codes: Iterable[str]) -> str:
    """The code by which a frame names a unit: its own, or that of the unit it went into; "" where it has none there."""
    for part in reversed(unit.path.strip("/").split("/")):
        if part.removeprefix(GONE) in codes:
            return part.removeprefix(GONE)
        if not part.startswith(GONE):
            return ""
    return ""


def quotas(place: StageDate) -> dict[tuple[str, str], int] | None:
    """How many of each district are still to be drawn: what the launch fixed less what was drawn; None where it fixed nothing."""
    key, districts = place.stage.key, _districts(place)
    fixed = {row["district"]: row.get(key) for row in place.stage.campaign.quotas}
    if not any(fixed.get(code) is not None for code in districts.values()):
        return None
    rows = Drawn.objects.filter(sample__place=place, dropped=False).order_by()
    drawn = dict(rows.values_list("district").annotate(n=Count("pk")))
    return {
        (code, ""): max(0, (fixed.get(code) or 0) - drawn.get(code, 0)) for code in sorted(districts.values())
    }


def last_year_of(place: StageDate) -> tuple[int, int] | None:
    """The years over which the whole list is gone through, where this is the last of them; None before and after it, and where the procedure
    names none.
    """
    procedure, year = procedures.load(place.stage.campaign.procedure), place.stage.campaign.year
    years = procedure.quotas.years if procedure.quotas else ()
    if procedure.stage(place.stage.key).draws_from is not None or len(years) < 2 or year != years[-1]:
        return None
    return years[0], years[-1]


def plain(text: str) -> str:
    """A name as a published table can hold it: no comma, quote or invisible sign."""
    found = text.replace(",", "，").replace('"', "”")
    return "".join(
        sign for sign in found if unicodedata.category(sign) not in ("Cc", "Cf", "Zl", "Zp")
    ).strip()


def _districts(place: StageDate) -> dict[int, str]:
    """Codes of the districts whose way leads through a place, by key."""
    through = [key for key, way in campaigns.routes(place.stage.campaign).items() if place in way]
    return dict(Org.objects.filter(pk__in=through).values_list("pk", "code"))


def _placed(line: Line, org: Org, taken: bool, fate: Fate) -> Line:
    """How a unit takes part, and why."""
    if taken:
        return replace(line, take="out", reason=THIS_TIME)
    if fate.looked_at:
        return replace(line, take="out", reason=str(fate.looked_at))
    if org.until is not None:
        return replace(line, take="out", reason=CLOSED)
    if fate.pending and not fate.missed:
        note = f"{fate.pending} 年的项目已抽取，还没有办结"
        return replace(line, take="out", reason=f"{fate.pending}年在查", note=note)
    notes = [line.note] if line.note else []
    if fate.missed:
        line = replace(line, take="certain", reason=f"{fate.missed}年未查")
        notes.append(f"{fate.missed} 年已抽取，到办结时没有提交评分表")
    for year, why in sorted(fate.left_out.items()):
        notes.append(f"{year} 年列为{LEFT_OUT}" + (f"：{why}" if why else ""))
    return replace(line, note="；".join(notes), left_out=bool(fate.left_out))


def _past(place: StageDate, judges: str) -> dict[int, Past]:
    """The units of earlier campaigns of the same procedure and owner, by key, with what became of them at the stage of the same judgement."""
    now = place.stage.campaign
    before = Q(year__lt=now.year) | Q(year=now.year, pk__lt=now.pk)
    rows = Campaign.objects.filter(
        before, procedure__procedure=now.procedure.procedure, state__in=("running", "closed")
    )
    known = {
        one.pk: one
        for one in rows.select_related("org", "procedure").defer("procedure__text", "plan")
        if orgs.is_own(now.org, one.org)
    }
    if not known:
        return {}
    places = _places(known, judges)
    of_drawn, left_out = _outcomes(places), _left_out(places, place.org)
    cases = Case.objects.filter(campaign__in=list(known)).order_by("campaign__year", "pk")
    units = {org.pk: org for org in Org.objects.filter(pk__in=cases.order_by().values("unit"))}
    codes = dict(Org.objects.filter(pk__in=cases.order_by().values("district")).values_list("pk", "code"))
    found: dict[int, Past] = {}
    for pk, unit, district in cases.values_list("pk", "unit", "district"):
        one = found.setdefault(unit, Past(units[unit], codes[district]))
        one.district = codes[district]
        one.fate.add(of_drawn.get(pk, Fate()))
    for one in found.values():
        one.fate.left_out = left_out.get(code_in(one.unit, left_out), {})
    return found


def _places(known: Mapping[int, Campaign], judges: str) -> dict[int, tuple[Campaign, bool]]:
    """Where these campaigns keep the stages of a judgement, by key: the campaign, and whether it is closed there."""
    stages = [
        stage
        for stage in Stage.objects.filter(campaign__in=list(known), type="review")
        if procedures.load(known[stage.campaign_id].procedure).stage(stage.key).judges == judges
    ]
    campaign_of = {stage.pk: known[stage.campaign_id] for stage in stages}
    rows = StageDate.objects.filter(stage__in=list(campaign_of)).values_list("pk", "stage", "closed_at")
    return {pk: (campaign_of[stage], closed is not None) for pk, stage, closed in rows}


def _outcomes(places: Mapping[int, tuple[Campaign, bool]]) -> dict[int, Fate]:
    """What became of each case that was drawn at these places, by its key."""
    done = set(Sheet.objects.filter(place__in=list(places), state="submitted").values_list("case", "place"))
    drawn = Drawn.objects.filter(sample__place__in=list(places), dropped=False).order_by("pk")
    found: dict[int, Fate] = defaultdict(Fate)
    for case, place in drawn.values_list("case", "sample__place"):
        campaign, closed = places[place]
        if (case, place) in done:
            found[case].add(Fate(looked_at=campaign.year))
        elif closed or campaign.state == "closed":
            found[case].add(Fate(missed=campaign.year))
        else:
            found[case].add(Fate(pending=campaign.year))
    return found


def _left_out(places: Mapping[int, tuple[Campaign, bool]], reader: Org) -> dict[str, dict[int, str]]:
    """The units that an office left out of a draw at these places: by the code that the frame gave them, the year and the reason. A reason
    is for the office that gave it: a unit may have moved to another's district since.
    """
    rows = Sample.objects.filter(place__in=list(places), state="drawn", frame__contains=LEFT_OUT)
    found: dict[str, dict[int, str]] = defaultdict(dict)
    for sample in rows.select_related("place__org").order_by("pk"):
        notes = sample.notes if orgs.is_own(reader, sample.place.org) else {}
        for row in sampling.read_frame(sample.frame.encode())[0]:
            if row.reason == LEFT_OUT:
                found[row.code][places[sample.place_id][0].year] = notes.get(row.code, "")
    return found


def _holders(units: Iterable[Org]) -> dict[int, Org]:
    """For each unit that went into another, the one that keeps its rows today."""
    paths = {unit.pk: unit.path.partition(GONE)[0] for unit in units if GONE in unit.path}
    found = {org.path: org for org in Org.objects.filter(path__in=set(paths.values()))} if paths else {}
    return {pk: found[path] for pk, path in paths.items()}


def _fates(past: Mapping[int, Past], holders: Mapping[int, Org]) -> dict[int, Fate]:
    """What became of each unit of today in earlier years, by key: of itself, and of what went into it."""
    found = {pk: replace(one.fate) for pk, one in past.items()}
    parts: dict[int, list[Fate]] = defaultdict(list)
    for pk, one in past.items():
        if pk in holders:
            parts[holders[pk].pk].append(one.fate)
    for holder, fates in parts.items():
        whole = found.setdefault(holder, Fate())
        whole.missed = max(whole.missed, *(fate.missed for fate in fates if not fate.looked_at), 0)
        whole.pending = max(whole.pending, *(fate.pending for fate in fates if not fate.looked_at), 0)
        for fate in fates:
            whole.left_out = whole.left_out | ({} if fate.looked_at else fate.left_out)
        if holder not in past and all(fate.looked_at for fate in fates):
            whole.looked_at = max(fate.looked_at for fate in fates)
    return found


def _gone(
    past: Mapping[int, Past],
    holders: Mapping[int, Org],
    own: Sequence[int] | set[int],
    listed: Iterable[str],
    districts: set[str],
) -> list[Line]:
    """Units of earlier years that exist no more and go on in none that is listed: the frame still names them."""
    known, found = set(listed), []
    for pk, one in past.items():
        holder = holders.get(pk)
        goes_on = holder is not None and (holder.code in known or holder.pk in own)
        if one.unit.until is None or one.unit.code in known or goes_on or one.district not in districts:
            continue
        reason = str(one.fate.looked_at) if one.fate.looked_at else MERGED if holder else CLOSED
        found.append(Line(one.unit.code, plain(one.unit.name), one.district, one.unit.kind, "out", reason))
    return found
