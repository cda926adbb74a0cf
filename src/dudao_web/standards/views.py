"""Reading pages of standards: the clause as printed, its formula and its limits."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from dudao.standards.model import Chapter, Indicator, Ratio, Standard
from dudao_web.orgs.access import EVERYBODY, page
from dudao_web.standards import queries, words
from dudao_web.standards.models import StandardVersion


@dataclass(frozen=True, slots=True)
class LimitLine:
    """One limit to read: for which level, since when, by which source."""

    level: str
    text: str
    since: str
    source: str


@dataclass(frozen=True, slots=True)
class ClauseLine:
    """One indicator to read."""

    indicator: Indicator
    formula: tuple[str, ...]
    limits: tuple[LimitLine, ...]
    reliefs: tuple[str, ...]


@page(EVERYBODY, obj="评估标准")
def index(request: HttpRequest) -> HttpResponse:
    """The texts that runs are bound to, and what the catalogue offers."""
    context = {"versions": StandardVersion.objects.defer("text"), "offers": queries.offers()}
    return render(request, "standards/index.html", context)


@page(EVERYBODY, obj="评估标准")
def version(request: HttpRequest, pk: int) -> HttpResponse:
    """One text under one profile, chapter by chapter."""
    row = get_object_or_404(StandardVersion.objects.defer("text"), pk=pk)
    standard = queries.load(row)
    chapters: list[tuple[Chapter, list[ClauseLine]]] = [
        (chapter, [_line(standard, indicator) for indicator in chapter.indicators])
        for chapter in standard.chapters
    ]
    context = {"version": row, "standard": standard, "chapters": chapters}
    return render(request, "standards/version.html", context)


def _line(standard: Standard, indicator: Indicator) -> ClauseLine:
    titles = {stage.name: stage.title for stage in standard.levels}
    limits = []
    for item in indicator.limits:
        end = f"至{words.day(item.until)}" if item.until else "起"
        when = f"（{words.formula(standard, item.when)}）" if item.when else ""
        limits.append(
            LimitLine(
                titles.get(item.level or "", ""),
                f"{words.limit(item, indicator.unit)} {words.unit(indicator.unit)}{when}".strip(),
                f"{words.day(item.since)}{end}",
                item.source,
            )
        )
    reliefs = indicator.rule.reliefs if isinstance(indicator.rule, Ratio) else ()
    return ClauseLine(
        indicator,
        tuple(words.formula_lines(standard, indicator)),
        tuple(limits),
        tuple(words.relief_lines(standard, reliefs)),
    )
