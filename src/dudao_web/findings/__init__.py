"""Findings (问题): what is wrong in a unit, whether it can be mended there, and who it was handed up to."""
