"""Inspections (复查、抽查、实地督导): units drawn by lot, teams, score sheets, objections and visits."""
