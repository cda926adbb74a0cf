"""What the ledger adds to the start page: how many problems wait for the office, are overdue, are not struck off.

The callable is named in ``apps`` (contract in ``pages.blocks``). Not here: what is to be done about each (``tasks``).
"""

from datetime import date
from typing import Any

from django.db.models import Count

from dudao_web.findings import ledger_page, queries, rules
from dudao_web.orgs.models import Membership

SHOWN = ("verify", "mine", "late", "live")  # tabs of the ledger, in this order


def aside(membership: Membership, on: date) -> tuple[str, dict[str, Any]] | None:
    """The counts that are not 0, each a link into the ledger: one query. None where nothing is left to mend."""
    if membership.role not in rules.READERS:
        return None
    keys = [key for key in SHOWN if key != "verify" or membership.role in rules.OFFICES]
    asked = {key: Count("pk", filter=ledger_page.condition(key, membership, on)) for key in keys}
    found = queries.seen(membership).select_related(None).order_by().aggregate(**asked)
    lines = [
        {"key": key, "word": ledger_page.TABS[key], "count": found[key], "bad": key == "late"}
        for key in keys
        if found[key]
    ]
    return ("findings/_home.html", {"lines": lines}) if lines else None
