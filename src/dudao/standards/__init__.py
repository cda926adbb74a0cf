"""Standards (评估标准) as data: model, strict loading, cross checks, the formula language, the catalogue.

Not here: reading forms (``dudao.intake``), computing (``dudao.indicators``), verdicts (``dudao.evaluation``).
"""

from dudao.standards.folder import CATALOGUE, contents, digest, folder_of
from dudao.standards.load import load_standard
from dudao.standards.nodes import StandardError

__all__ = ["CATALOGUE", "StandardError", "contents", "digest", "folder_of", "load_standard"]
