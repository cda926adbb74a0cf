"""Reports (报表): one module a report, a frozen dataclass in, the bytes of a file out.

``application_form`` 申报表 · ``results`` 计算结果. Each has ``of(standard, intake, result)``, which builds the dataclass from the evaluation's
JSON (schema 1) and the returns, and ``write(report)``, which makes the workbook: no clock, same input, same bytes.

Under them: ``form_*``, ``result_tables`` and ``result_items`` (what stands in the cells), ``sheets`` (drawing workbooks), ``printed`` (a printed
form laid out from ``templates/``), ``text`` (words and rounding for display, for the platform's pages too).
Not here: any judgement (``dudao.evaluation``), any reading of workbooks (``dudao.intake``).
"""
