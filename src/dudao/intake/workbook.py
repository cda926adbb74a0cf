"""Workbooks (.xlsx): from the bytes of a package to sheets of cells.

Every part is inflated under limits and guarded, the sheets are looked at (``marks``), and a small clean package of our own making goes to the
reader (python-calamine): it never sees the uploaded zip, so what was looked at is what is read. Not here: what a sheet says.
"""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import python_calamine

from dudao.intake import archive, marks, markup
from dudao.intake.archive import MAX_WORKBOOK, MEGABYTE, Budget
from dudao.intake.messages import Refusal, shown
from dudao.intake.sheet import MAX_COLUMNS, MAX_ROWS, Sheet

MAX_SHEETS = 200
"""Sheets of a workbook: each costs an allocation of its own."""
MAX_AREA = 2_000_000
"""Cells of all sheets of a workbook, blank ones between counted: ten full forms."""

_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = (
    f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="xml" ContentType="application/xml"/>'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>'
)
_ROOT = (
    f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/>'
    "</Relationships>"
)
_FAULTS = (python_calamine.CalamineError, ValueError, OverflowError)
"""What the reader raises on a sheet it cannot make sense of."""


@dataclass(frozen=True, slots=True)
class _Relation:
    kind: str
    target: str
    external: bool


@dataclass(frozen=True, slots=True)
class _Book:
    """The sheets as the workbook part lists them: (name, part name), and the parts that all sheets share."""

    sheets: tuple[tuple[str, str], ...]
    strings: str | None
    styles: str | None
    date1904: bool


def sheets(zipped: zipfile.ZipFile, budget: Budget) -> Iterator[Sheet]:
    """The sheets of a workbook, in its order. Refusal when it may not or cannot be read; all parts are checked before the first sheet."""
    parts = _parts(zipped, budget)
    book = _book(parts)
    known = marks.formats(parts[book.styles] if book.styles else None)
    strings, lengths = marks.strings(parts[book.strings] if book.strings else None)
    looks = [marks.look(parts[target], known) for _, target in book.sheets]
    if sum(marks.weight(look.part, lengths) for look in looks) > marks.MOST_TEXT:
        raise Refusal("FILE-021")
    package = _clean(looks, strings, known, book.date1904)
    del parts
    area = 0
    with _reader(package) as reader:
        for index, (look, (name, _)) in enumerate(zip(looks, book.sheets, strict=True)):
            values = _values(reader, index, name)
            area += len(values) * len(values[0]) if values else 0
            if area > MAX_AREA:
                raise Refusal("FILE-020", what="各工作表合计", rows=10 * MAX_ROWS, columns=MAX_COLUMNS)
            last = max((row for row, _ in look.marks), default=-1)
            values += [[]] * (last + 1 - len(values))  # cells that hold a formula or an error, and no value
            yield Sheet(shown(name), values, look.marks)


def _parts(zipped: zipfile.ZipFile, budget: Budget) -> dict[str, bytes]:
    """Every part, inflated and guarded."""
    members = [member for member in zipped.infolist() if not member.is_dir()]
    names = [member.filename.replace("\\", "/").lstrip("/") for member in members]
    if len(set(map(str.casefold, names))) < len(names):
        raise Refusal("FILE-017")
    budget_here = MAX_WORKBOOK * MEGABYTE
    if sum(member.file_size for member in members) > budget_here:
        raise Refusal("FILE-004", limit=MAX_WORKBOOK)
    parts: dict[str, bytes] = {}
    for name, member in zip(names, members, strict=True):
        try:
            parts[name] = archive.inflated(zipped, member, budget_here, budget)
        except Refusal as refusal:
            raise _as_workbook(refusal) from refusal
        budget_here -= len(parts[name])
        low = name.casefold()
        if low.endswith("vbaproject.bin") or low == "xl/workbook.bin":
            raise Refusal("FILE-015")
        if low.endswith((".xml", ".rels", ".vml")):
            markup.guard(parts[name])
    return parts


def _as_workbook(refusal: Refusal) -> Refusal:
    """A fault of the zip in the words of a workbook."""
    if refusal.code == "FILE-009":
        return Refusal("FILE-014")
    if refusal.code == "FILE-004":
        return Refusal("FILE-004", limit=MAX_WORKBOOK)
    return Refusal("FILE-017") if refusal.code in ("FILE-008", "FILE-011") else refusal


def _book(parts: Mapping[str, bytes]) -> _Book:
    """What the workbook part and its relations name, whatever the paths."""
    roots = [relation for relation in _relations(parts, "").values() if relation.kind == "officeDocument"]
    if len(roots) != 1:
        raise Refusal("FILE-017")
    main = _real(parts, roots[0].target)
    kind = _content_type(parts, main)
    if "macroEnabled" in kind or "binary" in kind:
        raise Refusal("FILE-015")
    if not kind.endswith("spreadsheetml.sheet.main+xml"):
        raise Refusal("FILE-017")
    relations = _relations(parts, main)
    if any(
        relation.kind.casefold().endswith(("macrosheet", "vbaproject")) for relation in relations.values()
    ):
        raise Refusal("FILE-015")
    listed, date1904 = _listed(_fetch(parts, main))
    found: list[tuple[str, str]] = []
    for name, key in listed:
        relation = relations.get(key)
        if relation is None or (relation.kind == "worksheet" and relation.external):
            raise Refusal("FILE-017")
        if relation.kind == "worksheet":
            found.append((name, _real(parts, relation.target)))
    if not listed or len(found) > MAX_SHEETS or len({target for _, target in found}) < len(found):
        raise Refusal("FILE-017")
    return _Book(
        tuple(found),
        _single(parts, relations, "sharedStrings"),
        _single(parts, relations, "styles"),
        date1904,
    )


def _content_type(parts: Mapping[str, bytes], part: str) -> str:
    """The content type of a part: its own, or that of its extension."""
    own, usual = _content_types(_fetch(parts, "[Content_Types].xml"))
    return own.get(part.casefold()) or usual.get(part.rpartition(".")[2].casefold(), "")


@markup.remembered
def _content_types(part: bytes) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Content types by part name and by extension."""
    own: dict[str, str] = {}
    usual: dict[str, str] = {}

    def started(name: str, attributes: Mapping[str, str]) -> None:
        if name == "Override":
            own[attributes.get("PartName", "").lstrip("/").casefold()] = attributes.get("ContentType", "")
        elif name == "Default":
            usual[attributes.get("Extension", "").casefold()] = attributes.get("ContentType", "")

    markup.parse(part, started, lambda name, text: None)
    return own, usual


@markup.remembered
def _listed(part: bytes) -> tuple[tuple[tuple[str, str], ...], bool]:
    """(name, relation id) of each sheet, and whether days are counted from 1904."""
    listed: list[tuple[str, str]] = []
    date1904 = False

    def started(name: str, attributes: Mapping[str, str]) -> None:
        nonlocal date1904
        if name == "sheet":
            listed.append((attributes.get("name", ""), attributes.get("r:id", "")))
        elif name == "workbookPr":
            date1904 = attributes.get("date1904", "0") in ("1", "true")

    markup.parse(part, started, lambda name, text: None)
    return tuple(listed), date1904


def _relations(parts: Mapping[str, bytes], part: str) -> Mapping[str, _Relation]:
    """The relations of a part ("": of the package) by id, their targets as part names."""
    folder, name = posixpath.split(part)
    return _linked(_fetch(parts, posixpath.join(folder, "_rels", f"{name}.rels")), folder)


@markup.remembered
def _linked(part: bytes, folder: str) -> Mapping[str, _Relation]:
    relations: dict[str, _Relation] = {}

    def started(element: str, attributes: Mapping[str, str]) -> None:
        if element == "Relationship":
            target = attributes.get("Target", "").replace("\\", "/")
            path = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            external = attributes.get("TargetMode") == "External"
            kind = attributes.get("Type", "").rpartition("/")[2]
            relations[attributes.get("Id", "")] = _Relation(kind, path, external)

    markup.parse(part, started, lambda name, text: None)
    return relations


def _real(parts: Mapping[str, bytes], name: str) -> str:
    """The name under which a part is stored; part names do not tell case. Refusal when there is none."""
    if name in parts:
        return name
    for known in parts:
        if known.casefold() == name.casefold():
            return known
    raise Refusal("FILE-017")


def _fetch(parts: Mapping[str, bytes], name: str) -> bytes:
    return parts[_real(parts, name)]


def _single(parts: Mapping[str, bytes], relations: Mapping[str, _Relation], kind: str) -> str | None:
    targets = {
        relation.target for relation in relations.values() if relation.kind == kind and not relation.external
    }
    if len(targets) > 1:
        raise Refusal("FILE-017")
    return _real(parts, targets.pop()) if targets else None


def _clean(looks: list[marks.Look], strings: bytes | None, known: marks.Formats, date1904: bool) -> bytes:
    """The package that the reader gets: looked-at sheets, strings, number formats, and nothing else; stored, not deflated."""
    count = range(1, len(looks) + 1)
    days = '<workbookPr date1904="1"/>' if date1904 else ""
    book = f'<workbook xmlns="{markup.MAIN[0]}" xmlns:r="{_OFFICE}">{days}<sheets>'
    book += "".join(f'<sheet name="s{n}" sheetId="{n}" r:id="s{n}"/>' for n in count) + "</sheets></workbook>"
    links = [(f"s{n}", "worksheet", f"worksheets/sheet{n}.xml") for n in count]
    links += [
        ("x", "styles", "styles.xml"),
        *([("t", "sharedStrings", "sharedStrings.xml")] if strings else []),
    ]
    relations = "".join(
        f'<Relationship Id="{key}" Type="{_OFFICE}/{kind}" Target="{target}"/>' for key, kind, target in links
    )
    made: dict[str, str | bytes] = {
        "[Content_Types].xml": _TYPES,
        "_rels/.rels": _ROOT,
        "xl/workbook.xml": book,
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{relations}</Relationships>',
        "xl/styles.xml": _styles(known),
        **({"xl/sharedStrings.xml": strings} if strings else {}),
        **{f"xl/worksheets/sheet{n}.xml": look.part for n, look in zip(count, looks, strict=True)},
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as package:
        for name, part in made.items():
            package.writestr(zipfile.ZipInfo(name), part)
    return out.getvalue()


def _styles(known: marks.Formats) -> str:
    codes = "".join(
        f'<numFmt numFmtId="{key}" formatCode="{markup.escape(code)}"/>' for key, code in known.codes.items()
    )
    cells = "".join(f'<xf numFmtId="{key}"/>' for key in known.ids)
    return (
        f'<styleSheet xmlns="{markup.MAIN[0]}"><numFmts count="{len(known.codes)}">{codes}</numFmts>'
        f'<cellXfs count="{len(known.ids)}">{cells}</cellXfs></styleSheet>'
    )


def _reader(package: bytes) -> python_calamine.CalamineWorkbook:
    try:
        return python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(package))
    except _FAULTS as fault:
        raise Refusal("FILE-017") from fault


def _values(reader: python_calamine.CalamineWorkbook, index: int, name: str) -> list[list[object]]:
    """The values of one sheet from A1. The extent is asked for before any value is."""
    try:
        sheet = reader.get_sheet_by_index(index)
        end = sheet.end
        if end is None:
            return []
        if end[0] >= marks.LAST_ROW or end[1] >= MAX_COLUMNS:
            raise Refusal("FILE-020", what=f"工作表“{shown(name)}”", rows=MAX_ROWS, columns=MAX_COLUMNS)
        return sheet.to_python(skip_empty_area=False)
    except _FAULTS as fault:
        raise Refusal("FILE-017") from fault
