"""Comparison of the product's JSON with the independent calculation: each difference in words, none where they agree.

Values and means to 1e-12 relative, a CV to 1e-12 absolute, everything else equal (contracts §1). Not here: any calculation (``oracle``).
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

import oracle
import oracle_items

Json = Any


def _near(found: float | None, right: Fraction | None) -> bool:
    """Equal to 1e-12 relative, or both nothing. Compared as fractions: no rounding of our own."""
    if found is None or right is None:
        return found is None and right is None
    return abs(Fraction(found) - right) <= Fraction(1, 10**12) * abs(right)


def _near_cv(found: float | None, square: Fraction | None) -> bool:
    if found is None or square is None:
        return found is None and square is None
    return abs(found - oracle.root(square)) <= 1e-12


def _unequal(where: str, pairs: Mapping[str, tuple[object, object]]) -> list[str]:
    return [f"{where} {name}: {found!r}, expected {right!r}" for name, (found, right) in pairs.items() if found != right]


def _value(where: str, found: Json, right: oracle.Value, limit: Fraction, cells: Mapping[str, tuple[str, object]]) -> list[str]:
    """One value of one school."""
    value = right.value
    wrong = [] if _near(found["value"], value) else [f"{where} value: {found['value']!r}, expected {value}"]
    judgement = "no_data" if value is None else "met" if value >= limit else "not_met"
    pairs = {
        "limit": (found["limit"], float(limit)),
        "judgement": (found["judgement"], judgement),
        "reaches_85": (found["reaches_85"], None if value is None else value >= oracle.REST * limit),
        "gap": (found["gap"] and found["gap"]["amount"], right.gap),
    }
    if value is not None:
        pairs["estimated"] = (found["estimated"], right.estimated)
        named = {source["field"] for source in found["sources"]}
        pairs["fields without a source"] = (sorted(set(right.used) - named), [])
    places = [(s["field"], s["cell"]) for s in found["sources"]]
    pairs["sources"] = (places, [(label, cells[label][0] if label in cells else None) for label, _ in places])
    return wrong + _unequal(where, pairs)


def _schools(result: Json, right: oracle.County) -> list[str]:
    found = [(s["level"], s["code"], s["name"], s["pupils"]) for s in result["schools"]]
    expected = [(r.level, r.code, r.name, r.pupils) for r in right.rows]
    if found != expected:
        return [f"schools: {sorted(map(str, set(found) ^ set(expected)))[:6]}" if set(found) != set(expected) else "order of schools"]
    wrong = []
    for school, row in zip(result["schools"], right.rows, strict=True):
        where = f"{row.file} {row.level}"
        wrong += _unequal(where, {"judgement": (school["judgement"], row.judgement), "codes": (sorted(school["indicators"]), [*oracle.CODES])})
        for code, value in row.values.items():
            place = school["indicators"][code]["sources"]
            wrong += _unequal(where, {"file": ({s["file"] for s in place} - {row.file}, set())})
            wrong += _value(f"{where} {code}", school["indicators"][code], value, oracle.LIMITS[code][row.level], right.forms[row.file].cells)
    return wrong


def _county(result: Json, right: oracle.County) -> list[str]:
    entries = {(e["code"], e.get("level")): e for e in result["county"]}
    wrong, judgements = [], []
    for level in oracle.LEVELS:
        squares = []
        for code in oracle.CODES:
            entry, expected = entries[code, level], oracle.variation(right.rows, code, level)
            where = f"county {code} {level}"
            wrong += [] if _near(entry["mean"], expected.mean) else [f"{where} mean: {entry['mean']!r}, expected {expected.mean}"]
            if not _near_cv(entry["cv"], expected.square):
                wrong.append(f"{where} cv: {entry['cv']!r}, expected {expected.square and oracle.root(expected.square)}")
            names = {"judgement": expected.judgement, "n": expected.n, "limit": float(oracle.CV_LIMITS[level])}
            wrong += _unequal(where, {name: (entry[name], value) for name, value in names.items()})
            judgements.append(expected.judgement)
            squares.append(expected.square)
        composite = None if None in squares else sum(oracle.root(s) for s in squares) / 7
        found = entries["composite", level]["cv"]
        if (found is None) != (composite is None) or (composite is not None and abs(found - composite) > 1e-12):
            wrong.append(f"county composite {level}: {found!r}, expected {composite!r}")
    rows = [row.judgement for row in right.rows]
    for code, kept in (("RC", [j for j in judgements if j != "not_applicable"]), ("RS", rows)):
        expected = {"value": kept.count("met"), "limit": len(kept), "judgement": oracle.all_met(kept)}
        wrong += _unequal(f"county {code}", {name: (entries[code, None][name], value) for name, value in expected.items()})
    status = oracle.all_met([e["judgement"] for e in result["county"] if "judgement" in e and e["code"] not in oracle.CODES])
    status = {"no_data": "undetermined"}.get(status, status)
    return wrong + _unequal("verdict", {"status": (result["verdict"]["status"], status)})


def differences(result: Json, files: Mapping[str, bytes]) -> list[str]:
    """Every difference between the JSON and the calculation from the cells of the files."""
    right = oracle.county(files)
    missing = {(c, r.level, r.code, label) for r in right.rows for c, v in r.values.items() for label in v.lacking}
    found_missing = {(m["code"], m["level"], m["school"], m["field"]) for m in result["missing"] if m["code"] in oracle.CODES}
    excluded = sorted(((e["code"], e["name"], e["type"], e["level"]) for e in result["excluded"]), key=str)
    reliefs = sorted((r["school"], r["indicator"], r["amount"]) for r in result["reliefs"] if r["indicator"] in oracle.CODES)
    errors = {(i["file"], i["cell"]) for i in result["issues"] if i["level"] == "error"}
    sets = {"missing": (found_missing, missing), "errors": (errors, set(right.errors))}
    wrong = []
    for name, (found, expected) in sets.items():
        if found != expected:
            more, less = sorted(found - expected, key=str)[:5], sorted(expected - found, key=str)[:5]
            wrong.append(f"{name}: only found {more}, only expected {less}")
    wrong += _unequal("all", {"excluded": (excluded, list(right.excluded)), "reliefs": (reliefs, list(right.reliefs))})
    return wrong + _schools(result, right) + _county(result, right) + _items(result, files)


def _items(result: Json, files: Mapping[str, bytes]) -> list[str]:
    entries = {entry["code"]: entry for entry in result["county"] if "basis" in entry}
    right = oracle_items.items(files)
    wrong = _unequal("items", {"codes": (sorted(entries), sorted(right))})
    for code in sorted(set(entries) & set(right)):
        wrong += _unequal(f"item {code}", {"judgement": (entries[code]["judgement"], right[code].judgement)})
        if right[code].value is not None and not _near(entries[code]["value"], right[code].value):
            wrong.append(f"item {code} value: {entries[code]['value']!r}, expected {float(right[code].value)!r}")
    return wrong
