"""Standards (评估标准): the exact text that a run is bound to, and the pages on which it is read."""
