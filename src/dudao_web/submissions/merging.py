"""Saving what can be saved of a form: answers of two offices are joined, wrong ones are held back as they were typed.

Here lives the step from what a form sent to a draft that may be kept and to what is left over. Not here: reading a draft
and keeping it (``drafts``), the pages (``views_supplement``).
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from dudao.standards.model import Standard
from dudao_web.standards import queries as standards
from dudao_web.submissions import drafts
from dudao_web.submissions.drafts import Draft, Faults, Values
from dudao_web.submissions.foresight import Stand
from dudao_web.submissions.models import Submission
from dudao_web.submissions.queries import ReturnSet
from dudao_web.submissions.told import Unit, texts

Place = tuple[str, str]
"""code of the unit, field name"""
MATE = "同一项中有需要更正的数据，这一处也没有保存。更正后一并保存。"


@dataclass(frozen=True)
class Held:
    """What was typed and is not to be saved: ``texts`` as typed, ``faults`` why, ``both`` what somebody else saved there."""

    texts: Mapping[Place, str] = field(default_factory=dict)
    faults: Faults = field(default_factory=dict)
    both: Mapping[Place, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.texts or self.faults or self.both)


@dataclass(frozen=True)
class Sent:
    """What a form sent: ``values`` by unit; ``seen``: the returns it was shown from; ``chosen``: mine, theirs or nothing
    where it showed two versions.
    """

    values: Mapping[str, Values]
    seen: str
    chosen: Mapping[Place, str]


def shown_from(of: ReturnSet, seen: str) -> dict[str, Values]:
    """Code of the unit -> what the web said of it when a form was shown."""
    keys = [int(key) for key in re.findall(r"\d{1,15}", seen[:4000])]
    rows = Submission.objects.filter(**of.key, pk__in=keys, upload__entered=True)
    return {of.county.code if row.form == "county_supplement" else row.code: texts(row) for row in rows}


def join(
    units: Mapping[str, Unit], sent: Sent, before: Mapping[str, Values]
) -> tuple[dict[str, Values], dict[Place, str]]:
    """What would stand of each unit, and what somebody else saved where both changed an answer: that is not decided here."""
    joined: dict[str, Values] = {}
    both: dict[Place, str] = {}
    for code, mine in sent.values.items():
        theirs, old = units[code].typed, before.get(code, {})
        found = {}
        for name in dict.fromkeys([*mine, *theirs, *old]):
            own, other, was = (values.get(name, "") for values in (mine, theirs, old))
            choice = sent.chosen.get((code, name), "mine")
            moved = own != was and other not in (was, own)
            if choice == "" or (choice == "mine" and moved):
                both[code, name] = other
            text = own if choice == "mine" and own != was and not moved else other
            if text:
                found[name] = text
        joined[code] = found
    return joined, both


def settle(of: ReturnSet, units: Mapping[str, Unit], sent: Sent, now: Stand, on: date) -> tuple[Draft, Held]:
    """The draft of everything that can be saved, and what is held back.

    A wrong answer keeps what was saved before; where an answer that did not change became wrong, the others of its item
    are held back with it, and at last all of its unit.
    """
    values, both = join(units, sent, shown_from(of, sent.seen))
    held = {place: sent.values[place[0]].get(place[1], "") for place in both}
    faults: Faults = {}
    old_faults, _ = drafts.kept(of, now, [units[code] for code in values])
    made = drafts.draft(of, units, _changed(units, values), on)
    standard = standards.load(of.version)
    for mates in _reaches(standard):
        wrong = {
            place: words
            for place, words in made.faults.items()
            if place not in old_faults or _differs(units, values, place)
        }
        back = {
            (code, name)
            for code, wanted in ((place[0], mates(place[1])) for place in wrong)
            for name in dict.fromkeys([*values[code], *units[code].typed])
            if wanted(name) and _differs(units, values, (code, name))
        }
        if not back:
            continue
        faults |= wrong
        for code, name in back:
            held[code, name] = values[code].pop(name, "")
            if name in units[code].typed:
                values[code][name] = units[code].typed[name]
            faults.setdefault((code, name), [MATE])
        made = drafts.draft(of, units, _changed(units, values), on)
    return made, Held(held, faults, both)


def _changed(units: Mapping[str, Unit], values: Mapping[str, Values]) -> dict[str, Values]:
    """The units of which something is to be saved; what was sent back is handed in again as it is."""
    return {
        code: dict(own) for code, own in values.items() if own != units[code].typed or units[code].sent_back
    }


def _differs(units: Mapping[str, Unit], values: Mapping[str, Values], place: Place) -> bool:
    code, name = place
    return values[code].get(name) != units[code].typed.get(name)


def _reaches(standard: Standard) -> Iterable[Callable[[str], Callable[[str], bool]]]:
    """Of a wrong field, which others are held back with it: itself, those of its item, all."""
    item = {one.name: one.item or one.name for one in standard.fields}
    return (
        lambda wrong: lambda name: name == wrong,
        lambda wrong: lambda name: item.get(name) == item.get(wrong),
        lambda wrong: lambda name: True,
    )
