"""Pages of notices: inbox and outbox, one notice with its chain and receipts, sending, forwarding, acknowledging, urging."""

from collections.abc import Iterable

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count, Exists, OuterRef, Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from dudao_web import clock
from dudao_web.documents import queries as documents
from dudao_web.documents.models import Attachment
from dudao_web.documents.shown import Enclosed, enclosed
from dudao_web.evidence.views import stored
from dudao_web.notices import actions, queries, rules
from dudao_web.notices.models import Notice, Receipt
from dudao_web.orgs.access import page
from dudao_web.orgs.actions import Refused

PAGE = 50
RECEIPTS = 200


@page(rules.READERS, obj="通知")
def index(request: HttpRequest) -> HttpResponse:
    """What came in and, for offices that send, what went out; search by title or number."""
    membership = request.membership
    box = "sent" if request.GET.get("box") == "sent" and rules.may_send(membership) else "received"
    text, only = request.GET.get("q", "").strip(), request.GET.get("only", "")
    if box == "sent":
        rows = queries.sent(membership).select_related("document", "forward_of__document")
        found = rows.filter(documents.about(text, "document__"))
    else:
        own = Notice.objects.filter(forward_of=OuterRef("notice"), org=membership.org_id)
        rows = queries.received(membership).select_related("notice__document", "notice__org")
        found = rows.filter(documents.about(text, "notice__document__")).annotate(passed_on=Exists(own))
        found = found.order_by("-notice__at", "-pk")
        if only == "open":
            found = found.filter(acknowledged_at=None)
    waiting = queries.received(membership).filter(acknowledged_at=None).count()
    context = {"rows": Paginator(found, PAGE).get_page(request.GET.get("page")), "box": box, "q": text}
    context |= {"only": only, "waiting": waiting, "may_send": rules.may_send(membership)}
    return render(request, "notices/index.html", context)


def fetch(request: HttpRequest, pk: int) -> Notice:
    """A notice that the office sees; 404 for a stranger."""
    rows = queries.visible(request.membership).select_related("document", "org")
    return get_object_or_404(rows, pk=pk)


@page(rules.READERS, obj="通知")
def notice(request: HttpRequest, pk: int) -> HttpResponse:
    """One notice: the text, what it passes on, who has received it."""
    membership = request.membership
    found = fetch(request, pk)
    chain = queries.origins(found)
    files = _files(found, queries.attachments(found, chain))
    counts = found.receipts.aggregate(all=Count("pk"), acknowledged=Count("acknowledged_at"))
    own = found.receipts.filter(org=membership.org_id).select_related("by").first()
    sender = found.org_id == membership.org_id
    context = {
        "notice": found,
        "files": files.get(found.document_id, []),
        "chain": [(one, files.get(one.document_id, [])) for one in chain],
        "counts": counts | {"open": counts["all"] - counts["acknowledged"]},
        "own": own,
        "passed_on": found.forwards.filter(org=membership.org_id).select_related("document"),
        "may_forward": own is not None and rules.may_send(membership),
        "sender": sender,
        "urged_today": found.urged_on == clock.today(),
    }
    return render(request, "notices/notice.html", context | (_receipts(request, found) if sender else {}))


def _files(of: Notice, attachments: Iterable[Attachment]) -> dict[int, list[Enclosed]]:
    """Attachments by document, each at the address of the notice that the reader has open."""
    found: dict[int, list[Enclosed]] = {}
    for one in attachments:
        href = reverse("notices:file", args=(of.pk, one.pk))
        found.setdefault(one.document_id, []).append(enclosed(one, href))
    return found


def _receipts(request: HttpRequest, found: Notice) -> dict[str, object]:
    """The receipts as their sender sees them, and by which number each receiver passed the notice on."""
    text, only = request.GET.get("q", "").strip(), request.GET.get("only", "")
    rows = found.receipts.select_related("org", "by").order_by("org__path")
    if text:
        rows = rows.filter(Q(org__name__icontains=text) | Q(org__code__startswith=text))
    if only in ("open", "done"):
        rows = rows.filter(acknowledged_at__isnull=only == "open")
    forwards = {one.org_id: one for one in found.forwards.select_related("document")}
    paged = Paginator(rows, RECEIPTS).get_page(request.GET.get("page"))
    for row in paged.object_list:
        row.passed_on = forwards.get(row.org_id)
    return {"receipts": paged, "q": text, "only": only, "forwarded": len(forwards)}


@page(rules.READERS, obj="通知附件")
def file(request: HttpRequest, pk: int, attachment: int) -> FileResponse:
    """An attachment of a notice or of one that it passes on."""
    found = fetch(request, pk)
    rows = queries.attachments(found, queries.origins(found))
    return stored(get_object_or_404(rows, pk=attachment).file)


def _received(request: HttpRequest, pk: int) -> Receipt:
    """The own unit's receipt of a notice; 404 where it got none."""
    return get_object_or_404(queries.received(request.membership), notice=pk)


@page(rules.READERS, obj="通知签收", methods=("POST",))
def acknowledge(request: HttpRequest, pk: int) -> HttpResponse:
    """The own unit has received the notice."""
    try:
        actions.acknowledge(receipt=_received(request, pk), by=request.membership)
    except Refused:  # the unit's mail is acknowledged by another role of it
        raise Http404 from None
    messages.success(request, "已签收。")
    return redirect("notices:notice", pk)


@page(rules.SENDERS, obj="通知催办", methods=("POST",))
def urge(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask those again who have not acknowledged."""
    found = get_object_or_404(queries.sent(request.membership), pk=pk)
    number = actions.urge(by=request.membership, notice=found, on=clock.today())
    messages.success(request, f"已催办 {number} 个单位。" if number else "今天已催办，或各单位均已签收。")
    return redirect("notices:notice", pk)
