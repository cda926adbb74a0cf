"""Evaluation (评估): judgements from values and limits, the verdict from judgements, with every reason.

Here live ``judge`` (one value against the limit in force), ``verdict`` (the rules over judgements),
``evaluate`` (a county's run), ``result`` (its JSON, schema 1),
``sentences`` (its words) and ``cases`` (a standard's worked cases). Not here: computing values
(``dudao.indicators``), documents (``dudao.reports``).
"""

from dudao.evaluation.evaluate import Evaluation, evaluate

__all__ = ["Evaluation", "evaluate"]
