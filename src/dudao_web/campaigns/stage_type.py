"""What a type of stage is to the platform: the contract and the registry. An app contributes its types from its ``stages`` module.

``dudao.procedures`` knows the names of the types; here is what each does. Not here: the stages of one campaign (``models.Stage``).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dudao_web.campaigns.models import Campaign, Case, StageDate
from dudao_web.orgs.models import Org
from dudao_web.standards.models import StandardVersion


@dataclass(frozen=True, slots=True)
class StageType:
    """``of_unit``: every unit acts for itself, and its case goes on when it hands in; else the office that keeps the stage acts,
    once for all. ``waits``: cases wait here one by one for a decision of that office. ``verb``: of the task (自查, 审核);
    ``case_page``, ``place_page``: the address where it is done, "" where there is nothing to see yet.
    ``known``: how many figures of units of one kind are known already when
    a campaign of a year comes to them, so that they are carried in and not asked again. ``not_yet``: why an office cannot close its
    stage now, "" where it can; ``counts``: (done, all) of what the stage looks at, by key of the place and of the district, where
    these are not simply the cases that have passed it; ``waiting``: what of a campaign waits for an answer that cannot be given once it
    has ended, in words, "" for nothing; ``over``: nothing of its own is asked of anybody any more at a place.
    """

    key: str
    title: str
    verb: str
    of_unit: bool = False
    waits: bool = False
    case_page: Callable[[Case], str] | None = None
    place_page: Callable[[StageDate], str] | None = None
    known: Callable[[StandardVersion, Sequence[Org], int], int] | None = None
    not_yet: Callable[[StageDate], str] | None = None
    counts: Callable[[Campaign], dict[tuple[int, int], tuple[int, int]]] | None = None
    waiting: Callable[[Campaign], str] | None = None
    over: Callable[[StageDate], None] | None = None


TYPES: dict[str, StageType] = {}


def register(found: StageType) -> None:
    """Called from ``AppConfig.ready``; the same key twice is our own mistake."""
    if TYPES.get(found.key, found) != found:
        raise ValueError(f"two stage types {found.key}")
    TYPES[found.key] = found


def of(place: StageDate) -> StageType:
    """The type of a place's stage."""
    return TYPES[place.stage.type]
