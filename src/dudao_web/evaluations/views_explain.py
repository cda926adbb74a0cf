"""Pages that walk a number back: fetch with permission, take the step of the library's tree, answer as a page or a drawer.

Here is which step an address means and where the steps below it lead. Not here: how a step is shown (``explanation``).
"""

from collections.abc import Container
from functools import partial
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from dudao.evaluation import explain
from dudao.evaluation.evaluate import Evaluation as Computed
from dudao.evaluation.explain import Step, items, schools
from dudao.evaluation.explain.trail import Trail
from dudao.indicators.schools import School
from dudao.standards.model import SchoolRule
from dudao_web.evaluations import explanation, frozen, items_page, queries, rules, shown
from dudao_web.evaluations.explanation import Links, Reader
from dudao_web.evaluations.models import Evaluation
from dudao_web.evaluations.views import base, choice, fetch, school_entry
from dudao_web.orgs.access import page
from dudao_web.orgs.models import Role
from dudao_web.submissions import queries as sets

SCHOOL_TOO = rules.OFFICES | {Role.SCHOOL}


class Told:
    """A run, computed again, with what is known of its files, for one reader."""

    def __init__(self, request: HttpRequest, pk: int) -> None:
        self.request = request
        self.run: Evaluation = fetch(request, pk)
        self.again = frozen.again(self.run)
        self.computed: Computed = self.again.computed
        rows = list(queries.inputs(self.run).defer("figures"))
        confirmation = self.run.confirmation
        bound = confirmation if confirmation and confirmation.digest == self.run.digest else None
        self.trail = Trail(self.computed, frozen.handled(rows, bound))
        office = rules.may_read(request.membership)
        own = rows if office else [row for row in rows if row.unit_id == request.membership.org_id]
        self.reader = Reader(own, office, partial(sets.may_have_file, request.membership))

    def answer(
        self,
        step: Step,
        title: str,
        code: str | None,
        links: Links,
        near: Container[str | None] = (),
        **more: Any,
    ) -> HttpResponse:
        """The page of a step, or its drawer."""
        context = base(self.run)
        walked = explanation.explained(context["standard"], step, title, self.reader, links, code, near)
        drawer = bool(self.request.htmx and self.request.htmx.target == "drawer")
        name = "evaluations/drawer.html" if drawer else "evaluations/explanation.html"
        context |= {"shown": walked, "same": self.again.same, "drawer": drawer, **more}
        return render(self.request, name, context)

    def address(self, name: str, *args: Any) -> str:
        """The address of a page of this run."""
        return reverse(f"evaluations:{name}", args=(self.run.pk, *args))

    def places(self) -> dict[tuple[str | None, str, str | None], int]:
        """The place in the result of each school and level, by code, name and level."""
        found: dict[tuple[str | None, str, str | None], int] = {}
        for number, result in enumerate(self.computed.schools):
            own = result.row.school
            found.setdefault((own.code, schools.name_of(own), result.row.level.name), number)
        return found


def _none(step: Step) -> str:
    return ""


@page(rules.OFFICES, obj="结论")
def verdict(request: HttpRequest, pk: int) -> HttpResponse:
    """The verdict walked back to its items."""
    told = Told(request, pk)
    known = {item.indicator.code for item in told.computed.items}
    step = explain.verdict(told.computed, told.trail.handled)
    county = told.run.county.name
    return told.answer(
        step, f"{county}　结论", None, lambda one: told.address("item", one.code) if one.code in known else ""
    )


@page(rules.OFFICES, obj="结论")
def item(request: HttpRequest, pk: int, code: str) -> HttpResponse:
    """One item of the county."""
    told = Told(request, pk)
    found = next((one for one in told.computed.items if one.indicator.code == code), None)
    if found is None:
        raise Http404
    step = items.item(told.trail, code)
    refusal = items_page.refusal(told.computed, found)
    choose = choice(request, told.run) if refusal else ""
    links = _below_item(told, code)
    return told.answer(step, f"{code}　{found.indicator.title}", code, links, refusal=refusal, choose=choose)


def _below_item(told: Told, code: str) -> Links:
    """Where the steps below an item lead: to coefficients, to schools, to other items."""
    known = {one.indicator.code for one in told.computed.items}
    ratios = {one.indicator.code for one in told.computed.coefficients} | {"composite"}
    places = told.places()
    own = {
        (one.school.code, schools.name_of(one.school)): one.school.number
        for one in told.computed.item(code).schools
    }
    rule = told.computed.standard.indicator(code).rule

    def link(step: Step) -> str:
        if step.code in ratios and step.level:
            return told.address("variation", step.level, step.code)
        if isinstance(rule, SchoolRule) and (step.code, step.label, step.level) in places:
            return told.address("value", places[step.code, step.label, step.level], code)
        if (step.code, step.label) in own:
            return told.address("unit", code, own[step.code, step.label])
        if step.code in known and step.code != code:
            return told.address("item", step.code)
        return ""

    return link


@page(rules.OFFICES, obj="结论")
def variation(request: HttpRequest, pk: int, level: str, code: str) -> HttpResponse:
    """One coefficient, school by school, or the composite of a level."""
    told = Told(request, pk)
    try:
        step = explain.county(told.computed, code, level, told.trail.handled)
    except explain.NotThere:
        raise Http404 from None
    own = next((one.code for one in told.computed.standard.indicators if _judges(one, code)), None)
    places = told.places()

    def link(one: Step) -> str:
        if code == "composite":
            return told.address("variation", level, one.code)
        place = places.get((one.code, one.label, level))
        return "" if place is None else told.address("value", place, code)

    if own is None or step.level != level:
        raise Http404
    stage = told.computed.standard.stage(level).title
    name = "综合" if code == "composite" else f"{told.computed.standard.indicator(code).title}　校际"
    return told.answer(step, f"{stage}　{name}差异系数", own, link, of_code=code)


def _judges(indicator: Any, code: str) -> bool:
    """Whether an indicator is the rule over the coefficients that a code names."""
    of = getattr(indicator.rule, "of", ())
    return hasattr(indicator.rule, "composite") and (code in of or code == "composite")


@page(SCHOOL_TOO, obj="学校结果")
def value(request: HttpRequest, pk: int, number: int, code: str) -> HttpResponse:
    """One value of one school at one level, or how it stands by the school rule."""
    told = Told(request, pk)
    entry = school_entry(request, told.run, number)
    result = told.computed.schools[number]
    indicator = next((one for one in told.computed.standard.indicators if one.code == code), None)
    if indicator is None or not (code in result.values or isinstance(indicator.rule, SchoolRule)):
        raise Http404
    if code in result.values:
        step = schools.value(told.trail, result, code)
    else:
        step = schools.judged_school(told.trail, result, indicator)

    def link(one: Step) -> str:
        return (
            told.address("value", number, one.code) if one.code in result.values and one.code != code else ""
        )

    name = f"{schools.name_of(result.row.school)}（{result.row.level.title}）"
    near = {key for key, one in result.values.items() if shown.state(one.judgement, one.reaches) == "near"}
    return told.answer(
        step, f"{name}　{indicator.title}", code, link, near, entry=entry, number=number, of_school=name
    )


@page(SCHOOL_TOO, obj="学校结果")
def unit(request: HttpRequest, pk: int, code: str, number: int) -> HttpResponse:
    """An item that is judged school by school, of one school."""
    told = Told(request, pk)
    found = next((one for one in told.computed.items if one.indicator.code == code), None)
    own = next((one for one in found.schools if one.school.number == number), None) if found else None
    if found is None or own is None or not _sees(request, own.school):
        raise Http404
    step = items.of_school(told.trail, found.indicator, own)
    name = schools.name_of(own.school)
    return told.answer(step, f"{name}　{found.indicator.title}", code, _none, of_school=name)


def _sees(request: HttpRequest, school: School) -> bool:
    return rules.sees_school(request.membership, school.code)
