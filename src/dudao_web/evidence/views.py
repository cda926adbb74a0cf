"""Handing a file back: as an attachment, never shown inside our own pages."""

from urllib.parse import quote

from django.core.files.storage import default_storage
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404

from dudao_web.evidence import queries
from dudao_web.evidence.models import File
from dudao_web.orgs.access import page


@page(queries.READERS, obj="文件")
def download(request: HttpRequest, pk: int) -> FileResponse:
    """The bytes as they were handed in."""
    return stored(get_object_or_404(queries.visible(request.membership), pk=pk))


def stored(file: File) -> FileResponse:
    """A kept file as an attachment. Who may have it was decided by the view that asks."""
    response = FileResponse(
        default_storage.open(file.path),
        as_attachment=True,
        filename=file.name.rpartition("/")[2],
        content_type="application/octet-stream",
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


def attachment(data: bytes, name: str, kind: str = "application/octet-stream") -> HttpResponse:
    """Bytes made on the spot, to be saved under a name, never shown."""
    response = HttpResponse(data, content_type=kind)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{quote(name)}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
