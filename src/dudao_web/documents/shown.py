"""A document's attachments as pages show them: each page gives its readers an address of its own."""

from dataclasses import dataclass

from dudao_web.documents.models import Attachment


@dataclass(frozen=True, slots=True)
class Enclosed:
    """An attachment on a page, with the address at which this reader may have it."""

    order: int
    name: str
    size: int
    sha256: str
    href: str


def enclosed(attachment: Attachment, href: str) -> Enclosed:
    """An attachment to be shown; its file must have been read along."""
    file = attachment.file
    return Enclosed(attachment.order, file.name, file.size, file.sha256, href)
