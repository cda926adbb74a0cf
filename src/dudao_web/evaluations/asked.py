"""What a reader asks of the table of schools: level, filters, order, page. Read from the address, written back to it."""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

COLUMNS = ("name", "pupils", "met", "judgement")  # beside the indicators' codes
USUAL = "judgement"


@dataclass(frozen=True, slots=True)
class Asked:
    """``sort``: a column, with "-" before it for descending; "" is the usual order: what needs eyes first."""

    level: str = ""
    only: bool = False
    percent: bool = False
    gaps: bool = False
    text: str = ""
    sort: str = ""
    page: int = 1

    def query(self, **changes: Any) -> str:
        """The address part of this, with changes; what is as usual is left out."""
        new = replace(self, **changes)
        pairs = {
            "level": new.level,
            "only": "1" if new.only else "",
            "percent": "1" if new.percent else "",
            "gaps": "1" if new.gaps else "",
            "q": new.text,
            "sort": new.sort,
            "page": str(new.page) if new.page > 1 else "",
        }
        return "?" + urlencode({key: value for key, value in pairs.items() if value})

    def sorted_by(self, column: str) -> str:
        """ascending, descending or none: the aria-sort of a column. The usual order is by judgement."""
        return {column: "ascending", f"-{column}": "descending"}.get(self.sort or USUAL, "none")

    def sort_link(self, column: str) -> str:
        """The address that sorts by a column, the other way round where it is sorted by it already."""
        return self.query(sort=f"-{column}" if (self.sort or USUAL) == column else column, page=1)

    @property
    def narrowed(self) -> bool:
        """Whether anything but the usual table is asked."""
        return self != Asked(percent=self.percent, gaps=self.gaps)


def read(get: QueryDict, levels: tuple[str, ...], codes: tuple[str, ...]) -> Asked:
    """What the address asks; anything unknown counts as not asked."""
    level, sort, page = get.get("level", ""), get.get("sort", ""), get.get("page", "")
    return Asked(
        level=level if level in levels else "",
        only=get.get("only") == "1",
        percent=get.get("percent") == "1",
        gaps=get.get("gaps") == "1",
        text=get.get("q", "").strip()[:50],
        sort=sort if sort.removeprefix("-") in (*codes, *COLUMNS) else "",
        page=max(int(page), 1) if page.isdecimal() and len(page) < 5 else 1,
    )
