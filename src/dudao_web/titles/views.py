"""Views of titles: progress by district, targets, and the awards of one title. Fetch within the own scope, answer."""

import re

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from dudao_web import clock
from dudao_web.evidence.views import attachment
from dudao_web.orgs import actions as orgs_actions
from dudao_web.orgs import queries as orgs
from dudao_web.orgs import rules as orgs_rules
from dudao_web.orgs.access import page
from dudao_web.orgs.models import COUNTY_KINDS, Org, Role
from dudao_web.titles import actions, progress, queries, rules, sheet
from dudao_web.titles.forms import TargetsForm, TitleForm, YearForm
from dudao_web.titles.models import Award, Target, Title

PAGE_SIZE = 200
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
YEAR = re.compile(r"(19|20|21)[0-9]{2}")
STATES = (("standing", "有效"), ("withdrawn", "已撤销"))


@page(rules.READERS, obj="称号")
def index(request: HttpRequest) -> HttpResponse:
    """Progress by district and title. A unit is shown its own awards."""
    who, today = request.membership, clock.today()
    if who.role == Role.SCHOOL:
        return redirect("titles:unit", who.org.code)
    titles = list(rules.visible_titles(who))
    years = progress.years(titles)
    year = progress.year_shown(years, request.GET.get("year", ""), today)
    places = 2 if request.GET.get("places") == "2" else 1
    context = {
        "titles": titles,
        "years": years,
        "year": year,
        "places": places,
        "rows": progress.rows(who, titles, year=year, today=today, places=places),
        "today": today,
        "may_edit": who.role in rules.OWNERS,
        "owns": any(rules.owns(who, title.org) for title in titles),
    }
    return render(request, "titles/index.html", context)


@page(rules.OWNERS, obj="称号", methods=("GET", "POST"))
def create(request: HttpRequest) -> HttpResponse:
    """A new title of the own office."""
    form = TitleForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.create_title(
                by=request.membership, org=request.membership.org, **form.cleaned_data
            )
        except orgs_actions.Refused as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, f"已新建称号“{made.name}”。")
            return redirect("titles:title", made.key)
    context = {"form": form, "title": "新建称号", "verb": "新建", "back": reverse("titles:index")}
    return render(request, "titles/form.html", context, status=422 if form.errors else 200)


@page(rules.OWNERS, obj="目标数", methods=("GET", "POST"))
def targets(request: HttpRequest) -> HttpResponse:
    """The targets of a year, for every district and title of the own office."""
    who, today = request.membership, clock.today()
    titles = list(Title.objects.filter(org=who.org))
    asked = YearForm(request.GET)
    year = asked.cleaned_data["year"] if asked.is_valid() else today.year
    present = Target.objects.filter(title__in=titles, year=year)
    form = TargetsForm(
        request.POST or None,
        titles=titles,
        districts=[*orgs.counties(who, today), None],
        units={(row.title_id, row.district_id): row.units for row in present},
    )
    if request.method == "POST" and form.is_valid():
        changed = actions.set_targets(by=who, year=year, units=form.units())
        messages.success(request, f"{year}年目标数已保存，改动 {len(changed)} 处。")
        return redirect(f"{reverse('titles:index')}?year={year}")
    context = {"form": form, "titles": titles, "year": year, "asked": asked}
    return render(request, "titles/targets.html", context, status=422 if form.errors else 200)


# --- the awards of one title


def shown_title(request: HttpRequest, key: str) -> Title:
    """The title, if it concerns the office asking; otherwise there is no such page."""
    return get_object_or_404(rules.visible_titles(request.membership), key=key)


def _filtered(request: HttpRequest, rows: QuerySet[Award], districts: dict[str, Org]) -> QuerySet[Award]:
    """The awards that the address asks for: by name or code, district, year, batch, state."""
    asked = {name: request.GET.get(name, "").strip() for name in ("q", "district", "year", "batch", "state")}
    if asked["q"]:
        rows = rows.filter(Q(unit__name__icontains=asked["q"]) | Q(unit__code__startswith=asked["q"]))
    if asked["district"] in districts:
        rows = rows.filter(**orgs_rules.within(districts[asked["district"]], "unit"))
    if YEAR.fullmatch(asked["year"]):
        rows = rows.filter(awarded_on__year=int(asked["year"]))
    if asked["batch"]:
        rows = rows.filter(batch=asked["batch"])
    if asked["state"] == "standing":
        rows = rows.filter(queries.standing(clock.today()))
    elif asked["state"] == "withdrawn":
        rows = rows.filter(withdrawn_on__lte=clock.today())
    return rows


def _districts(request: HttpRequest) -> dict[str, Org]:
    """The districts of the own scope by code."""
    return {org.code: org for org in orgs.counties(request.membership, clock.today())}


@page(rules.OFFICES, obj="称号")
def title(request: HttpRequest, key: str) -> HttpResponse:
    """The awards of one title in the own scope; filters, search."""
    one, districts, today = shown_title(request, key), _districts(request), clock.today()
    every = rules.visible_awards(request.membership).filter(title=one)
    rows = _filtered(request, every, districts).select_related("unit").order_by("unit__path", "awarded_on")
    paged = Paginator(rows, PAGE_SIZE).get_page(request.GET.get("page"))
    for award in paged.object_list:
        award.district = progress.district_of(award.unit.path, districts)
        award.standing = award.stands(today)
    context = {
        "one": one,
        "awards": paged,
        "districts": districts.values() if request.membership.org.kind not in COUNTY_KINDS else (),
        "years": [day.year for day in every.order_by().dates("awarded_on", "year", order="DESC")],
        "batches": every.order_by("batch").exclude(batch="").values_list("batch", flat=True).distinct(),
        "states": STATES,
        "asked": {name: request.GET.get(name, "") for name in ("q", "district", "year", "batch", "state")},
        "owns": rules.owns(request.membership, one.org),
    }
    return render(request, "titles/title.html", context)


@page(rules.OFFICES, obj="称号", methods=("POST",))
def download(request: HttpRequest, key: str) -> HttpResponse:
    """The rows that the page shows with the same filters, as a workbook."""
    one, districts = shown_title(request, key), _districts(request)
    every = rules.visible_awards(request.membership).filter(title=one)
    rows = (
        _filtered(request, every, districts).select_related("unit", "title", "version").defer("version__text")
    )
    awards = list(rows.order_by("unit__path", "awarded_on"))
    of = {award.unit_id: progress.district_of(award.unit.path, districts) for award in awards}
    names = {pk: district.name for pk, district in of.items() if district}
    asked = {name: value for name, value in request.GET.items() if value}
    orgs_actions.record_export(
        by=request.membership, action="titles.export", what=one.key, rows=len(awards), asked=asked
    )
    return attachment(sheet.table(awards, names), f"{one.name}.xlsx", XLSX)
