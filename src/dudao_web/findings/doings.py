"""What can be done about a finding, in one list: page, panel and address of each act follow ``DOINGS``.

Not here: who may (``rules``), the acts themselves (``ledger``, ``actions``), several findings at once (``views_bulk``).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Max, Q, QuerySet
from django.forms import Form
from django.urls import reverse

from dudao_web import clock
from dudao_web.evidence import queries as evidence
from dudao_web.findings import actions, climbing, finding_page, forms, improving, ledger, rules, striking
from dudao_web.findings.models import Finding
from dudao_web.orgs import rules as orgs
from dudao_web.orgs.models import COUNTY_KINDS, Kind, Membership, Org

Sent = tuple[Any, ...]  # (request.POST, request.FILES), or nothing


@dataclass(frozen=True, slots=True)
class Doing:
    """Something that can be done about a finding: by which rule, with which form, by which act.

    ``party``: whose work it is at all; to others the address is not there. ``first``: its form stands open; ``look``: of its button.
    """

    title: str
    button: str
    said: str
    may: Callable[[Membership, Finding], bool]
    party: Callable[[Membership, Finding], bool]
    form: Callable[[Membership, Finding, Sent], Form]
    act: Callable[[Finding, Membership, dict[str, Any]], object]
    first: bool = False
    look: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Work:
    """A doing as the page shows it now."""

    verb: str
    doing: Doing
    form: Form
    href: str
    open: bool


@dataclass(frozen=True, slots=True)
class Verification:
    """核验销号 as the page shows it: why this account may not ("": it may), what is looked at, how the indicator changes with the figures
    of the report (None: unknown), whether material alone can prove it, the form.
    """

    fault: str
    checks: Sequence[finding_page.Check]
    change: improving.Change | None
    by_material: bool
    form: forms.VerifyForm


def _text(label: str, hint: str = "") -> Callable[[Membership, Finding, Sent], Form]:
    return lambda by, finding, sent: forms.TextForm(*sent, label=label, hint=hint)


def _dated(label: str) -> Callable[[Membership, Finding, Sent], Form]:
    return lambda by, finding, sent: forms.DatedForm(*sent, label=label, initial={"due": finding.due})


def _plan(by: Membership, finding: Finding, sent: Sent) -> Form:
    return forms.PlanForm(*sent, initial={"measure": finding.measure, "due": finding.due})


def _assign(by: Membership, finding: Finding, sent: Sent) -> Form:
    return forms.AssignForm(*sent, orgs=can_mend(by, finding.case.district, finding.unit))


def _report(by: Membership, finding: Finding, sent: Sent) -> Form:
    today = clock.today()
    return forms.ReportForm(
        *sent,
        own=evidence.current_proofs(by.org).annotate(last=Max("revisions__at")).order_by("-last", "-pk"),
        listed=striking.listed_at(finding),
        figures=forms.figures(finding),
        initial={"on": today, "effective_on": today},
    )


def can_mend(by: Membership, district: Org, unit: Org) -> QuerySet[Org]:
    """Who may be made to mend a problem of a unit: the unit, its county, the departments of the governments that it stands under, at or
    below the office that asks.
    """
    codes = unit.path.strip("/").split("/")
    above = ["/".join(codes[:depth]) + "/" for depth in range(1, len(codes))]
    known = Q(pk=unit.pk) | Q(kind=Kind.DEPARTMENT, parent__path__in=above, **orgs.within(by.org))
    if district.kind in COUNTY_KINDS - {Kind.DIRECT}:
        known |= Q(pk=district.pk)
    return Org.objects.filter(known, until=None).order_by("-path")


def _withdraw(by: Membership, finding: Finding, sent: Sent) -> Form:
    form = forms.TextForm(*sent, label="理由")
    form.fields["text"].required = finding.source != "self"
    return form


def _listed_it(by: Membership, finding: Finding) -> bool:
    return rules.is_unit(by, finding.case) if finding.source == "self" else rules.is_office(by, finding)


def _is_upper(by: Membership, _finding: Finding) -> bool:
    return by.role in rules.OFFICES


def _has_it(by: Membership, finding: Finding) -> bool:
    return rules.is_fixer(by, finding) or rules.acts_for(by, finding.org)


# In the order in which the page shows them.
DOINGS: dict[str, Doing] = {
    "answer": Doing(
        "协调答复", "答复", "已答复单位。", rules.may_answer, _is_upper,
        _text("答复", "由谁、怎样、何时解决。"),
        lambda row, by, said: actions.answer(finding=row, by=by, text=said["text"]),
        first=True,
    ),
    "plan": Doing(
        "整改方案", "报送方案", "整改方案已报送。", rules.may_plan, rules.is_fixer, _plan,
        lambda row, by, said: ledger.plan(finding=row, by=by, measure=said["measure"], due=said["due"]),
        first=True,
    ),
    "report": Doing(
        "整改完成", "报告整改完成", "已报告整改完成，等待核验。", rules.may_report, rules.is_fixer, _report,
        lambda row, by, said: ledger.report(finding=row, by=by, **said),
        first=True,
    ),
    "progress": Doing(
        "报告进展", "报告进展", "进展已报告。", rules.may_progress, rules.is_fixer,
        lambda by, finding, sent: forms.ProgressForm(*sent),
        lambda row, by, said: ledger.progress(finding=row, by=by, note=said["note"]),
    ),
    "hand-up": Doing(
        "报上级协调", "报上级协调", "已上报协调。", rules.may_hand_up, _has_it, _text("不能自行整改的原因"),
        lambda row, by, said: actions.hand_up(finding=row, by=by, reason=said["text"]),
    ),
    "return-plan": Doing(
        "退回整改方案", "退回方案", "整改方案已退回。", rules.may_return_plan, rules.is_office,
        _text("退回理由", "写明方案缺什么、怎样改。"),
        lambda row, by, said: ledger.return_plan(finding=row, by=by, reason=said["text"]),
    ),
    "assign": Doing(
        "交办、协调", "交办", "已交办。", rules.may_assign, _is_upper, _assign,
        lambda row, by, said: ledger.assign(
            finding=row, by=by, responsible=said["responsible"], note=said["note"]
        ),
        note="交给能解决的单位：出现问题的单位、所在县（市、区）或有关部门。",
    ),
    "decide": Doing(
        "研究约谈建议", "记下决定", "决定已记下。", rules.may_decide, _is_upper,
        lambda by, finding, sent: forms.DecideForm(*sent, label="理由和安排", hint="何时约谈谁，或为什么不约谈。"),
        lambda row, by, said: climbing.decide(finding=row, by=by, held=said["held"] == "yes", note=said["text"]),
        first=True,
    ),
    "urge": Doing(
        "督办", "督办", "督办意见已发出。", rules.may_urge, rules.is_office, _text("督办意见", "责任单位会看到原文。"),
        lambda row, by, said: ledger.urge(findings=[row], by=by, note=said["text"]),
    ),
    "move": Doing(
        "调整时限", "调整时限", "整改时限已调整。", rules.may_move_due, rules.is_office, _dated("调整理由"),
        lambda row, by, said: ledger.move_due(findings=[row], by=by, due=said["due"], reason=said["text"]),
    ),
    "reopen": Doing(
        "重新列入", "重新列入", "已重新列入台账。", rules.may_reopen, rules.is_office,
        _text("理由", "写明销号后又出现了什么。"),
        lambda row, by, said: ledger.reopen(finding=row, by=by, reason=said["text"]),
    ),
    "withdraw": Doing(
        "撤销这个问题", "撤销这个问题", "已撤销，记录保留。", rules.may_withdraw, _listed_it, _withdraw,
        lambda row, by, said: actions.withdraw(finding=row, by=by, reason=said["text"]),
        look="danger",
        note="登记有误的，可以撤销；记录保留。",
    ),
}  # fmt: skip


def form(verb: str, by: Membership, finding: Finding, *sent: Any) -> Form:
    """The form of a doing; several stand on one page, so that its fields are named by it."""
    made = DOINGS[verb].form(by, finding, sent)
    made.auto_id = f"{verb}-%s"
    return made


def works(by: Membership, finding: Finding, sent: tuple[str, Form] | None = None) -> list[Work]:
    """What the office may do about the finding now; ``sent``: (verb, form) of one that was sent and is shown again."""
    return [
        Work(
            verb,
            doing,
            sent[1] if sent and sent[0] == verb else form(verb, by, finding),
            reverse(f"findings:{verb.replace('-', '_')}", args=(finding.pk,)),
            doing.first or bool(sent and sent[0] == verb),
        )
        for verb, doing in DOINGS.items()
        if doing.may(by, finding) or (sent and sent[0] == verb)
    ]


def verification(
    by: Membership,
    finding: Finding,
    lines: Sequence[finding_page.Line],
    form: forms.VerifyForm | None = None,
) -> Verification | None:
    """核验销号 for the office that keeps the finding, while it waits for that; None for all others."""
    if form is None and (finding.state != "mended" or not rules.is_office(by, finding)):
        return None
    form, change = form or verify_form(finding, lines), improving.of(finding)
    if change is not None and change.unimproved:
        form.fields["note"].help_text = "指标未改善，同意销号须写明理由。"
    return Verification(
        rules.verify_fault(by, finding) if finding.state == "mended" else "",
        finding_page.to_check(lines),
        change,
        striking.by_material(finding),
        form,
    )


def verify_form(finding: Finding, lines: Sequence[finding_page.Line], *sent: Any) -> forms.VerifyForm:
    """The form of the verification, with a box for each thing to look at."""
    boxes = [(key, label) for key, label, _ in finding_page.to_check(lines)]
    asked = {"on": clock.today(), "method": "material" if striking.by_material(finding) else "on_site"}
    return forms.VerifyForm(*sent, proofs=boxes, auto_id="verify-%s", initial=asked)
