"""Problems on their way through the ledger, for tests: a problem of a school of 扬中市 listed by its district, reported, with a proof."""

from datetime import date

from dudao_web.campaigns.models import Case
from dudao_web.evidence import actions as evidence
from dudao_web.evidence.models import Revision
from dudao_web.findings import ledger
from dudao_web.findings.models import Finding
from dudao_web.orgs import actions as orgs
from dudao_web.orgs.models import Membership, Org, Role

SINCE = date(2010, 9, 1)


def case_in(code: str, key: str = "zj-2018") -> Case:
    """The first case of a district in a campaign."""
    rows = Case.objects.select_related("unit", "campaign__org", "district", "version")
    return rows.filter(district__code=code, campaign__key=key).order_by("pk")[0]


def raised(case: Case, by: Membership | None = None, text: str = "操场跑道破损", **more) -> Finding:
    """A problem that a re-check found."""
    said = {"source": "review", "office": case.district, "indicator": "ZD2"} | more
    return ledger.raise_(case=case, by=by, text=text, **said)


def shown(by: Membership, text: str = "验收单", on: date | None = None) -> Revision:
    """A new proof of the office's own unit."""
    data = b"%PDF-1.4\n% " + text.encode() + b"\n%%EOF\n"
    filed = evidence.add(
        org=by.org, by=by, name=f"{text}.pdf", data=data, effective_on=on or date(2018, 6, 12), title=text
    )
    return filed.proof.current


def mended(finding: Finding, by: Membership, on: date, **more) -> Finding:
    """Planned where it must be, then reported with a new proof."""
    if finding.state == "planning":
        ledger.plan(finding=finding, by=by, measure="暑期翻修")
    proofs = more.pop("proofs", None)
    proofs = [shown(by, f"验收单{finding.pk}", on)] if proofs is None else proofs
    return ledger.report(finding=finding, by=by, note="已翻修", on=on, proofs=proofs, **more)


def office(org: Org, role: Role, username: str, title: str = "演示处室") -> Membership:
    """Another office, of an account made if it is new."""
    return orgs.invite(by=None, org=org, role=role, username=username, title=title, on=SINCE)[0]


def department(parent: Org, code: str = "D321182", name: str = "演示自然资源局") -> Org:
    """A department of a government."""
    return orgs.create_org(by=None, code=code, name=name, kind="department", parent=parent, since=SINCE)
