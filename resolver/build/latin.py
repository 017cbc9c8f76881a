"""Latin keys of the bulk names, worked out when the source tables are built.

Reading half a million names in other scripts takes longer than everything else that happens on a user's machine
at first use, so the outcome travels with the tables: `latin.parquet`, name -> latin key, for names where the key
adds something. It is derived data: a test holds it equal to `useful_latin()`, and `rewrite_latin()` makes it anew.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from resolver.build.tables import AliasRow, read_all
from resolver.normalize import exact_key
from resolver.romanize import Script, detect_script, latin_key

LATIN = "latin.parquet"
SHORTEST = 4
# An abjad's or Han romanisation has lost so much that one word of it means nothing.
_LOSSY = frozenset({Script.ARABIC, Script.HEBREW, Script.HAN})


def useful_latin(text: str, key: str) -> str | None:
    """The latin key of a name in another script, None where it adds nothing or means too little.

    Args:
        text: The name.
        key: Its exact key.

    >>> useful_latin("Путин", "путин"), useful_latin("Putin", "putin"), useful_latin("محمد", "محمد")
    ('putin', None, None)
    """
    if key.isascii():
        return None
    latin = latin_key(text)
    if len(latin) < SHORTEST or latin == key or (" " not in latin and detect_script(text) in _LOSSY):
        return None
    return latin


def write_latin(folder: Path, texts: Iterable[str]) -> int:
    """Write `latin.parquet` into `folder` for these names; returns the number of rows."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    found = [(text, latin) for text in sorted(set(texts)) if (latin := useful_latin(text, exact_key(text))) is not None]
    table = pa.table({"text": [text for text, _ in found], "latin_key": [latin for _, latin in found]})
    work = folder / f".{LATIN}"
    pq.write_table(table, work, compression="zstd", compression_level=19, row_group_size=len(found) or 1)
    work.replace(folder / LATIN)
    return len(found)


def rewrite_latin(tables: Path) -> int:
    """Make `latin.parquet` anew for the tables in `tables`, after a change of the key or of a romanisation.

    Returns:
        The number of rows.
    """
    return write_latin(tables, (row.text for row in read_all(tables, "aliases") if isinstance(row, AliasRow)))
