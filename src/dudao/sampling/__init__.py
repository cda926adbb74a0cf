"""The public draw ``dudao-draw-1`` (公开抽取): a frame and quotas frozen by their hashes, a seed nobody could know, and a result anybody can check.

    frame_bytes, quota_bytes, read_frame, read_quota, digest   the two files, to the byte        (frame)
    tidy_frame, tidy_quota                                     an office's own file made canonical  (tidy)
    strata                                                     how many of each kind              (design)
    draw, seed_fault, round_fault                              tickets, drawn units, reserve      (draw)
    publish                                                    the published folder               (publish)
    verify                                                     a published folder, computed again (verify)

``published/verify.py`` is not part of the library: it is a file that every draw is published with, runs alone and imports nothing of it.
Not here: who may be drawn and why (the office's frame says so), files on disk, the clock, chance of any kind: the seed is given.
"""

from dudao.sampling.design import Stratum, strata
from dudao.sampling.draw import METHOD, Draw, Ticket, draw, round_fault, seed_fault
from dudao.sampling.frame import (
    MAX_FILE,
    TAKES,
    Fault,
    Faulty,
    Impossible,
    Quota,
    Row,
    digest,
    frame_bytes,
    quota_bytes,
    read_frame,
    read_quota,
)
from dudao.sampling.publish import NAMES, planned, publish
from dudao.sampling.tidy import tidy_frame, tidy_quota
from dudao.sampling.verify import Difference, Unreadable, verify

__all__ = [
    "MAX_FILE",
    "METHOD",
    "NAMES",
    "TAKES",
    "Difference",
    "Draw",
    "Fault",
    "Faulty",
    "Impossible",
    "Quota",
    "Row",
    "Stratum",
    "Ticket",
    "Unreadable",
    "digest",
    "draw",
    "frame_bytes",
    "planned",
    "publish",
    "quota_bytes",
    "read_frame",
    "read_quota",
    "round_fault",
    "seed_fault",
    "strata",
    "tidy_frame",
    "tidy_quota",
    "verify",
]
