"""The pages on which a notice is written and sent, or a received one is passed on: one sheet, the document's fields and the receivers."""

from datetime import date
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from dudao_web import clock
from dudao_web.documents import attaching
from dudao_web.documents.forms import DocumentForm
from dudao_web.notices import actions, queries, rules
from dudao_web.notices.forms import NoteForm, ReceiversForm
from dudao_web.notices.models import Notice
from dudao_web.orgs.access import page
from dudao_web.orgs.actions import Refused
from dudao_web.orgs.models import Membership


@page(rules.SENDERS, obj="通知", methods=("GET", "POST"))
def create(request: HttpRequest) -> HttpResponse:
    """Write a notice and send it to units below."""
    return _sheet(request, None, {})


@page(rules.SENDERS, obj="通知转发", methods=("GET", "POST"))
def forward(request: HttpRequest, pk: int) -> HttpResponse:
    """Pass a received notice on to the own units."""
    receipt = get_object_or_404(
        queries.received(request.membership).select_related("notice__document"), notice=pk
    )
    original = receipt.notice.document
    proposed = {
        "title": f"转发《{original.title}》的通知"[:200],
        "body": f"现将《{original.title}》（{original.number}）转发给你们，请认真贯彻执行。",
    }
    return _sheet(request, receipt.notice, proposed)


def _sheet(request: HttpRequest, of: Notice | None, proposed: dict[str, Any]) -> HttpResponse:
    by, today = request.membership, clock.today()
    typed, files = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    searched = "search" in request.POST
    form = DocumentForm(typed, files, office=by, today=today, initial=proposed)
    receivers = ReceiversForm(typed, office=by, on=today)
    note = NoteForm(typed) if of else None
    if typed is not None:
        well = attaching.receive(form, by)
        if searched:
            form = _as_typed(request, form, by, today)
        elif all([well, receivers.is_valid(), note is None or note.is_valid()]):
            try:
                sent = _send(by, form, receivers, of, note)
            except Refused as refusal:
                form.add_error("no", str(refusal))
            else:
                messages.success(
                    request, f"已发出：{sent.document.number}，主送 {sent.receipts.count()} 个单位。"
                )
                return redirect("notices:notice", sent.pk)
    faults = "" if searched else " ".join(receivers.errors.get("to", ()))
    context = {"form": form, "receivers": receivers, "note": note, "of": of, "faults": faults}
    return render(request, "notices/sheet.html", context, status=422 if form.errors or faults else 200)


def _as_typed(request: HttpRequest, form: DocumentForm, by: Membership, today: date) -> DocumentForm:
    """The sheet with what was typed and stored so far, before it is checked: the units were only searched."""
    typed = {name: request.POST.get(name, "") for name in form.fields if name not in ("files", "kept")}
    again = DocumentForm(office=by, today=today, initial=typed)
    again.stored = form.stored
    return again


def _send(
    by: Membership, form: DocumentForm, receivers: ReceiversForm, of: Notice | None, note: NoteForm | None
) -> Notice:
    if of is None:
        return actions.issue_and_send(by=by, to=receivers.chosen, **form.content)
    text = note.cleaned_data["note"] if note else ""
    return actions.forward(by=by, notice=of, to=receivers.chosen, note=text, **form.content)
