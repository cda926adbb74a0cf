"""Fonts of documents (字体): the open Chinese fonts that PDF and charts are drawn with, from the package that carries them.

Not here: the fonts of the norm (方正小标宋、仿宋_GB2312、楷体_GB2312、黑体), which the office's machines have and Word files name (``report_docx``).
"""

from __future__ import annotations

from pathlib import Path

import pylopdf_fonts_zh_cn

SERIF = "Noto Serif SC"
"""思源宋体."""
SANS = "Noto Sans SC"
"""思源黑体."""


def folder() -> Path:
    """The folder that holds both font files."""
    return Path(pylopdf_fonts_zh_cn.serif_path()).parent
