"""Before and after of a problem: what its indicator was judged when it was listed, and what it comes to with the figures as they now are.

Computed when it is looked at, from the answers and the figures of the report (``figures``), or read from the runs of the county where
the indicator is one of returns. Reads alone; what is kept of it is a judgement of its own (``recompute``).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from dudao.evaluation import sentences
from dudao.evaluation.item import Item
from dudao.standards.asked import AskedItem, asked_of_unit
from dudao.standards.formula import parse
from dudao.standards.model import Formula, Indicator, Points, Ratio, SchoolRule, Standard, Variation
from dudao_web import clock
from dudao_web.campaigns import shown as words_of
from dudao_web.campaigns.models import Case, Judgement
from dudao_web.evaluations import shown
from dudao_web.evaluations.models import Evaluation
from dudao_web.findings import figures
from dudao_web.findings.models import Finding, Rectification
from dudao_web.orgs import queries as orgs
from dudao_web.standards import queries as standards
from dudao_web.standards import words
from dudao_web.submissions.self_check import answers, judging, page

MATERIAL = "以材料核验为准。"
NAMED = 6  # figures named that are to be handed in


@dataclass(frozen=True, slots=True)
class Cell:
    """A text, a judgement (``mark`` and its word), or both; all empty: nothing is known."""

    text: str = ""
    mark: str = ""
    word: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """What is compared: the judgement, the value, one figure, one level."""

    name: str
    before: Cell
    after: Cell


@dataclass(frozen=True, slots=True)
class Mended:
    """``before``, ``after``: the heads of the columns, ``after`` "" while there is nothing to compare; ``note``: why not, or what counts
    instead; ``run``: of the county, where the figures are from.
    """

    title: str
    limit: str
    before: str
    after: str
    rows: tuple[Row, ...]
    note: str
    run: Evaluation | None = None


def of(finding: Finding) -> Mended:
    """What is to be shown of a finding today."""
    standard, on = standards.load(finding.case.version), clock.today()
    indicator = next((one for one in standard.indicators if one.code == finding.indicator), None)
    if indicator is None:
        return Mended("", "", "", "", (), f"这个问题不对应某一项指标，{MATERIAL}")
    item = next((one for one in asked_of_unit(standard) if one.indicator.code == indicator.code), None)
    if item is not None:
        return _answered(finding, standard, item, on)
    return _returned(finding, standard, indicator, on)


def _title(indicator: Indicator) -> str:
    return f"{indicator.code}　{indicator.title}"


def _limit(standard: Standard, indicator: Indicator, on: date) -> str:
    if isinstance(indicator.rule, Points):
        return f"满分 {words.number(indicator.rule.most)} 分"
    return words.plain_limits(standard, indicator, on)


def _found(finding: Finding) -> tuple[str, Cell]:
    """Who had judged it when it was listed, and how."""
    said = finding.before
    if not said.get("value"):
        return "", Cell()
    points = None if said.get("points") is None else Decimal(said["points"])
    word = words_of.word(Judgement(value=said["value"], points=points))
    return Judgement.SOURCES.get(said.get("source", ""), ""), Cell("", word.mark, word.word)


# --- an indicator that the unit answers


def _answered(finding: Finding, standard: Standard, item: AskedItem, on: date) -> Mended:
    source, judged = _found(finding)
    title, limit = _title(item.indicator), _limit(standard, item.indicator, on)
    step = _last(finding)
    if step is None or not step.answer:
        note = "还没有整改报告。" if step is None else f"整改报告没有更新数据，数据未变，{MATERIAL}"
        rows = (Row("判定", judged, Cell()),) if source else ()
        return Mended(title, limit, _head("整改前", source), "", rows, note)
    base = figures.handed_in(finding.case, step.at)
    earlier = [one for one in figures.struck(finding.case) if one.pk < step.pk]
    old = figures.texts(finding.case, base, earlier)
    new = figures.texts(finding.case, base, [*earlier, step])
    was, now = (_item(finding.case, texts, item.indicator.code, on) for texts in (old, new))
    kept = _kept(finding, step)
    after = words_of.word(kept) if kept is not None else _word(now)
    head = "计算" if kept is not None else f"按{'销号' if step.kind == 'struck' else '报告'}的数据"
    first = judged if source else _cell(_word(was))
    rows = [Row("判定", first, Cell("", after.mark, after.word))]
    values = _value(was[1]), _value(now[1])
    if any(values):
        rows.append(Row("计算值", Cell(values[0]), Cell(values[1])))
    rows += [
        Row(_label(item, name), Cell(old.get(name, "") or "没有填"), Cell(new.get(name, "")))
        for name in step.answer
    ]
    return Mended(
        title, limit, _head("整改前", source or "自查"), _head("整改后", head), tuple(rows), _open(now[1])
    )


def _last(finding: Finding) -> Rectification | None:
    """The strike-off, or while there is none the last report."""
    kinds = ("struck",) if finding.state == "struck" else ("report",)
    return finding.steps.filter(kind__in=kinds).select_related("finding").last()


def _kept(finding: Finding, step: Rectification) -> Judgement | None:
    """The judgement that was computed after the strike-off."""
    if step.kind != "struck":
        return None
    rows = Judgement.objects.filter(case=finding.case, indicator=finding.indicator, source="computed")
    return rows.filter(at__gte=step.at).order_by("pk").first()


Judged = tuple[Judgement, Item]


def _item(case: Case, texts: Mapping[str, str], code: str, on: date) -> Judged:
    found = judging.judge(answers.sheet(case), on, texts)
    said = next(one for one in found.answered if one.indicator == code)
    return Judgement(value=said.value, points=said.points), found.evaluation.item(code)


def _word(judged: Judged) -> words_of.Word:
    return words_of.word(judged[0])


def _cell(word: words_of.Word) -> Cell:
    return Cell("", word.mark, word.word)


def _value(item: Item) -> str:
    if not isinstance(item.value, Fraction) or isinstance(item.indicator.rule, Points):
        return ""
    limit = next((one for one in item.indicator.limits if one.when is None), None)
    return sentences.amount(item.value, item.indicator.unit, limit)


def _open(item: Item) -> str:
    """Why it cannot be judged with the new figures either."""
    return f"按更新后的数据还不能判定：{sentences.why(item)}" if item.judgement == "no_data" else ""


def _label(item: AskedItem, name: str) -> str:
    field = next((one for one in item.fields if one.name == name), None)
    if field is None:
        return name
    label = page.label(item, field)
    return f"{label}（{words.unit(field.unit)}）" if words.unit(field.unit) else label


def _head(what: str, source: str) -> str:
    return f"{what}（{source}）" if source else what


# --- an indicator that follows from returns


def _returned(finding: Finding, standard: Standard, indicator: Indicator, on: date) -> Mended:
    """Of the runs of the county: the last one before the problem was listed, and the newest since it was mended."""
    source, judged = _found(finding)
    case, title = finding.case, _title(indicator)
    limit = _limit(standard, indicator, on)
    county = case.unit if case.unit.is_county else orgs.county_of(case.unit)
    if county is None or not standard.levels:
        rows = (Row("判定", judged, Cell()),) if source else ()
        note = f"这一项不由填报的数据计算，{MATERIAL}"
        return Mended(title, limit, _head("整改前", source), "", rows, note)
    runs = Evaluation.objects.filter(county=county, year=case.campaign.year, state="done")
    runs = runs.filter(version__standard=case.version.standard, version__profile=case.version.profile)
    first = runs.filter(finished_at__lte=finding.at).order_by("-finished_at", "-pk").first()
    last = runs.filter(finished_at__gt=_since(finding)).order_by("-finished_at", "-pk").first()
    old = _lines(first, standard, indicator, case.unit.code) if first is not None else {}
    new = _lines(last, standard, indicator, case.unit.code) if last is not None else {}
    rows = [Row("判定", judged, Cell())] if source and not old else []
    rows += [Row(name, old.get(name, Cell()), new.get(name, Cell())) for name in {**old, **new}]
    note = "" if new else _to_hand_in(standard, indicator, county.name, case.campaign.year)
    after = _head("整改后", last.number) if new and last is not None else ""
    before = _head("整改前", first.number if first is not None and old else source)
    return Mended(title, limit, before, after, tuple(rows), note, last if new else None)


def _since(finding: Finding) -> datetime:
    """From when on a run has the figures as they are after it was mended."""
    if finding.struck_at is not None:
        return finding.struck_at
    report = finding.steps.filter(kind="report").last()
    return report.at if report is not None else finding.at


def _lines(run: Evaluation, standard: Standard, indicator: Indicator, unit: str) -> dict[str, Cell]:
    """What a run says of the indicator: of the school itself, else of the county; by level where there are several."""
    titles = {stage.name: stage.title for stage in standard.levels}
    own = [entry for entry in run.data["schools"] if entry["code"] == unit]
    if own:
        found = [(entry["level"], entry["indicators"].get(indicator.code)) for entry in own]
    else:
        rows = [row for row in run.data["county"] if row["code"] == indicator.code]
        found = [(row.get("level"), row) for row in rows]
    return {
        titles.get(level, "") or "结果": _line(said, titles, standard)
        for level, said in found
        if said is not None
    }


def _line(said: Mapping[str, Any], titles: Mapping[str, str], standard: Standard) -> Cell:
    judgement = said.get("judgement") or ""
    if "cv" in said:
        places, limit = standard.rounding.variation, said.get("limit")
        text = (
            f"差异系数 {shown.value(said['cv'], places, limit, met=judgement == 'met')}"
            if said["cv"] is not None
            else ""
        )
    else:
        text = shown.answer(said.get("value"), said.get("unit"), titles, said.get("limit"))
    state = shown.state(judgement, said.get("reaches_85")) if judgement else ""
    return Cell(text, state, "" if state != "near" else "达到标准的 85%")


def _to_hand_in(standard: Standard, indicator: Indicator, county: str, year: int) -> str:
    """Which figures a new run needs."""
    labels = {field.name: field.label for field in standard.fields}
    named = [labels[name] for name in dict.fromkeys(_names(standard, indicator)) if name in labels]
    more = "等" if len(named) > NAMED else ""
    what = f"（{'、'.join(named[:NAMED])}{more}）" if named else ""
    return f"整改后还没有重新计算。请在{county}{year}年填报中更新数据{what}，再计算。"


def _names(standard: Standard, indicator: Indicator) -> Iterator[str]:
    """The fields that an indicator is computed from; of one made of others, theirs."""
    rule = indicator.rule
    if isinstance(rule, Variation | SchoolRule):
        for code in rule.of:
            yield from _names(standard, standard.indicator(code))
    elif isinstance(rule, Ratio):
        yield from _parsed([*rule.resource.values(), *rule.by_stage.values()])
        yield from (stage.pupils for stage in standard.levels)
    elif isinstance(rule, Formula):
        yield from _parsed([rule.text, *rule.by_level.values()])


def _parsed(texts: Sequence[str]) -> Iterable[str]:
    return [name for text in texts if text for name in parse(text).names()]
