"""建档目录: the standards by which a unit files its proofs, and how their text is had.

Evidence stands below the app that keeps the texts a campaign is bound to, so that app says at start which ones there are
(``use``). Until it does, they are the catalogue of this program.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from django.http import Http404

from dudao.standards import CATALOGUE, load_standard
from dudao.standards.model import Standard
from dudao_web.orgs.models import Membership


@dataclass(frozen=True, slots=True)
class Offer:
    """A standard to file by: ``key`` is what an address carries, ``standard`` its id, as places have it."""

    key: str
    standard: str
    title: str


Offers = Callable[[Membership], Sequence[Offer]]
Load = Callable[[str], Standard]


@lru_cache(maxsize=1)
def catalogued() -> tuple[Offer, ...]:
    """The standards of this program's catalogue; their key is their id."""
    folders = [path for path in sorted(CATALOGUE.iterdir()) if (path / "standard.yaml").is_file()]
    loaded = [load_standard(path.name) for path in folders]
    return tuple(Offer(one.id, one.id, f"{one.title}　{one.number}") for one in loaded)


_load = lru_cache(maxsize=16)(load_standard)
_source: list[tuple[Offers, Load]] = [(lambda _membership: catalogued(), _load)]


def use(offers: Offers, load: Load) -> None:
    """From now on the standards are those of ``offers``, and ``load`` gives the text of a key."""
    _source[:] = [(offers, load)]


def offers(membership: Membership) -> Sequence[Offer]:
    """What an office may file and read by."""
    return _source[0][0](membership)


def load(key: str) -> Standard:
    """The text of an offered key."""
    return _source[0][1](key)


def titles(membership: Membership) -> dict[str, str]:
    """The titles of the offered standards by id."""
    return {offer.standard: offer.title for offer in reversed(offers(membership))}


def chosen(membership: Membership, key: str, filed_by: Sequence[str]) -> str:
    """The key that is asked for, else that of a standard the unit files by, else the first one. Http404 for an unknown key."""
    keys = [offer.key for offer in offers(membership)]
    if key:
        if key not in keys:
            raise Http404
        return key
    by_standard = {offer.standard: offer.key for offer in reversed(offers(membership))}
    return next((by_standard[one] for one in filed_by if one in by_standard), keys[0])
