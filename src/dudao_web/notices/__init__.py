"""Notices (通知、转发、公示): a document sent to units, forwarded by them, and who has received it."""
