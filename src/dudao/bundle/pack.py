"""Packing a bundle: the zip of its files, the same bytes for the same input.

Not here: which files there are (``layout``).
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from dudao.bundle.layout import RESULTS, TREE, inputs_of, members
from dudao.evaluation import Evaluation

_DAY = (1980, 1, 1, 0, 0, 0)
_UNIX, _FILE = 3, 0o100644


def pack(evaluation: Evaluation, inputs: Sequence[Path], *, handled: bytes | None = None) -> bytes:
    """The proof bundle of an evaluation as bytes of a zip.

    ``inputs``: the INPUTs it was read from, unchanged since. ``handled``: the bytes of
    a ``provenance.json``. BundleRefused when an input cannot be taken in as it is, or its name cannot be kept.
    """
    listed, files = inputs_of(evaluation, inputs)
    return zipped(members(evaluation, listed, files, handled))


def zipped(files: Mapping[str, bytes]) -> bytes:
    """A zip of files, sorted, without dates. Inputs are stored as they are: forms are zips themselves."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in sorted(files.items()):
            info = zipfile.ZipInfo(name, _DAY)
            info.create_system, info.external_attr = _UNIX, _FILE << 16
            info.compress_type = zipfile.ZIP_DEFLATED if name in (RESULTS, TREE) else zipfile.ZIP_STORED
            archive.writestr(info, data)
    return out.getvalue()
