"""Form fields of the platform. Not here: how they look (``widgets``), what a form asks and checks (each app's ``forms``)."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

DIGITS = 18  # a row's key has no more; a longer number stops the database


class Rows(forms.ModelMultipleChoiceField):
    """Several rows by their keys. Django asks the database for any number, and SQLite knows none above 2^63."""

    def _check_values(self, value: Any) -> QuerySet[Any]:
        too_long = [one for one in value if len(str(one)) > DIGITS] if isinstance(value, list | tuple) else []
        if too_long:
            raise ValidationError(
                self.error_messages["invalid_choice"],
                code="invalid_choice",
                params={"value": str(too_long[0])[:DIGITS]},
            )
        return super()._check_values(value)
