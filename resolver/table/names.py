"""Names in SQL: quoting, and finding a column as people spell it."""

from __future__ import annotations

import re
from collections.abc import Collection
from difflib import get_close_matches

from resolver.errors import InputError

RESERVED = frozenset(
    {"resolution", "resolution_use", "resolution_ruling", "resolution_worklist", "resolution_ambiguous"}
    | {"decision", "run", "resolver_origin", "resolver_todo", "resolver_batch"}
)
"""Tables and views of a database of answers; no input table may have such a name."""


def quoted(name: str) -> str:
    """A name as an SQL identifier.

    >>> quoted("actor 1"), quoted('a"b') == '"a""b"'
    ('"actor 1"', True)
    """
    return '"' + name.replace('"', '""') + '"'


def text_literal(text: str) -> str:
    """A text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def table_name(stem: str) -> str:
    """A name for the table made from a file: letters, digits and underscores.

    >>> table_name("events"), table_name("my events-2024"), table_name("2024"), table_name("run")
    ('events', 'my_events_2024', 't_2024', 'run_table')
    """
    name = re.sub(r"\W+", "_", stem).strip("_") or "names"
    if name[0].isdigit():
        name = f"t_{name}"
    return f"{name}_table" if name.casefold() in RESERVED else name


def found_column(given: str, columns: Collection[str], where: str) -> str:
    """The column meant, spelled as the table spells it.

    Raises:
        InputError: there is none of this name.
    """
    if given in columns:
        return given
    folded = {name.casefold(): name for name in columns}
    if given.casefold() in folded:
        return folded[given.casefold()]
    near = get_close_matches(given, columns, 1)
    meant = f"; did you mean {near[0]}?" if near else ""
    raise InputError(f"{where} has no column {given!r}{meant} Its columns: {', '.join(columns)}")
