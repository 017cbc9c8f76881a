"""Read and write the source tables: entities, aliases, positions, relations.

A table is a `.parquet` (zstd) or a `.tsv` file with the same columns; docs/design.md describes them. In TSV
lists are joined with `|`, an empty cell is null, there is no quoting. Rows are sorted by id then text and a
file holds nothing that changes from run to run, so the same rows give the same bytes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from resolver.errors import GazetteerCorrupt, InputError
from resolver.model import entity_order

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    import pyarrow as pa

THEMES: tuple[str, ...] = ("places", "people", "institutions", "companies", "conflict", "other")
THEME_OF_KIND: dict[str, str] = {
    "country": "places",
    "territory": "places",
    "subdivision": "places",
    "city": "places",
    "region": "places",
    "water": "places",
    "person": "people",
    "organization": "institutions",
    "government_body": "institutions",
    "political_party": "institutions",
    "company": "companies",
    "media": "companies",
    "armed_group": "conflict",
    "military": "conflict",
    "event": "conflict",
    "other": "other",
}
_ROW_GROUP = 200_000  # fixed, so that bytes do not depend on the writer's default
_ZSTD_LEVEL = 19


class EntityRow(NamedTuple):
    """One row of `entities`."""

    qid: str
    kind: str
    label: str
    description: str | None = None
    countries: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    valid_from: str | None = None
    valid_to: str | None = None
    population: int | None = None
    office: str | None = None
    capital: str | None = None
    provisional: bool = False
    sources: tuple[str, ...] = ()
    sitelinks: int | None = None


class AliasRow(NamedTuple):
    """One row of `aliases`; (qid, text) is unique."""

    qid: str
    text: str
    langs: tuple[str, ...] = ()
    role: str = "alias"
    register: str = "neutral"
    strength: str = "strong"
    cased: bool = False
    valid_from: str | None = None
    valid_to: str | None = None
    sources: tuple[str, ...] = ()


class PositionRow(NamedTuple):
    """One row of `positions`: an office a person held."""

    qid: str
    title: str
    country: str | None = None
    valid_from: str | None = None
    valid_to: str | None = None
    sources: tuple[str, ...] = ()


class RelationRow(NamedTuple):
    """One row of `relations`: subject, relation, object."""

    subject: str
    relation: str
    object: str
    valid_from: str | None = None
    valid_to: str | None = None
    sources: tuple[str, ...] = ()


Row = EntityRow | AliasRow | PositionRow | RelationRow


@dataclass(frozen=True, slots=True)
class Table:
    """What a table is called, its row type, the type of each column that is not plain text, and which may be absent."""

    name: str
    row: type[Row]
    lists: frozenset[str]
    flags: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    optional: frozenset[str] = frozenset()

    @property
    def columns(self) -> tuple[str, ...]:
        """Column names in file order."""
        return self.row._fields

    def order(self, row: Row) -> tuple[Any, ...]:
        """Sort key: id as `entity_order`, then the remaining cells as text."""
        return (entity_order(row[0]), *("" if cell is None else str(cell) for cell in row[1:]))


TABLES: dict[str, Table] = {
    "entities": Table(
        "entities",
        EntityRow,
        frozenset({"countries", "codes", "sources"}),
        frozenset({"provisional"}),
        frozenset({"population", "sitelinks"}),
        frozenset({"sitelinks"}),
    ),
    "aliases": Table("aliases", AliasRow, frozenset({"langs", "sources"}), frozenset({"cased"})),
    "positions": Table("positions", PositionRow, frozenset({"sources"})),
    "relations": Table("relations", RelationRow, frozenset({"sources"})),
}


def write_table(path: Path, name: str, rows: Iterable[Row]) -> int:
    """Write one table, sorted, to a `.tsv` or `.parquet` path.

    Args:
        path: Where to; the suffix chooses the form.
        name: entities, aliases, positions or relations.
        rows: Rows of that table's type, in any order.

    Returns:
        The number of rows written.

    Raises:
        InputError: Unknown table or suffix, or a cell that TSV can't hold (tab, line break, `|` in a list).

    >>> import tempfile
    >>> from pathlib import Path
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     target = Path(folder, "aliases.tsv")
    ...     count = write_table(target, "aliases", [AliasRow("Q43", "Türkiye", ("en", "tr"), "label")])
    ...     next(read_table(target)).langs
    ('en', 'tr')
    """
    table = _table(name)
    ordered = sorted(rows, key=table.order)
    if path.suffix == ".tsv":
        lines = ["\t".join(table.columns), *(_tsv_line(table, row, path) for row in ordered)]
        if table.optional and all(row[-1] is None for row in ordered):
            lines = [line.rpartition("\t")[0] for line in lines]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    elif path.suffix == ".parquet":
        _write_parquet(path, table, ordered)
    else:
        raise InputError(f"{path}: a table is a .tsv or .parquet file")
    return len(ordered)


def read_table(path: Path, name: str | None = None) -> Iterator[Row]:
    """Rows of one `.tsv` or `.parquet` table; the name defaults to the file's stem.

    Raises:
        GazetteerCorrupt: A missing column, a wrong number of cells, or a cell of the wrong type.
    """
    table = _table(name or path.stem)
    if path.suffix == ".parquet":
        columns = [column.to_pylist() for column in read_arrow(path, table.name).columns]
        lists = [column in table.lists for column in table.columns]
        tuples = [
            [tuple(cell or ()) for cell in column] if is_list else column
            for column, is_list in zip(columns, lists, strict=True)
        ]
        for cells in zip(*tuples, strict=True):
            yield table.row(*cells)
        return
    with path.open(encoding="utf-8", newline="\n") as lines:
        header = tuple(next(lines, "").rstrip("\n").split("\t"))
        short = header == tuple(column for column in table.columns if column not in table.optional)
        if header != table.columns and not short:
            raise GazetteerCorrupt(f"{path}: columns are {header}, expected {table.columns}")
        for number, line in enumerate(lines, start=2):
            if line.strip():
                parts = line.rstrip("\r\n").split("\t")
                if short and table.optional:
                    parts.append("")
                yield _parse(table, parts, f"{path}:{number}")


def read_arrow(path: Path, name: str | None = None) -> pa.Table:
    """One table as a pyarrow table with the columns of docs/design.md, whatever its form on disk."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = _table(name or path.stem)
    if path.suffix == ".tsv":
        return _arrow(table, list(read_table(path, table.name)))
    try:
        return pq.read_table(path, schema=_schema(table))
    except (OSError, pa.ArrowException) as error:
        raise GazetteerCorrupt(f"{path}: not a readable {table.name} table: {error}") from error


def arrow_table(name: str, rows: Sequence[Row]) -> pa.Table:
    """Rows of one table, in their order, as a pyarrow table."""
    return _arrow(_table(name), rows)


def table_files(root: Path, name: str) -> list[Path]:
    """Files of table `name` under `root`, one or two forms a theme folder, sorted by path."""
    return sorted(path for suffix in ("tsv", "parquet") for path in root.glob(f"*/{_table(name).name}.{suffix}"))


def read_all(root: Path, name: str) -> Iterator[Row]:
    """Rows of table `name` in every theme folder under `root`, in `table_files` order."""
    for path in table_files(root, name):
        yield from read_table(path, name)


def _table(name: str) -> Table:
    if name not in TABLES:
        raise InputError(f"unknown table {name!r}; the tables are {', '.join(TABLES)}")
    return TABLES[name]


def _tsv_line(table: Table, row: Row, path: Path) -> str:
    cells: list[str] = []
    for column, value in zip(table.columns, row, strict=True):
        if column in table.lists:
            parts: Sequence[str] = value or ()  # type: ignore[assignment]  # a list cell
            text = "|".join(parts)
            if text.count("|") >= max(1, len(parts)):
                raise InputError(f"{path}: {row[0]}: a list cell may not hold '|': {value!r}")
            cells.append(text)
        elif column in table.flags:
            cells.append("true" if value else "false")
        else:
            cells.append("" if value is None else str(value))
    line = "\t".join(cells)
    if line.count("\t") >= len(cells) or "\n" in line or "\r" in line:
        wrong = next(text for text in cells if not {"\t", "\n", "\r"}.isdisjoint(text))
        raise InputError(f"{path}: {row[0]}: a cell may not hold a tab or line break: {wrong!r}")
    return line


def _parse(table: Table, cells: list[str], where: str) -> Row:
    if len(cells) != len(table.columns):
        raise GazetteerCorrupt(f"{where}: {len(cells)} cells, expected {len(table.columns)}")
    values: list[Any] = []
    for column, text in zip(table.columns, cells, strict=True):
        if column in table.lists:
            values.append(tuple(text.split("|")) if text else ())
        elif column in table.flags:
            if text not in ("", "true", "false"):
                raise GazetteerCorrupt(f"{where}: {column} is {text!r}, expected true or false")
            values.append(text == "true")
        elif column in table.numbers:
            if text and not text.isdecimal():
                raise GazetteerCorrupt(f"{where}: {column} is {text!r}, expected a whole number")
            values.append(int(text) if text else None)
        else:
            values.append(text or None)
    return table.row(*values)


def _schema(table: Table) -> pa.Schema:
    import pyarrow as pa

    def kind_of(column: str) -> pa.DataType:
        if column in table.lists:
            return pa.list_(pa.string())
        if column in table.flags:
            return pa.bool_()
        return pa.int64() if column in table.numbers else pa.string()

    return pa.schema([(column, kind_of(column)) for column in table.columns])


def _arrow(table: Table, rows: Sequence[Row]) -> pa.Table:
    import pyarrow as pa

    schema = _schema(table)
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(table.columns)
    return pa.Table.from_arrays(
        [pa.array(column, type=field.type) for column, field in zip(columns, schema, strict=True)],
        schema=schema,
    )


def _write_parquet(path: Path, table: Table, rows: Sequence[Row]) -> None:
    import pyarrow.parquet as pq

    free_text = {"text", "label", "description", "title"}
    pq.write_table(
        _arrow(table, rows),
        path,
        compression="zstd",
        compression_level=_ZSTD_LEVEL,
        row_group_size=_ROW_GROUP,
        # Large pages let zstd see the neighbours; a dictionary only pays for columns that repeat.
        data_page_size=8 << 20,
        use_dictionary=[_leaf(table, column) for column in table.columns if column not in free_text],
        write_statistics=False,
        store_schema=False,
    )


def _leaf(table: Table, column: str) -> str:
    return f"{column}.list.element" if column in table.lists else column
