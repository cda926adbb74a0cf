"""Standards (评估标准) as data: model, strict loading, cross checks, the formula language, the catalogue.

Not here: reading forms (``dudao.intake``), computing (``dudao.indicators``), verdicts (``dudao.evaluation``).
"""

from dudao.standards.load import CATALOGUE, StandardError, contents, digest, folder_of, load_standard

__all__ = ["CATALOGUE", "StandardError", "contents", "digest", "folder_of", "load_standard"]
