"""Indicators (指标): from the figures of a county to values, in bulk by SQL and exactly by fractions.

Here live the schools as they count (``schools``), formula -> SQL (``sql``), the plan of a standard
(``plan``), its run (``run``) and the exact evaluator (``exact``). Not here: limits and judgements
(``dudao.evaluation``).
"""
