"""What the cast answers on the 补充表: values by field, and the pages on which they are typed.

Not here: what is handed in as files (``handin``).
"""

from typing import Any

import handin

from dudao.intake import template
from dudao_web.standards import queries as standards
from dudao_web.submissions import queries, told
from dudao_web.submissions.models import Submission
from dudao_web.submissions.queries import ReturnSet

# what names the county, as its own return of the cast says it
COUNTY = {"county_code": "321182", "county_name": "演示区（演示数据）", "year": "2025"}
DECLARED = {"G1_met": "达到", "G1_proof": "布局规划〔2026〕3号"}
SCHOOL = {"sponsor": "7", "location": "镇区", "boarding": "否"}


def base(of: ReturnSet) -> str:
    """The address of the county's 补充表."""
    return f"/submissions/321182/{handin.YEAR}/{of.version.pk}/supplement/"


def file(
    of: ReturnSet, county: dict[str, str] | None = None, schools: dict[str, dict[str, str]] | None = None
) -> bytes:
    """A filled 补充表 as an office would hand it in; schools by name."""
    rows = [
        {"school_code": handin.CODES[name], "school_name": name} | values
        for name, values in (schools or {}).items()
    ]
    whole = COUNTY | county if county is not None else None
    return template.supplement(standards.load(of.version), county=whole, schools=rows)


def seen(of: ReturnSet, name: str = "") -> str:
    """What the page of a unit was shown from: the county's, or a school's by name."""
    rows = list(queries.submissions(of))
    unit = told.schools(rows)[handin.CODES[name]] if name else told.county(of, rows)
    return unit.seen


def type_in(client: Any, of: ReturnSet, values: dict[str, str], **more: str) -> Any:
    """The county types and saves."""
    return client.post(base(of), values | {"seen": seen(of), "save": "1"} | more)


def type_for(client: Any, of: ReturnSet, name: str, values: dict[str, str], **more: str) -> Any:
    """The answers of a school are typed on its page and saved."""
    code = handin.CODES[name]
    data = {f"{code}.{field}": value for field, value in values.items()}
    return client.post(f"{base(of)}schools/{code}/", data | {"seen": seen(of, name)} | more)


def answered(of: ReturnSet, form: str = "county_supplement") -> list[tuple[str, bool, str]]:
    """Every return of a form in the set: state, whether it was typed, reason; the oldest first."""
    rows = Submission.objects.filter(**of.key, form=form).select_related("upload").order_by("pk")
    return [(row.state, row.upload.entered, row.reason) for row in rows]
