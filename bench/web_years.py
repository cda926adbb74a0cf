"""Three years of 镇江's look-back by the actions, 413 units with 100 items each: rows of ``make bench``, a process of its own.

What happens in a year is in tests/web/three_years.py, which the tests walk with 12 items. Here is what it takes, in seconds of the
processor: the draws of a year beside as many bare rows, the three years beside bare rows of as many judgements and scores.
"""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from run import add
from web_calls import Row, folder, inserts, spent, tables

ITEMS = 100


def draw_row(offices: Any, three_years: Any) -> Row:
    """The frames of all eight districts published and drawn, 413 units; taken back afterwards."""
    from django.db import connection, transaction

    def draws() -> None:
        for place in places:
            three_years.drawn(offices, place, date(2017, 7, 3))

    with transaction.atomic():
        places = three_years.places(three_years.launched(offices, 2017), "recheck")
        own = spent(draws)
        transaction.set_rollback(True)
    other = spent(lambda: inserts(connection, len(offices.units)))
    return ("8 个辖市区 413 个单位公布抽样框并抽取／同样多行的裸 INSERT", 1, own, other)


def years_row(offices: Any, three_years: Any) -> Row:
    """Three years one after the other."""
    from django.db import connection

    from dudao_web.campaigns.models import Judgement
    from dudao_web.inspections.models import Score, Sheet

    own = 0.0
    for year in three_years.YEARS:
        seconds = spent(lambda year=year: three_years.year(offices, year))
        print(f"镇江 {year} 年，413 个单位各 {ITEMS} 项：{seconds:.0f} 秒", flush=True)
        own += seconds
    looked_at = Sheet.objects.filter(source="review", state="submitted")
    units = set(looked_at.values_list("case__unit", flat=True))
    if not len(units) == looked_at.count() == len(offices.units):
        raise SystemExit(
            f"三年复查了 {len(units)} 个单位、{looked_at.count()} 次，应各为 {len(offices.units)}"
        )
    written = Judgement.objects.count() + Score.objects.count()
    other = spent(lambda: inserts(connection, written))
    return (
        "镇江三年（413 个单位 × 3 年，各 100 项）／同样多行的裸 INSERT（判定、评分各一行）",
        1,
        own,
        other,
    )


def measure() -> dict[str, dict[str, object]]:
    """Every row; printed as it comes."""
    import three_years

    tables()
    rows: dict[str, dict[str, object]] = {}
    offices = three_years.begin(items=ITEMS)
    add(rows, *draw_row(offices, three_years))
    add(rows, *years_row(offices, three_years))
    return rows


if __name__ == "__main__":
    with folder("2017-05-08"):
        print(json.dumps(measure(), ensure_ascii=False))
