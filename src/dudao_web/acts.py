"""Act: which action moves a row of a noun from one state to the next, and who may. The tables (``ACTS``) stand in each app's ``rules``.

``tools/states.py`` prints them into docs/reference/states.md; a test holds them against MOVES, the actions and the predicates.
"""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Act:
    """``action``: module and name within the app ("actions.hand_in"); ``title``: its Chinese word; ``moves``: (before, after), the same
    state twice where the act leaves it; ``who``: in words; ``may``: the predicate that decides, None where it is the system's own.
    """

    action: str
    title: str
    moves: tuple[tuple[str, str], ...]
    who: str
    may: Callable[..., bool] | None = None
