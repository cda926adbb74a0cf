"""Proof bundle (验证包): a verdict with everything it was made of in one zip, and its verification on another machine, offline.

    pack(evaluation, inputs)   the bytes of the zip
    verify(path)               recomputes from the zip alone and says every difference

Modules: ``layout`` (which files, under which names) · ``pack`` · ``unpack`` (the zip is hostile) · ``compare`` · ``verify``. Not here: any
computation of the results, which is the evaluation's.
"""

from dudao.bundle.compare import Difference
from dudao.bundle.layout import BundleRefused
from dudao.bundle.pack import pack
from dudao.bundle.unpack import Unreadable
from dudao.bundle.verify import Verified, verify

__all__ = ["BundleRefused", "Difference", "Unreadable", "Verified", "pack", "verify"]
