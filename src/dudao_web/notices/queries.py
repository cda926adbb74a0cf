"""Reads of notices used twice: who sees one, the chain of forwarding, the attachments that come with it."""

from django.db.models import Count, Q, QuerySet

from dudao_web.documents.models import Attachment
from dudao_web.notices import rules
from dudao_web.notices.models import Notice, Receipt
from dudao_web.orgs.models import Membership

LONGEST = 10  # links of a chain: nation, province, city, district, town, and room


def received(membership: Membership) -> QuerySet[Receipt]:
    """What came to the own unit."""
    if not rules.may_read(membership):
        return Receipt.objects.none()
    return Receipt.objects.filter(org=membership.org_id)


def sent(membership: Membership) -> QuerySet[Notice]:
    """What the own unit sent, with how many received it and how many acknowledged."""
    if not rules.may_send(membership):
        return Notice.objects.none()
    rows = Notice.objects.filter(org=membership.org_id).order_by("-at", "-pk")
    return rows.annotate(receivers=Count("receipts"), acknowledged=Count("receipts__acknowledged_at"))


def visible(membership: Membership) -> QuerySet[Notice]:
    """Notices sent by or to the own unit, and those by which others forwarded one of its own."""
    if not rules.may_read(membership):
        return Notice.objects.none()
    own = membership.org_id
    to = Receipt.objects.filter(org=own).values("notice")
    return Notice.objects.filter(Q(org=own) | Q(pk__in=to) | Q(forward_of__org=own))


def origins(notice: Notice) -> list[Notice]:
    """The notices that this one passes on, the nearest first."""
    found: list[Notice] = []
    at = notice.forward_of_id
    while at is not None and len(found) < LONGEST:
        found.append(Notice.objects.select_related("document", "org").get(pk=at))
        at = found[-1].forward_of_id
    return found


def attachments(notice: Notice, passed_on: list[Notice]) -> QuerySet[Attachment]:
    """The attachments of a notice and of those it passes on (``origins``)."""
    documents = [one.document_id for one in (notice, *passed_on)]
    return Attachment.objects.filter(document__in=documents).select_related("file", "document")
