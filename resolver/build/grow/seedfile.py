"""Seeds: what to pull. A list of ids (`.qids`) or a SPARQL query (`.rq`), with a head that says what it should find.

    # title: Armed groups
    # expect: 300-6000
    # class: Q17149090 armed organization
    # property: P31 instance of
    # unverified: why nobody has checked this against Wikidata yet

Everything but the title and the expected range is optional. Ids in a list stand first on their line, a label may
follow for people. A query selects ?item and brings neither ORDER BY nor LIMIT nor OFFSET: pages are cut by us.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from resolver.errors import InputError
from resolver.model import is_entity_id

SUFFIXES = (".qids", ".rq")
_HEAD = re.compile(r"#\s*(?P<name>[a-z]+):\s*(?P<value>.*)")
_RANGE = re.compile(r"(?P<low>\d[\d,]*)\s*-\s*(?P<high>\d[\d,]*)")
_NAMED = re.compile(r"(?P<id>[QP][1-9]\d*)\s+(?P<label>\S.*)")
_PAGED = re.compile(r"\b(?:LIMIT|OFFSET|ORDER\s+BY)\b", re.IGNORECASE)
_COMMENT = re.compile(r"(?:^|\s)#[^\n]*")
_IN_QUERY = re.compile(r"\b(?:wd|wdt|p|ps|pq):([QP]\d+)\b")


@dataclass(frozen=True, slots=True)
class Seed:
    """One seed file.

    Attributes:
        path: Where it stands.
        title: What it finds, in words.
        low, high: How many items it should find; pull stops outside of this range.
        qids: Its ids, for a list.
        query: Its query, else empty.
        named: Ids of classes and properties that the query relies on -> their English label.
        unverified: Why it has not been checked against Wikidata yet, else empty.
    """

    path: Path
    title: str
    low: int
    high: int
    qids: tuple[str, ...] = ()
    query: str = ""
    named: dict[str, str] = field(default_factory=dict)
    unverified: str = ""

    def check_count(self, count: int) -> None:
        """Refuse a count outside the expected range.

        Raises:
            InputError: Too few or too many; a query that was cut short, or one that means something else by now.
        """
        if not self.low <= count <= self.high:
            raise InputError(
                f"{self.path}: found {count:,} items, expected {self.low:,} to {self.high:,}; look at the result, then"
                " change `# expect:` or the query"
            )


def find_seeds(source: Path) -> list[Seed]:
    """The seed at a path, or all seeds of a folder and its subfolders, sorted by path.

    Raises:
        InputError: Nothing there, or a seed that can't be used.
    """
    if source.is_dir():
        paths = sorted(path for path in source.rglob("*") if path.suffix in SUFFIXES and path.is_file())
        if not paths:
            raise InputError(f"{source}: no seeds there; a seed is a .qids or .rq file")
    elif source.suffix in SUFFIXES and source.is_file():
        paths = [source]
    elif source.is_file():
        raise InputError(f"{source}: a seed is a list of ids (.qids) or a SPARQL query (.rq)")
    else:
        raise InputError(f"{source}: no such file or folder")
    return [read_seed(path) for path in paths]


def read_seed(path: Path) -> Seed:
    """Read and check one seed.

    Raises:
        InputError: Not UTF-8, a head without title or range, a line that is no id, a query that pages by itself, or
            one that uses a class it does not name in its head.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: can't be read as UTF-8 text: {error}") from error
    head = list(_head(text))
    values = {name: value for name, value, _ in head}
    span = _RANGE.fullmatch(values.get("expect", ""))
    if not values.get("title") or not span:
        raise InputError(f"{path}: the head needs `# title: ...` and `# expect: 100-200`")
    low, high = (int(span[name].replace(",", "")) for name in ("low", "high"))
    if low > high:
        raise InputError(f"{path}: expect is {low}-{high}; the lower number comes first")
    named: dict[str, str] = {}
    for name, value, number in head:
        if name in ("class", "item", "property"):
            found = _NAMED.fullmatch(value)
            if not found:
                raise InputError(f"{path}:{number}: expected an id and its English label, got {value!r}")
            named[found["id"]] = found["label"].strip()
    common = (path, values["title"], low, high)
    unverified = values.get("unverified", "")
    if path.suffix == ".qids":
        return Seed(*common, tuple(_ids(path, text)), "", named, unverified)
    query = _COMMENT.sub("", text).strip()
    if _PAGED.search(query):
        raise InputError(f"{path}: pages are cut by us; take ORDER BY, LIMIT and OFFSET out of the query")
    if not re.search(r"SELECT\s+(?:DISTINCT\s+)?\?item\s", query, re.IGNORECASE):
        raise InputError(f"{path}: a query begins with SELECT DISTINCT ?item WHERE")
    strangers = sorted(set(_IN_QUERY.findall(query)) - named.keys())
    if strangers:
        raise InputError(f"{path}: {', '.join(strangers)} in the query but not named in its head with a label")
    return Seed(*common, (), query, named, unverified)


def page_of(query: str, size: int, number: int) -> str:
    """The query for one page; rows are ordered, so that no page repeats or leaves out a row of another.

    >>> page_of("SELECT DISTINCT ?item WHERE { }", 100, 2).splitlines()[-1]
    'ORDER BY ?item LIMIT 100 OFFSET 200'
    """
    return f"{query}\nORDER BY ?item LIMIT {size} OFFSET {size * number}"


def _head(text: str) -> Iterator[tuple[str, str, int]]:
    for number, line in enumerate(text.splitlines(), start=1):
        if found := _HEAD.fullmatch(line.strip()):
            yield found["name"], found["value"].strip(), number


def _ids(path: Path, text: str) -> Iterator[str]:
    seen: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        qid = line.split()[0]
        if qid[:1] != "Q" or not is_entity_id(qid):
            raise InputError(f"{path}:{number}: {qid!r} is not a Wikidata item id such as Q43")
        if qid in seen:
            raise InputError(f"{path}:{number}: {qid} stands in line {seen[qid]} already")
        seen[qid] = number
        yield qid
