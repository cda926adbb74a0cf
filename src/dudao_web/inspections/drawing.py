"""Drawing units for a stage (抽取): the frame and quotas are published, then the seed comes, then it is drawn; a drawn unit that closes is replaced.

One act each, in the chain of the campaign. The draw is ``dudao.sampling``'s; here is when it may be made, with which frame, and what becomes
of it. Not here: who stands in the frame (``frames``), the pages (``drawing_page``, ``views_draws``).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from dataclasses import replace as changed
from datetime import datetime
from functools import lru_cache

from django.db import transaction

from dudao import sampling
from dudao.sampling import Impossible, Quota, Row, Stratum
from dudao.sampling.publish import source_fault
from dudao_web import clock
from dudao_web.campaigns import procedures, walking
from dudao_web.campaigns.models import Case, StageDate
from dudao_web.inspections import frames, rules
from dudao_web.inspections.models import Drawn, Sample, Sheet
from dudao_web.orgs.actions import Refused, record
from dudao_web.orgs.models import Kind, Membership, Org

QuotaOf = Mapping[tuple[str, str], int]  # (code of the district, kind or "") -> number
Marks = Mapping[str, tuple[str, str]]  # code of the unit -> (take, reason in words for the office)
MARKED = {"certain": "必查", "out": frames.LEFT_OUT}  # what is published of a mark
LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class Prepared:
    """What would be published: the bytes of both files and what follows from them. ``notes``: code -> words for the office."""

    lines: tuple[frames.Line, ...]
    frame: bytes
    quota: bytes
    strata: tuple[Stratum, ...]
    notes: Mapping[str, str]


def prepare(*, place: StageDate, quota: QuotaOf | None = None, marks: Marks | None = None) -> Prepared:
    """The files of the next round as they would be now. Refused with all that is in the way."""
    lines = _marked(frames.frame(place), marks or {})
    numbers = frames.quotas(place) if quota is None else quota
    if numbers is None:
        raise Refused("启动项目时没有定名额。请填写各辖市区的名额。")
    if not lines:
        raise Refused("没有可以抽取的单位。请先办完前面的阶段。")
    rows = [Row(one.code, one.name, one.district, one.kind, one.take, one.reason) for one in lines]
    quotas = [Quota(district, kind, n) for (district, kind), n in numbers.items()]
    try:
        frame, table = sampling.frame_bytes(rows), sampling.quota_bytes(quotas)
        found = sampling.strata(rows, quotas)
    except Impossible as fault:
        raise Refused(_told(fault, {row.district for row in (*rows, *quotas)})) from None
    if not any(numbers.values()):
        full = place.samples.filter(state="drawn").exists()
        raise Refused(
            "本年的名额已经抽满。要加抽的，请在名额中填写加抽的单位数。"
            if full
            else "名额都是 0，没有要抽取的单位。请填写名额。"
        )
    return Prepared(tuple(lines), frame, table, found, {one.code: one.note for one in lines if one.note})


@transaction.atomic
def plan(
    *,
    place: StageDate,
    by: Membership,
    quota: QuotaOf | None = None,
    marks: Marks | None = None,
    seed_source: str,
    seed_at: datetime,
) -> Sample:
    """Publish frame and quotas of a round, and where and when its seed will be announced. The same again gives the same round."""
    place = _held(place)
    if not rules.may_keep(by, place):
        raise Refused("这个阶段已办结，或不由本单位抽取。")
    if not frames.by_lot(procedures.stage(place)):
        raise Refused("这个阶段查看全部单位，不用抽取。")
    made = prepare(place=place, quota=quota, marks=marks)
    content = {
        "frame": made.frame.decode(),
        "quota": made.quota.decode(),
        "frame_sha256": sampling.digest(made.frame),
        "quota_sha256": sampling.digest(made.quota),
        "notes": dict(made.notes),
        "seed_source": seed_source.strip(),
        "seed_at": seed_at,
    }
    waiting = place.samples.filter(state="planned").first()
    if waiting is not None:
        if all(getattr(waiting, name) == value for name, value in content.items()):
            return waiting
        raise Refused(f"第 {waiting.number} 轮已公布，还没有抽取。请先抽取，或作废后重新公布。")
    _source(content["seed_source"])
    if seed_at <= clock.now():
        raise Refused("随机数公布的时间已过。抽样框须在随机数产生以前公布，请另定时间。")
    number = place.samples.count() + 1
    name = f"{place.stage.campaign.key}-{place.stage.key}-{place.org.code}-{number}"
    sample = Sample.objects.create(place=place, number=number, round=name, by=by, at=clock.now(), **content)
    said = {key: content[key] for key in ("frame_sha256", "quota_sha256", "seed_source", "seed_at")}
    _record(by, "inspections.plan_draw", sample, data={"round": name, **said})
    return sample


@transaction.atomic
def draw(*, sample: Sample, by: Membership, frame_sha256: str, seed: str) -> Sample:
    """Draw with the announced seed, for the frame that whoever gives it has seen. The same seed again gives the same draw."""
    sample = _held_sample(sample)
    seed = seed.strip()
    if sample.state == "drawn":
        if sample.seed == seed and sample.frame_sha256 == frame_sha256:
            return sample
        raise Refused("这一轮已经抽取，不能用另一个随机数重抽。")
    if not rules.may_draw(by, sample):
        raise Refused("这一轮已作废，这个阶段已办结，或不由本单位抽取。")
    if frame_sha256 != sample.frame_sha256:
        raise Refused("页面上的抽样框不是公布的抽样框。请重新打开页面，核对指纹后再填。")
    if clock.now() < sample.seed_at:
        raise Refused("还没有到随机数公布的时间，不能抽取。")
    if fault := sampling.seed_fault(seed):
        raise Refused(fault)
    if len(seed) > Sample._meta.get_field("seed").max_length:
        raise Refused("随机数超过 200 个字符。请核对。")
    if Sample.objects.filter(seed=seed, drawn_at__lt=sample.at).exists():  # whoever made the frame knew it
        raise Refused("这个随机数在本轮抽样框公布以前已经用过。每一轮须用公布以后产生的随机数。")
    if not whole(sample):
        raise Refused("保存的抽样框或名额与公布的指纹不一致，不能抽取。请与系统管理员联系。")
    made = _computed(sample.frame, sample.quota, sample.round, seed)
    cases = frames.cases_by_code(sample.place, made.drawn)
    if missing := [code for code in made.drawn if code not in cases]:
        raise Refused(f"抽样框中的 {'、'.join(missing)} 已不在本项目中。请作废这一轮，重新公布。")
    chosen = Drawn.objects.bulk_create(
        Drawn(
            sample=sample,
            case=cases[one.code],
            kind=one.kind,
            district=one.district,
            rank=one.rank,
            how="drawn" if one.rank else "certain",
        )
        for one in made.tickets
        if one.drawn
    )
    sample.seed, sample.state, sample.drawn_at = seed, "drawn", clock.now()
    sample.save(update_fields=["seed", "state", "drawn_at"])
    said = {"round": sample.round, "frame_sha256": frame_sha256, "seed": seed, "drawn": list(made.drawn)}
    _record(by, "inspections.draw", sample, also=chosen, data=said)
    return sample


@transaction.atomic
def cancel(*, sample: Sample, by: Membership, reason: str) -> Sample:
    """Give up a round before its seed is used; its files stay published, with the reason."""
    sample = _held_sample(sample)
    if sample.state == "cancelled":
        return sample
    if not rules.may_cancel(by, sample):
        if rules.may_draw(by, sample):
            raise Refused("随机数公布的时间已过，请按公布的随机数抽取。确需作废的，由上级督导室办理。")
        raise Refused("这一轮已经抽取，这个阶段已办结，或不由本单位抽取。抽取以后不能作废。")
    sample.state, sample.reason = "cancelled", _reason(reason)
    sample.save(update_fields=["state", "reason"])
    _record(by, "inspections.cancel_draw", sample, data={"round": sample.round, "reason": sample.reason})
    return sample


@transaction.atomic
def replace(*, drawn: Drawn, by: Membership, reason: str) -> Drawn:
    """The next of the reserve of its stratum in the place of a drawn unit that has closed. Twice gives the same one."""
    sample = _held_sample(Sample.objects.get(pk=drawn.sample_id))
    drawn = Drawn.objects.select_related("case__unit").get(pk=drawn.pk)
    if drawn.dropped:
        return drawn.successor
    if not rules.may_keep(by, sample.place):
        raise Refused("这个阶段已办结，或不由本单位抽取。")
    unit = drawn.case.unit
    if unit.until is None:
        raise Refused(f"“{unit.name}”没有停办或撤并，不能递补。已停办的，请先在单位页停用。")
    sheet = Sheet.objects.select_for_update().filter(case=drawn.case_id, place=sample.place).first()
    if sheet is not None and sheet.state == "submitted":
        raise Refused(f"“{unit.name}”的评分表已提交，不用递补。")
    said = _reason(reason)
    ticket, case = _next(sample, drawn)
    after = Drawn.objects.create(
        sample=sample,
        case=case,
        kind=ticket.kind,
        district=ticket.district,
        rank=ticket.rank,
        how="reserve",
        instead_of=drawn,
        reason=said,
    )
    drawn.dropped = True
    drawn.save(update_fields=["dropped"])
    told = {"round": sample.round, "dropped": unit.code, "instead": ticket.code, "reason": said}
    record(
        by=by,
        action="inspections.replace",
        obj=after,
        also=[drawn],
        data=told,
        chain_name=sample.place.stage.campaign.key,
    )
    return after


def published(sample: Sample) -> dict[str, bytes]:
    """The files that anybody may have, by name: frame, quotas and strata; once drawn, all that ``verify.py`` needs."""
    if sample.state == "drawn":
        made = _computed(sample.frame, sample.quota, sample.round, sample.seed)
        return sampling.publish(made, sample.seed_source)
    return sampling.planned(sample.frame.encode(), sample.quota.encode(), layers(sample))


def layers(sample: Sample) -> tuple[Stratum, ...]:
    """The strata of a round."""
    return _layers(sample.frame, sample.quota)


def rows(sample: Sample) -> tuple[Row, ...]:
    """The units of the frame that was published."""
    return _rows(sample.frame)


def difference(sample: Sample) -> str:
    """What of a drawn round is not as it follows from its published files, in words; "" where all agrees."""
    if not whole(sample):
        return "保存的抽样框或名额与公布的指纹不一致。"
    files = published(sample)
    if found := sampling.verify(files):
        return str(found)
    made = _computed(sample.frame, sample.quota, sample.round, sample.seed)
    codes = {row.code for row in rows(sample)}
    kept = Drawn.objects.filter(sample=sample).exclude(how="reserve").select_related("case__unit")
    listed = {frames.code_in(one.case.unit, codes) for one in kept}
    if listed != set(made.drawn):
        return f"名单与重新计算的结果不同：{'、'.join(sorted(listed ^ set(made.drawn)))}。"
    return ""


def whole(sample: Sample) -> bool:
    """Whether frame and quotas are the bytes whose hashes were published."""
    found = (sampling.digest(sample.frame.encode()), sampling.digest(sample.quota.encode()))
    return found == (sample.frame_sha256, sample.quota_sha256)


@lru_cache(maxsize=32)
def _computed(frame: str, quota: str, name: str, seed: str) -> sampling.Draw:
    """The draw of these texts; a published page asks for the same one again and again."""
    return sampling.draw(frame.encode(), quota.encode(), name, seed)


@lru_cache(maxsize=32)
def _rows(frame: str) -> tuple[Row, ...]:
    return sampling.read_frame(frame.encode())[0]


@lru_cache(maxsize=32)
def _layers(frame: str, quota: str) -> tuple[Stratum, ...]:
    return sampling.strata(_rows(frame), sampling.read_quota(quota.encode())[0])


def _held(place: StageDate) -> StageDate:
    """The stage as it is now; nobody else plans, draws, closes or replaces in its campaign until the transaction ends."""
    walking.hold([place.stage.campaign_id])
    return StageDate.objects.select_related("stage__campaign__procedure", "org__parent").get(pk=place.pk)


def _held_sample(sample: Sample) -> Sample:
    """A round as it is now, its campaign held."""
    place = _held(StageDate.objects.select_related("stage").get(pk=sample.place_id))
    sample = Sample.objects.get(pk=sample.pk)
    sample.place = place
    return sample


def _marked(lines: list[frames.Line], marks: Marks) -> list[frames.Line]:
    """The frame with what the office says of single units. Refused for a unit that has no place in the draw anyway."""
    known = {line.code: line for line in lines}
    for code, (take, reason) in marks.items():
        line = known.get(code)
        if line is None:
            raise Refused(f"抽样框中没有代码 {code}。请核对代码。")
        if take not in MARKED or line.take == "out":
            raise Refused(f"“{line.name}”已是不抽（{line.reason}），只有参加抽取的单位可以改为必查或不抽。")
        if not reason.strip():
            raise Refused(f"没有写“{line.name}”{MARKED[take]}的理由。")
        if len(reason) > LONGEST_REASON:
            raise Refused(f"“{line.name}”的理由超过 {LONGEST_REASON} 字。请缩短。")
        known[code] = changed(line, take=take, reason=MARKED[take], note=reason.strip())
    return [known[line.code] for line in lines]


def _next(sample: Sample, drawn: Drawn) -> tuple[sampling.Ticket, Case]:
    """The ticket and case of the first of the reserve that is neither drawn in any round of the stage nor closed."""
    made = _computed(sample.frame, sample.quota, sample.round, sample.seed)
    codes = {one.code for one in made.tickets}
    code = frames.code_in(drawn.case.unit, codes)
    reserve = [
        one
        for one in made.tickets
        if (one.district, one.kind) == (drawn.district, drawn.kind) and not one.drawn and one.code != code
    ]
    cases = frames.cases_by_code(sample.place, codes)
    taken = set(Drawn.objects.filter(sample__place=sample.place).values_list("case", flat=True))
    for ticket in reserve:
        case = cases.get(ticket.code)
        if case is not None and case.pk not in taken and case.unit.until is None:
            return ticket, case
    raise Refused("同一辖市区、同一类型的备抽单位已用完，不能递补。可以另抽一轮。")


def _source(text: str) -> None:
    """Refuse a source that cannot be published."""
    if not text:
        raise Refused("没有写随机数的来源。请写明由谁、在哪里公布。")
    if fault := source_fault(text):
        raise Refused(fault)
    if len(text) > Sample._meta.get_field("seed_source").max_length:
        raise Refused("随机数的来源超过 200 字。请缩短。")


def _reason(text: str) -> str:
    """A reason in words, or Refused."""
    if not text.strip():
        raise Refused("没有写理由。")
    if len(text.strip()) > LONGEST_REASON:
        raise Refused(f"理由超过 {LONGEST_REASON} 字。请缩短。")
    return text.strip()


def _told(fault: Impossible, codes: set[str]) -> str:
    """What is in the way, districts and kinds by their names."""
    names = dict(Org.objects.filter(code__in=codes).values_list("code", "name"))
    names |= {kind.value: str(kind.label) for kind in Kind}
    word = re.compile(r"(?<![A-Za-z0-9-])(" + "|".join(map(re.escape, names)) + r")(?![A-Za-z0-9-])")
    text = "".join(dict.fromkeys(fault.messages))
    return word.sub(lambda found: names[found.group(1)], text).replace("改正 take", "改正必查、不抽的标注")


def _record(
    by: Membership, action: str, sample: Sample, *, data: dict[str, object], also: list[Drawn] | None = None
) -> None:
    record(
        by=by,
        action=action,
        obj=sample,
        also=also or (),
        data=data,
        chain_name=sample.place.stage.campaign.key,
    )
