"""A column of tree paths. What a path means, and who sees which range of them, is in ``orgs``."""

from typing import Any

from django.db import models
from django.db.backends.base.base import BaseDatabaseWrapper


class PathField(models.CharField):
    """Text in the order of its bytes: the scope of an office is a range of paths (``orgs.rules.within``).

    SQLite compares bytes anyway. A PostgreSQL database follows the language of its server, where
    "321182＋甲/" may lie between "321182/" and "3211820": there the column asks for the collation "C".
    """

    def db_parameters(self, connection: BaseDatabaseWrapper) -> dict[str, Any]:
        found = super().db_parameters(connection)
        if connection.vendor == "postgresql":
            found["collation"] = "C"
        return found
