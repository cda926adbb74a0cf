"""The JSON of schema 1 (contracts §1): keys, order and kinds exactly as stated there;
``docs/json.schema.json`` is tested.

Here lives ``to_dict`` and ``to_bytes``. Not here: any computation.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from dudao.evaluation.coefficients import Coefficient
from dudao.evaluation.evaluate import Evaluation, Relieved
from dudao.evaluation.item import Answer, Item
from dudao.evaluation.sentences import sentence
from dudao.evaluation.values import SchoolResult, Value
from dudao.indicators.schools import Excluded
from dudao.standards.model import Declared, Ratio, SchoolRule, Variation, Veto

SCHEMA = 1


def to_bytes(evaluation: Evaluation) -> bytes:
    """The JSON text in UTF-8; same input, same bytes."""
    return json.dumps(to_dict(evaluation), ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode() + b"\n"


def to_dict(evaluation: Evaluation) -> dict[str, object]:
    """The evaluation as schema 1 says it."""
    standard = evaluation.standard
    return {
        "schema": SCHEMA,
        "standard": {
            "id": standard.id,
            "version": standard.version,
            "sha256": standard.sha256,
            "profile": standard.profile.name,
        },
        "on": evaluation.on.isoformat(),
        "county_code": evaluation.intake.county_code,
        "verdict": {
            "status": evaluation.status,
            "sentence": sentence(evaluation),
            "reasons": [
                {
                    "code": reason.code,
                    "level": reason.level,
                    "school": reason.school,
                    "judgement": reason.judgement,
                    "text": reason.text,
                }
                for reason in evaluation.reasons
            ],
        },
        "county": _county(evaluation),
        "schools": [_school(result) for result in evaluation.schools],
        "excluded": [_excluded(item) for item in evaluation.roll.excluded],
        "reliefs": [_relief(evaluation, item) for item in evaluation.reliefs],
        "missing": _missing(evaluation),
        "issues": [issue.to_dict() for issue in evaluation.intake.issues],
    }


def number(value: Decimal | Fraction | int | None) -> int | float | None:
    """A whole number as one, any other as a double."""
    if value is None:
        return None
    return int(value) if value == int(value) else float(value)


def _county(evaluation: Evaluation) -> list[dict[str, object]]:
    found: list[dict[str, object]] = [_coefficient(item) for item in evaluation.coefficients]
    for level, composite in evaluation.composites.items():
        found.append({"code": "composite", "level": level, "cv": composite.cv})
    rules = [item for item in evaluation.items if isinstance(item.indicator.rule, Variation | SchoolRule)]
    found += [_item(item) for item in evaluation.items if item not in rules]
    for item in rules:
        limit = next(iter(item.limit.values()))
        found.append({"code": item.indicator.code, "value": item.value, "limit": limit, "judgement": item.judgement})
    return found


def _coefficient(item: Coefficient) -> dict[str, object]:
    return {
        "code": item.indicator.code,
        "level": item.level.name,
        "mean": item.mean,
        "cv": item.cv,
        "limit": number(item.limit.value) if item.limit else None,
        "judgement": item.judgement,
        "n": item.n,
    }


def _item(item: Item) -> dict[str, object]:
    limits = {level: number(limit) for level, limit in item.limit.items()}
    limit: object = limits.get(None, limits) if limits else None
    said = isinstance(item.indicator.rule, Declared | Veto)
    return {
        "code": item.indicator.code,
        "value": None if said else _answer(item.value),
        "limit": limit,
        "unit": item.indicator.unit or None,
        "judgement": item.judgement,
        "basis": item.indicator.basis,
    }


def _answer(value: Answer | int | Mapping[str, Answer]) -> object:
    """A number, a grade or an outcome; by level where the item is."""
    if isinstance(value, Mapping):
        return {level: _answer(part) for level, part in value.items()} if any(part is not None for part in value.values()) else None
    return value if isinstance(value, str) else number(value)


def _school(result: SchoolResult) -> dict[str, object]:
    school = result.row.school
    return {
        "code": school.code,
        "name": school.name,
        "level": result.row.level.name,
        "pupils": number(result.row.pupils),
        "indicators": {code: _value(value) for code, value in result.values.items()},
        "judgement": result.judgement,
    }


def _value(value: Value) -> dict[str, object]:
    ratio = value.indicator.rule
    assert isinstance(ratio, Ratio)
    return {
        "value": value.value,
        "unit": value.indicator.unit,
        "limit": number(value.limit.value) if value.limit else None,
        "judgement": value.judgement,
        "reaches_85": value.reaches,
        "gap": None if value.gap is None else {"amount": value.gap, "unit": ratio.lacks},
        "estimated": value.estimated,
        "sources": [
            {"field": source.field, "file": source.file, "sheet": source.sheet, "cell": source.cell} for source in value.sources
        ],
    }


def _excluded(item: Excluded) -> dict[str, object]:
    return {
        "code": item.school.code,
        "name": item.school.name,
        "type": item.school.kind.name if item.school.kind else None,
        "level": item.level.name if item.level else None,
        "pupils": number(item.pupils),
        "reason": item.reason,
        "file": item.school.unit.file,
    }


def _relief(evaluation: Evaluation, item: Relieved) -> dict[str, object]:
    figures = [item.school.unit.figure(name) for name in item.names]
    return {
        "code": item.code,
        "school": item.school.code,
        "indicator": item.indicator.code,
        "name": item.school.name,
        "flag": evaluation.standard.field(item.flag).label if item.flag else None,
        "amount": number(item.amount),
        "unit": item.unit,
        "until": item.until.isoformat() if item.until else None,
        "file": item.school.unit.file,
        "sheet": item.school.unit.sheet,
        "cells": [figure.cell for figure in figures if figure.cell is not None and figure.state != "zero"],
    }


def _missing(evaluation: Evaluation) -> list[dict[str, object]]:
    """What is lacking: of school values, then of the county's items."""
    found: list[dict[str, object]] = [
        {"code": code, "level": result.row.level.name, "school": result.row.school.code, "field": field}
        for result in evaluation.schools
        for code, value in result.values.items()
        for field in value.missing
    ]
    for item in evaluation.items:
        for gap in item.missing:
            school = gap.school.code if gap.school else None
            found.append({"code": item.indicator.code, "level": None, "school": school, "field": gap.field})
    return found
