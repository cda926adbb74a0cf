"""Pages of the draw made ready for the templates: strata in words, what no kind was drawn of, files with their hashes, the drawn list.

The public page and the office's page show the same; only the office's has reasons. Not here: reading and drawing (``frames``, ``drawing``).
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from dudao.sampling import NAMES, Row, Stratum, digest
from dudao_web import clock
from dudao_web.campaigns.models import StageDate
from dudao_web.inspections import drawing, frames
from dudao_web.inspections.models import Drawn, Sample
from dudao_web.orgs.actions import object_key
from dudao_web.orgs.models import GONE, Action, Kind, Org

KINDS = {kind.value: str(kind.label) for kind in Kind}
MARKS = {"planned": "waiting", "drawn": "done", "cancelled": "withdrawn"}
TITLES = {
    "frame.csv": "抽样框",
    "quota.csv": "名额",
    "strata.csv": "各层应抽数",
    "tickets.csv": "签号和结果",
    "draw.json": "抽取说明",
    "verify.py": "核验程序",
}


@dataclass(frozen=True, slots=True)
class Layer:
    """A stratum in words: how many units take part, are certain, are out, and how many are taken in all; ``before``: in earlier rounds."""

    district: str
    kind: str
    eligible: int
    certain: int
    out: int
    taken: int
    before: int


@dataclass(frozen=True, slots=True)
class Published:
    """A file that anybody may have."""

    name: str
    title: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Chosen:
    """A drawn unit. ``why``: that it has closed or was merged; ``instead_of``: whom it replaced; ``row``: for the office's forms."""

    row: Drawn
    name: str
    code: str
    district: str
    kind: str
    how: str
    rank: int
    why: str
    instead_of: str
    dropped: bool


def names_of(codes: Iterable[str]) -> dict[str, str]:
    """The names of districts by their codes, in the order of the tree."""
    return dict(Org.objects.filter(code__in=set(codes)).order_by("path").values_list("code", "name"))


def layers(rows: Sequence[Row | frames.Line], found: Iterable[Stratum], names: dict[str, str]) -> list[Layer]:
    """Strata in words, districts in the order of ``names``."""
    out = Counter((row.district, row.kind) for row in rows if row.take == "out")
    before = Counter((row.district, row.kind) for row in rows if row.reason == frames.THIS_TIME)
    order = {code: n for n, code in enumerate(names)}
    return [
        Layer(
            names.get(one.district, one.district),
            KINDS.get(one.kind, one.kind),
            one.eligible,
            one.certain,
            out[one.district, one.kind],
            one.certain + one.n,
            before[one.district, one.kind],
        )
        for one in sorted(found, key=lambda one: (order.get(one.district, 0), one.kind))
    ]


def gaps(found: Iterable[Layer], drawn: bool = False) -> list[str]:
    """Kinds of units that could be drawn and are not (抽查单位原则上需包含各级各类): of the whole, and of each district that draws any."""
    lacking = "没有抽到" if drawn else "没有名额"
    drawable, by_kind, by_district = Counter[str](), Counter[str](), Counter[str]()
    listed = []
    for one in found:
        by_kind[one.kind] += one.taken + one.before
        by_district[one.district] += one.taken + one.before
        if one.eligible + one.certain:
            drawable[one.kind] += one.eligible + one.certain
            listed.append(one)
    whole = [kind for kind in drawable if not by_kind[kind]]
    said = [f"{kind}可抽 {drawable[kind]} 个，{lacking}。" for kind in whole]
    return said + [
        f"{one.district}的{one.kind}可抽 {one.eligible + one.certain} 个，{lacking}。"
        for one in listed
        if len(by_district) > 1
        and not one.taken + one.before
        and one.kind not in whole
        and by_district[one.district]
    ]


def unseen(place: StageDate, lines: Sequence[frames.Line], strata: Iterable[Stratum] = ()) -> str:
    """In the last year of the whole list: how many units are still not looked at nor drawn, but for these strata; "" where there is none."""
    years = frames.last_year_of(place)
    if years is None:
        return ""
    left = Counter(one.district for one in lines if one.take != "out" or one.reason == frames.LEFT_OUT)
    for one in strata:
        left[one.district] -= one.certain + one.n
    left = +left
    if not left:
        return ""
    by_district = "、".join(f"{name} {left[code]} 个" for code, name in names_of(left).items())
    named = f"（{by_district}）" if len(left) > 1 else ""
    return f"{years[0]}—{years[1]}年为一轮，本年是最后一年，还有 {left.total()} 个单位{named}"


def files(sample: Sample) -> list[Published]:
    """The published files in their order."""
    found = drawing.published(sample)
    return [
        Published(name, TITLES[name], len(found[name]), digest(found[name]))
        for name in NAMES
        if name in found
    ]


def chosen(sample: Sample, names: dict[str, str]) -> list[Chosen]:
    """The drawn units by district, kind and rank, each followed by who replaced it; their names are those of the frame."""
    known = {row.code: row.name for row in drawing.rows(sample)}
    rows = list(Drawn.objects.filter(sample=sample).select_related("case__unit"))
    named = {row.pk: known[code] for row in rows if (code := frames.code_in(row.case.unit, known))}
    order = {code: n for n, code in enumerate(names)}
    found = []
    for row in sorted(rows, key=lambda row: (order.get(row.district, 0), row.kind, row.rank)):
        unit = row.case.unit
        why = "" if unit.until is None else frames.MERGED if GONE in unit.path else frames.CLOSED
        found.append(
            Chosen(
                row=row,
                name=named.get(row.pk, unit.name),
                code=frames.code_in(unit, known) or unit.code,
                district=names.get(row.district, row.district),
                kind=KINDS.get(row.kind, row.kind),
                how=row.get_how_display(),
                rank=row.rank,
                why=why,
                instead_of=named.get(row.instead_of_id, "") if row.instead_of_id else "",
                dropped=row.dropped,
            )
        )
    return found


def cancelled_at(sample: Sample) -> datetime | None:
    """When a round was given up, by the record of acts: after the seed was announced everybody must see that it was."""
    if sample.state != "cancelled":
        return None
    rows = Action.objects.filter(object=object_key(sample), action="inspections.cancel_draw")
    return rows.order_by("-seq").values_list("at", flat=True).first()


def shown(sample: Sample) -> dict[str, Any]:
    """What both pages say of a round."""
    rows = drawing.rows(sample)
    names = names_of(row.district for row in rows)
    found = layers(rows, drawing.layers(sample), names)
    drawn = chosen(sample, names) if sample.state == "drawn" else []
    cancelled = cancelled_at(sample)
    return {
        "sample": sample,
        "campaign": sample.place.stage.campaign,
        "place": sample.place,
        "mark": MARKS[sample.state],
        "word": Sample.STATES[sample.state],
        "layers": found,
        "total": {
            "units": len(rows),
            "taken": sum(one.taken for one in found),
            "certain": sum(one.certain for one in found),
            "eligible": sum(one.eligible for one in found),
            "out": sum(one.out for one in found),
        },
        "gaps": gaps(found, sample.state == "drawn") if sample.state != "cancelled" else [],
        "files": files(sample),
        "drawn": drawn,
        "replaced": [one for one in drawn if one.instead_of],
        "several": len(names) > 1,
        "may_come": sample.seed_at <= clock.now(),
        "cancelled": cancelled,
        "known": cancelled is not None and cancelled >= sample.seed_at,
    }
