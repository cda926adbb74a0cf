"""What a unit has filled in so far, field by field, and what is known of it already (带入).

Not here: what follows from it (``judging``), keeping it (``actions``), how it is shown (``page``).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Subquery

from dudao.standards import asked
from dudao.standards.asked import AskedItem, asked_of_unit
from dudao.standards.model import Declared, Field, Given, Standard, Survey
from dudao_web.campaigns.models import Case, Judgement
from dudao_web.evidence import queries as evidence
from dudao_web.evidence.models import Place
from dudao_web.standards import queries as standards
from dudao_web.submissions import told
from dudao_web.submissions.models import Answer, Confirmation, Submission

CARRIED = "carried"
TYPED = "typed"
NOTE, REPORT = "::note", "::report"  # no code of a standard has a colon
REPORT_PLACE = "自查报告"  # where the file of a report stands among the unit's proofs


@dataclass(frozen=True, slots=True)
class Known:
    """A figure that is known already: its text and where it comes from, in words."""

    text: str
    source: str


@dataclass(frozen=True)
class Before:
    """What the unit handed in for the same standard in an earlier campaign, and was approved. ``case`` None: nothing."""

    case: Case | None
    judgements: Mapping[str, Judgement]

    @cached_property
    def texts(self) -> dict[str, str]:
        """Field name -> text."""
        return {name: text for row in self.judgements.values() for name, text in row.answer.items()}


@dataclass(frozen=True)
class Sheet:
    """The self-check of one case: the items in document order and the answers by field. What else belongs to it is read when asked for."""

    case: Case
    standard: Standard
    items: tuple[AskedItem, ...]
    answers: Mapping[str, Answer]

    @cached_property
    def places(self) -> Mapping[str, list[Place]]:
        """The proofs filed, by indicator: two queries."""
        return evidence.places_at(self.case.unit, self.standard.id)

    @cached_property
    def last(self) -> Mapping[str, Judgement]:
        """What the unit handed in last, by indicator."""
        rows = Judgement.objects.filter(case=self.case, source="self", superseded=False)
        return {row.indicator: row for row in rows}

    @cached_property
    def before(self) -> Before:
        """What stood in the last approved self-check by this standard."""
        return before(self.case, self.standard)

    @cached_property
    def known(self) -> Mapping[str, Known]:
        """Figures that are known already."""
        return known(self.case, self.items, self.before)

    @cached_property
    def texts(self) -> dict[str, str]:
        """Field name -> text, as it would be handed in: the answers, and for a proof that is to be named the titles of those filed."""
        found = {name: answer.text for name, answer in self.answers.items() if answer.text}
        for item in self.items:
            for field in item.fields:
                if is_proof(field) and field.name not in found and (titles := self.filed(item)):
                    found[field.name] = titles
        return found

    @property
    def handed_in(self) -> dict[str, str]:
        """Field name -> text, as it was handed in last, with the notes."""
        found = {name: text for row in self.last.values() for name, text in row.answer.items()}
        return found | {note_of(row.indicator): row.note for row in self.last.values() if row.note}

    def filed(self, item: AskedItem) -> str:
        """The titles of the proofs filed at an item, in one text."""
        places = self.places.get(item.indicator.code, ())
        return "、".join(dict.fromkeys(place.proof.title for place in places))

    def gaps(self, item: AskedItem) -> list[str]:
        """The proofs that an item asks for and that are not filed."""
        have = {place.asked for place in self.places.get(item.indicator.code, ())}
        return [title for title in item.proofs if title not in have]

    def answered(self, item: AskedItem, texts: Mapping[str, str] | None = None) -> bool:
        """Whether every field of an item that needs an answer has one."""
        said = self.texts if texts is None else texts
        return all(field.name in said for field in item.fields if needed(item, field, said))


def note_of(code: str) -> str:
    """The name under which the note to an indicator is kept among the answers."""
    return f"{code}{NOTE}"


def is_proof(field: Field) -> bool:
    """Whether a field names the proofs of a declared item."""
    return bool(field.item) and field.name == f"{field.item}_proof"


def needed(item: AskedItem, field: Field, texts: Mapping[str, str]) -> bool:
    """Whether an item is not answered without this field. The particulars of a veto may stay blank where there is none to tell of, the
    proofs of what is declared not to hold too, figures of a subject not monitored, people visited where only the questionnaire counts.
    """
    code, rule = item.indicator.code, item.indicator.rule
    what = field.name.removeprefix(f"{code}_")
    if item.kind == "veto" and what == "note":
        return texts.get(f"{code}_found") == asked.YES
    if isinstance(rule, Declared) and what == "proof":
        judged = {word: judgement for judgement, word in rule.words.items()}
        return judged.get(texts.get(f"{code}_met", ""), "met") in ("met", "basically_met")
    if isinstance(rule, Given) and what.endswith("_value"):
        return texts.get(field.name.removesuffix("value") + "grade") != asked.NOT_MONITORED
    if isinstance(rule, Survey) and what.partition("_")[2].startswith("visit"):
        return rule.visits
    return True


def fields(items: Iterable[AskedItem]) -> dict[str, Field]:
    """Every field of the sheet, by name."""
    return {field.name: field for item in items for field in item.fields}


def sheet(case: Case) -> Sheet:
    """The self-check of a case: one query for the answers; whatever else is read when it is first asked for."""
    standard = standards.load(case.version)
    answers = {row.field: row for row in Answer.objects.filter(case=case)}
    return Sheet(case, standard, tuple(asked_of_unit(standard)), answers)


def before(case: Case, standard: Standard) -> Before:
    """The last approved self-check of the unit by this standard, in another campaign: one query."""
    found = Case.objects.filter(
        unit=case.unit,
        version__standard=standard.id,
        state="approved",
        campaign__year__lte=case.campaign.year,
    ).exclude(campaign=case.campaign_id)
    newest = found.order_by("-campaign__year", "-approved_at").values("pk")[:1]
    judged = Judgement.objects.filter(case=Subquery(newest), source="self", superseded=False)
    rows = list(judged.select_related("case__campaign"))
    return Before(rows[0].case if rows else None, {row.indicator: row for row in rows})


def known(case: Case, items: Iterable[AskedItem], earlier: Before) -> dict[str, Known]:
    """Figures of the sheet that the unit has given before, the newest first: in a return that its county confirmed, in its last approved
    self-check.

    Only numbers are carried in: what the unit judges of itself it judges anew.
    """
    numbers = {name for name, field in fields(items).items() if field.numeric}
    if not numbers:
        return {}
    told_by = [(row.year, f"{row.year}年{row.get_form_display()}", told.texts(row)) for row in _returns(case)]
    if earlier.case is not None:
        year = earlier.case.campaign.year
        told_by.append((year, f"{year}年自查", earlier.texts))
    found: dict[str, Known] = {}
    for _, source, texts in sorted(
        told_by, key=lambda one: -one[0]
    ):  # a return before a self-check of its year
        for name, text in texts.items():
            if name in numbers and text:
                found.setdefault(name, Known(text, source))
    return found


def _returns(case: Case) -> list[Submission]:
    """The unit's returns that its county confirmed, the newest year first."""
    mine = Submission.objects.filter(unit=case.unit, state="submitted", year__lte=case.campaign.year)
    if case.unit.is_county:
        mine = Submission.objects.filter(
            county=case.unit,
            form__in=("county", "county_supplement"),
            state="submitted",
            year__lte=case.campaign.year,
        )
    rows = list(mine.order_by("-year", "-pk")[:8])
    confirmed = {
        (one.county_id, one.year, one.version_id)
        for one in Confirmation.objects.filter(county__in={row.county_id for row in rows})
    }
    return [row for row in rows if (row.county_id, row.year, row.version_id) in confirmed]
