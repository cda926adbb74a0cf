"""Self-check (自查): what a unit answers for itself in a campaign, indicator by indicator, before and when it hands in.

``answers`` (what is filled in now, where it comes from), ``judging`` (what follows from it), ``actions`` (save, hand in), ``page`` and
``views``. Not here: what happens to a hand-in (``campaigns``), the returns of figures by workbook (the rest of ``submissions``).
"""
