"""The form of one score: what was typed of an item, what is wrong with it, and the key by which a line sent again is the same line.

Not here: who may score and what is kept of it (``scoring``), the page around it (``sheet_page``).
"""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from hashlib import sha256

from dudao_web.inspections.models import Score
from dudao_web.inspections.scoring import LONGEST_NOTE
from dudao_web.inspections.sheet_rows import Row, gap

LONGEST_POINTS = 20
TOKEN = 20  # characters; with the digest a key has at most 40


@dataclass(frozen=True, slots=True)
class Line:
    """What stands in the form of one item. ``token``: of this showing of the form; ``seen``: the score that it was shown with.
    ``errors``: by field; ``both``: what the same member scored elsewhere meanwhile, None where nobody did.
    """

    value: str = ""
    points: str = ""
    note: str = ""
    problem: str = ""
    token: str = ""
    seen: str = ""
    choose: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)
    both: Score | None = None

    @property
    def empty(self) -> bool:
        """Whether nothing was typed at all."""
        return not (self.value or self.points or self.note or self.problem)

    @property
    def number(self) -> Decimal | None:
        """The points, where they are a number; spaces and full-width digits are taken."""
        try:
            found = Decimal(self.points.replace(" ", ""))  # Decimal reads full-width digits
        except InvalidOperation:
            return None
        return found if found.is_finite() else None


def of(row: Row) -> Line:
    """The form of an item as it is first shown: with the member's own score."""
    mine = row.mine
    token = new_token()
    if mine is None:
        return Line(token=token)
    points = f"{mine.points.normalize():f}" if mine.points is not None else ""
    return Line(mine.value, points, mine.note, mine.problem, token, str(mine.pk))


def read(post: Mapping[str, str]) -> Line:
    """What was sent; nothing that somebody typed is cut."""

    def text(name: str, longest: int | None = None) -> str:
        raw = post.get(name, "").replace("\x00", "")
        return "\n".join(raw.splitlines()).strip()[:longest]

    return Line(
        value=text("value", 16),
        points=text("points", LONGEST_POINTS).replace("．", "."),
        note=text("note"),
        problem=" ".join(text("problem").split()),
        token=text("token", TOKEN),
        seen=text("seen", 18),
        choose=text("choose", 8),
    )


def faults(row: Row, line: Line) -> dict[str, str]:
    """What keeps a line from being kept, by field."""
    found: dict[str, str] = {}
    if row.choices:
        if line.value not in dict(row.choices):
            found["value"] = "没有选判定。请选一项。"
    elif line.number is None:
        found["points"] = (
            f"“{line.points}”不是分数。请填 0—{row.most} 的数。" if line.points else "没有填得分。请填写。"
        )
    if len(line.note) > LONGEST_NOTE:
        found["note"] = f"有 {len(line.note)} 字，最多 {LONGEST_NOTE} 字。请缩短。"
    if not found and not line.note and row.base is not None and gap("", line.value, line.number, row.base):
        found["note"] = f"与{row.base.get_source_display()}判定不同，请写明理由。"
    return found


def clashes(score: Score | None, line: Line) -> bool:
    """Whether the member scored the item elsewhere after this form was shown. What the same form sent before is no clash."""
    if score is None or line.choose == "mine":
        return False
    own = bool(line.token) and score.key.startswith(f"{line.token}-")
    return str(score.pk) != line.seen and not own


def new_token() -> str:
    """A mark of one showing of a form."""
    return secrets.token_hex(TOKEN // 2)


def key(line: Line) -> str:
    """The same for the same line sent again, another one for another text in the same form, or when it was shown with another score."""
    said = "\x1f".join((line.value, line.points, line.note, line.problem, line.seen))
    return f"{line.token}-{sha256(said.encode()).hexdigest()[:16]}" if line.token else ""
