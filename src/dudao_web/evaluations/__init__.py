"""Evaluations (评估): frozen runs of a county's set, and the pages of their verdict."""
