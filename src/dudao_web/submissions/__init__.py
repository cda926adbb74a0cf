"""Submissions (填报): what units hand in, the issues found in it, and the county's confirmation of the whole."""
