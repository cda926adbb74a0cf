"""View of the data stage of a campaign: what stands of the unit's returns, and handing it in as it stands."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from dudao_web import clock
from dudao_web.campaigns import rules as campaigns
from dudao_web.campaigns import shown
from dudao_web.campaigns.models import Case
from dudao_web.orgs.access import page
from dudao_web.orgs.actions import Refused
from dudao_web.orgs.models import Role
from dudao_web.submissions import data_stage, rules
from dudao_web.submissions.self_check.views import fetch_case


@page(campaigns.READERS, obj="数据填报", methods=("GET", "POST"))
def data_page(request: HttpRequest, pk: int) -> HttpResponse:
    """Where the data of a unit stand: lacking, ready, handed in, changed since; and handing them in."""
    case = fetch_case(request, pk)
    errors = []
    if request.method == "POST":
        if not campaigns.is_unit(request.membership, case):
            raise Http404
        try:
            found = data_stage.hand_in(case=case, by=request.membership)
            messages.success(request, f"已提交（{found}）。")
            return redirect("submissions:data_stage", pk)
        except Refused as refusal:
            errors = [str(refusal)]
            case = fetch_case(request, pk)
    now = data_stage.standing(case)
    over = case.done or case.state not in Case.OPEN or case.place.stage.type != data_stage.TYPE
    approved = (
        case.approvals.filter(result="approved", hand_in__content__gt="").select_related("hand_in").last()
    )
    may_read = request.membership.role != Role.INSPECTOR and rules.may_read(request.membership)
    context = {
        "case": case,
        "campaign": case.campaign,
        "now": now,
        "set_href": reverse("submissions:set", args=now.of.args) if now.of and may_read else "",
        "may": data_stage.may_hand_in(request.membership, case),
        "own": campaigns.is_unit(request.membership, case),
        "when": shown.when(case.due or case.place.due, clock.today(), over),
        "opens": case.place.opens if case.place.opens and clock.today() < case.place.opens else None,
        "hand_ins": case.hand_ins.exclude(content="").select_related("by", "place__stage"),
        "approved": approved,
        "approved_same": approved is not None and approved.hand_in.content == now.digest,
        "approvals": case.approvals.select_related("by", "place__org").exclude(reason="").order_by("-pk")[:5],
        "errors": errors,
    }
    return render(request, "submissions/data_stage.html", context, status=422 if errors else 200)
