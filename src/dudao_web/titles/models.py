"""Titles (称号): awards with dates, batch and standard version, progress against the target, frozen cohorts."""
