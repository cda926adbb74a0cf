"""Views of the working-day calendars: which years are known, and another one typed over from the notice of holidays.

Not here: how working days are counted (``dudao.procedures``), where the calendars lie (``calendars``).
"""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from dudao_web import clock
from dudao_web.campaigns import calendars, rules
from dudao_web.campaigns.forms_calendar import CalendarForm
from dudao_web.orgs.access import page
from dudao_web.orgs.actions import Refused


@page(rules.OFFICES, obj="工作日历", methods=("GET", "POST"))
def index(request: HttpRequest) -> HttpResponse:
    """The years that are known, with the notices they come from; the highest office adds one."""
    may = rules.may_load_calendar(request.membership)
    form = CalendarForm(request.POST or None, initial={"year": clock.today().year + 1})
    if request.method == "POST" and form.is_valid():
        try:
            found = calendars.load(by=request.membership, data=form.data_of_year())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{found.year} 年工作日历已载入，以后按它计算工作日。")
            return redirect("campaigns:calendars")
    known, own = calendars.known(), calendars.own()
    context = {
        "years": [(known[year], year in own) for year in sorted(known, reverse=True)],
        "lacking": [year for year in (clock.today().year, clock.today().year + 1) if year not in known],
        "form": form,
        "may": may,
    }
    return render(request, "campaigns/calendars.html", context, status=422 if form.errors else 200)
