"""Attachments of a document being written: stored as soon as they are sent, so that a form shown again loses none."""

from dudao_web.documents.forms import DocumentForm
from dudao_web.evidence import actions as evidence
from dudao_web.orgs.actions import Refused
from dudao_web.orgs.models import Membership


def receive(form: DocumentForm, by: Membership) -> bool:
    """Check a sent form and store its files (``form.stored``: those kept before and the new ones). Whether all is well."""
    form.is_valid()
    data = form.cleaned_data
    found = list(data.get("kept") or [])
    for sent in data.get("files") or []:
        try:
            file = evidence.receive(sent=sent, by=by)
        except Refused as refusal:
            form.add_error("files", str(refusal))
        else:
            found.append(file)
    form.stored = list(dict.fromkeys(found))
    return not form.errors
