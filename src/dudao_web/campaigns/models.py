"""Campaigns (督导项目): a procedure launched for a year, its stages, and a case for every unit in it."""
