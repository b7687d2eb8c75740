"""Brings a settings file of an older version up to the present schema, one step at a time."""

from collections.abc import Callable, Mapping
from typing import Any

from desktop_app.settings.model import SCHEMA_VERSION

Document = dict[str, Any]
Migration = Callable[[Document], Document]


def _date_blocks(document: Document) -> Document:
    match document.get("blocked"):
        case [*strangers]:
            # Schema 2 was at first written without its number.
            dated = [each if isinstance(each, dict) else {"stranger": each} for each in strangers]
            return {**document, "blocked": dated}
    return document


MIGRATIONS: dict[int, Migration] = {1: _date_blocks}
"""From each older schema to the one after it. Append only; a step is never edited."""


class SchemaUnknown(Exception):
    """The file is of a schema that this version cannot read, a newer one for instance."""


def migrate(
    document: Document,
    migrations: Mapping[int, Migration] = MIGRATIONS,
    target: int = SCHEMA_VERSION,
) -> Document:
    """Return the document in the target schema; raises SchemaUnknown where no path leads there."""
    schema = document.get("schema", 1)
    while schema != target:
        step = migrations.get(schema) if isinstance(schema, int) else None
        if step is None:
            raise SchemaUnknown(f"no way from schema {schema!r} to {target}")
        schema += 1
        document = {**step(document), "schema": schema}
    return document
