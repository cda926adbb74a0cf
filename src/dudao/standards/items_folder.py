"""The folder of a standard with a locality's own 细则 in it: YAML that extends the published one.

Here live ``files``, from checked rows to file names and bytes, and ``sound``, which loads them as any standard is loaded. Not here: what
may be wrong with the rows (``items_check``), writing them where they are wanted (``dudao.cli.items``).
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

import yaml

from dudao.standards.folder import CATALOGUE, MAIN, contents
from dudao.standards.items_book import BY, JUDGEMENTS, Book, Outcome, Row, Rules
from dudao.standards.load import load_standard
from dudao.standards.model import Chapter, Standard

_TITLE = 30
"""Characters of a title taken from a long text."""
_LENT = re.compile(r"^(extends/[^/]+/)+")


def files(
    standard: Standard,
    book: Book,
    rows: Sequence[Row],
    rules: Rules,
    identity: str,
    title: str,
    version: str = "1",
) -> dict[str, bytes]:
    """File name -> bytes of a folder that extends ``standard``: what the rows fill stands in it, all else is the standard's.

    ``identity``: id of the new standard. The rows must be without faults. A standard that is not of the catalogue goes along as a copy.
    """
    head: dict[str, object] = {"id": identity, "extends": standard.id, "version": version, "title": title}
    found: dict[str, object] = {}
    if not book.own_areas:
        for chapter in (*book.chapters, *([book.bonus] if book.bonus else [])):
            own = [row for row in rows if row.area == chapter.title]
            if own:
                items = [_indicator(book, row, rules) for row in own]
                found[_name(chapter)] = _chapter(chapter.number, chapter.title, items)
    else:
        areas = list(dict.fromkeys(row.area for row in rows))
        place = book.chapters[0]
        names = {area: f"items-{number}.yaml" for number, area in enumerate(areas, 1)}
        for number, area in enumerate(areas, 1):
            count = f"{place.number}·{number}" if len(areas) > 1 else place.number
            items = [_indicator(book, row, rules) for row in rows if row.area == area]
            found[names[area]] = _chapter(count, area, items)
        head["chapters"] = [
            name
            for chapter in standard.chapters
            for name in (names.values() if chapter.title == place.title else [_name(chapter)])
        ]
        if book.outcome is not None:
            found[_name(book.outcome)] = _outcome(book.outcome, areas, rules.outcomes)
        else:
            head["verdict"] = _verdict(standard, place, areas)
    made = {name: _yaml(data) for name, data in {MAIN: head, **found}.items()}
    if standard.path.resolve().parent != CATALOGUE.resolve():
        made |= {f"extends/{standard.id}/{name}": data for name, data in contents(standard.path).items()}
    return made


def sound(
    made: Mapping[str, bytes], identity: str, profile: str = "default"
) -> tuple[Standard, dict[str, bytes]]:
    """The standard of the files under a profile, and all its files with those that it takes over; StandardError where it cannot be
    loaded under one of its profiles. The files are written only for the time of it."""
    with tempfile.TemporaryDirectory(prefix="dudao-") as place:
        folder = Path(place) / identity
        for name, data in made.items():
            path = folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        for known in load_standard(folder).profiles:
            load_standard(folder, known.name)
        return load_standard(folder, profile), contents(folder)


def _verdict(standard: Standard, place: Chapter, areas: Sequence[str]) -> dict[str, object]:
    """The standard's verdict rule, with the areas in the place of the chapter's own items."""
    replaced = {item.code for item in place.indicators}
    rule = standard.verdict
    all_of = dict.fromkeys(name for code in rule.all_of for name in (areas if code in replaced else [code]))
    vetoes = {"vetoes": list(rule.vetoes)} if rule.vetoes else {}
    return {"all_of": list(all_of), **vetoes, "source": rule.source}


def _name(chapter: Chapter) -> str:
    """The name of a chapter's file as ``standard.yaml`` uses it, whichever standard lends it."""
    return _LENT.sub("", chapter.file)


def _chapter(number: str, title: str, indicators: list[dict[str, object]]) -> dict[str, object]:
    return {"number": number, "title": title, "clause": title, "indicators": indicators}


def _item(row: Row) -> dict[str, object]:
    """What every item has; its title is the beginning of its text."""
    line = " ".join(row.text.split())
    title = line.rstrip("。；") if len(line) <= _TITLE else f"{line[:_TITLE]}…"
    clause = " ".join(word for word in ("细则", row.area, row.group, row.code) if word)
    return {"code": row.code, "title": title, "text": line, "clause": clause}


def _indicator(book: Book, row: Row, rules: Rules) -> dict[str, object]:
    """One item by the kind of the 细则."""
    if book.kind == "checks":
        proof = {"proofs": list(row.proofs)} if row.proofs else {"needs_proof": False}
        return {**_item(row), "declared": {"words": dict(book.words), **proof}}
    proofs = {"proofs": list(row.proofs)} if row.proofs else {}
    return {**(_scored(row) if book.kind == "points" else _graded(row, rules)), **proofs}


def _scored(row: Row) -> dict[str, object]:
    return {
        **_item(row),
        "unit": "分",
        "points": {"most": row.most, **({"bonus": True} if row.bonus else {})},
    }


def _graded(row: Row, rules: Rules) -> dict[str, object]:
    by = BY[rules.by]
    hits = {"C": list(row.c)} if row.c else {}
    if by == "clauses":
        return {**_item(row), "graded": {"by": by, "clauses": {"A": list(row.a), **hits}}}
    item = _item(row)
    if row.a:
        item["text"] = f"{item['text']} A级：{' '.join(row.a)}"
    share = {"by": by, "points": row.spots, "short_b": rules.short_b, "short_c": rules.short_c}
    return {**item, "graded": {**share, **({"clauses": hits} if hits else {})}}


def _outcome(chapter: Chapter, areas: list[str], outcomes: Iterable[Outcome]) -> dict[str, object]:
    """The chapter of the outcome, its item under the code it had."""
    own = chapter.indicators[0]
    ends = [
        {"title": one.title, "when": _when(one), "judgement": JUDGEMENTS[one.judgement]} for one in outcomes
    ]
    item = {
        "code": own.code,
        "title": own.title,
        "text": "；".join(_words(one) for one in outcomes) + "。",
        "clause": f"细则 {chapter.title}",
    }
    return _chapter(chapter.number, chapter.title, [{**item, "count": {"of": areas, "outcomes": ends}}])


def _when(one: Outcome) -> str:
    parts = ((one.a, "A >= "), (one.short, "B + C <= "), (one.c, "C <= "))
    return " and ".join(f"{sign}{count}" for count, sign in parts if count is not None) or "A >= 0"


def _words(one: Outcome) -> str:
    parts = ((one.a, "A等不少于{}项"), (one.short, "B、C等合计不多于{}项"), (one.c, "C等不多于{}项"))
    return f"{one.title}：" + (
        "，".join(words.format(count) for count, words in parts if count is not None) or "其他情形"
    )


class _Plain(yaml.SafeDumper):
    """YAML without references, which a standard may not use."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def _number(dumper: yaml.SafeDumper, value: Decimal) -> yaml.ScalarNode:
    text = format(value.normalize() + 0, "f")
    return dumper.represent_scalar(f"tag:yaml.org,2002:{'float' if '.' in text else 'int'}", text)


_Plain.add_representer(Decimal, _number)


def _yaml(data: object) -> bytes:
    text = yaml.dump(data, Dumper=_Plain, allow_unicode=True, sort_keys=False, width=10_000)
    return f"# 由“评估细则”工作簿录入生成。\n{text}".encode()
