"""Why an office cannot do something about one of several findings: its page says it before anything is typed, the act asks again.

Not here: how and on what evidence one is struck off (``striking``), what is done (``ledger``).
"""

from dudao_web.findings import improving, rules
from dudao_web.findings.models import Finding
from dudao_web.orgs.models import Membership

NOT_DUE = "现在是“{}”，不需要督办。"
UPPER = "已上报“{}”协调，不能督办上级。请与其联系。"
NO_DAY = "现在是“{}”，没有时限可以调整。"
NOT_REPORTED = "现在是“{}”，还没有报告整改完成，不能销号。"
OVER = "现在是“{}”，不再办理。"
ALONE = "指标未改善：{}。请单独核验，写明理由，或退回整改。"


def urge(by: Membership, row: Finding) -> str:
    """Why it cannot be supervised; "" for nothing, as in all of these."""
    if row.state not in Finding.DUE:
        return NOT_DUE.format(row.get_state_display())
    if rules.may_urge(by, row):
        return ""
    return (
        UPPER.format(row.org.name) if rules.is_office(by, row) else rules.NOT_OFFICE.format(row.office.name)
    )


def move(by: Membership, row: Finding) -> str:
    """Why it cannot be given another day: who mends it does not give itself more time."""
    if row.state not in Finding.LIVE:
        return NO_DAY.format(row.get_state_display())
    return rules.verify_fault(by, row)  # of the office that verifies it, too


def strike(by: Membership, row: Finding) -> str:
    """Why it cannot be struck off together with others: that needs a reason of its own where the indicator is no better."""
    if row.state != "mended":
        said = NOT_REPORTED if row.state in Finding.LIVE else OVER
        return said.format(row.get_state_display())
    if fault := rules.verify_fault(by, row):
        return fault
    change = improving.of(row)
    return ALONE.format(change.said) if change is not None and change.unimproved else ""
