"""Collect the names of all entities: cleaned, one per entity and text, with languages and sources."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from resolver.build import clean, foreign, labels, roles
from resolver.build.sources.facts import FactAlias
from resolver.build.tables import AliasRow

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from resolver.build.merge import Merged

_PLACES = ("country", "territory", "subdivision", "city", "region", "water")
_KEEP_QUALIFIER = ("country", "territory")
_OWN_KINDS = frozenset({"label", "official", "endonym"})
_PEOPLE = re.compile(r"\b(?:citizen|national|people)s?$", re.IGNORECASE)
_MANY = 3  # languages, or shared names, that are evidence of a name
_GENERIC = 5  # an alias that so many entities share describes what they are
_TERRITORY_LISTS = frozenset({"cldr", "i18n-iso", "codes", "iso", "coder"})
_BARE_LANGS = frozenset({"mul", "und", ""})


@dataclass(slots=True)
class Name:
    """One text of one entity while it is being gathered: what sources call it -> languages, and sources."""

    kinds: dict[str, set[str]] = field(default_factory=dict)
    sources: set[str] = field(default_factory=set)

    def add(self, kind: str, lang: str, source: str) -> None:
        """Add one row that gives this text."""
        self.kinds.setdefault(kind, set()).add(lang)
        self.sources.add(source)

    def langs(self) -> set[str]:
        """All languages it is listed under, whatever the sources call it."""
        return {lang for held in self.kinds.values() for lang in held}


@dataclass(slots=True)
class Dropped:
    """Rows left out, each with its reason (`clean.REASONS`)."""

    rows: list[tuple[str, str, str, str, str]] = field(default_factory=list)

    def add(self, reason: str, qid: str, text: str, lang: str, source: str) -> None:
        """Record one row."""
        self.rows.append((reason, source, qid, text, lang))

    def counts(self) -> Counter[tuple[str, str]]:
        """Rows by (reason, source)."""
        return Counter(row[:2] for row in self.rows)


class Pool:
    """Names of all entities, filled row by row and then judged entity by entity.

    Args:
        entities: Merged entities by id.
        dropped: Where rejected rows go.
    """

    def __init__(self, entities: Mapping[str, Merged], dropped: Dropped) -> None:
        self._entities = entities
        self._dropped = dropped
        self._names: dict[str, dict[str, Name]] = {qid: {} for qid in entities}
        for qid, merged in entities.items():
            label = merged.row.label
            tags = merged.row.sources
            source = next(iter(merged.names.values()), tags[0] if tags else "curated")
            self._put(qid, label, "label", "en", source)
            for text, tag in merged.names.items():
                if text != label:
                    self.add(FactAlias(qid, text, "en", "alias", tag))

    def add(self, row: FactAlias) -> None:
        """Repair, check and store one row; a rejected row goes to the report."""
        qid, kind, lang, source = row.qid, row.kind, row.lang, row.source
        merged = self._entities.get(qid)
        if merged is None:
            self._dropped.add("no entity", qid, row.text, lang, source)
            return
        entity_kind = merged.row.kind
        if kind == "label" and lang == "en" and row.text != merged.row.label:
            kind = "alias"  # English has one label, the entity's own
        text = clean.repair(row.text)
        if source == "rigour-weak":
            if _PEOPLE.search(text):
                self._dropped.add("weak mix-in", qid, row.text, lang, source)
                return
            text = text.replace(" -", "-")  # this list puts a blank before hyphens
        named = kind in ("label", "official", "endonym")
        reason = clean.reject(text, named=named, party=entity_kind == "political_party")
        if reason and text != merged.row.label:
            self._dropped.add(reason, qid, row.text, lang, source)
            return
        split = clean.split_qualifier(text) if entity_kind not in _KEEP_QUALIFIER else None
        if split and text != merged.row.label:
            if entity_kind == "political_party":
                self._put(qid, text, kind, lang, source)  # "(Turkey)" tells parties of one name apart
                kind = "alias"
            else:
                self._dropped.add("qualifier", qid, row.text, lang, source)
            text = split[0]
            if clean.reject(text, named=named):
                return
        if entity_kind == "person" and ", " in text:
            for form in clean.natural_order(text):
                self._put(qid, form, kind, lang, source)
                kind = "alias"  # the first form is the usual name; the inverted one is not
        self._put(qid, text, kind, lang, source)

    def relabel(self) -> dict[str, Merged]:
        """Settle the English labels that were voted, and return all entities with their final labels."""
        final: dict[str, Merged] = {}
        for qid, merged in self._entities.items():
            old = merged.row.label
            if merged.names.get(old) != labels.VOTED:
                final[qid] = merged
                continue
            names = self._names[qid]
            new = labels.choose_label(old, merged.row.kind, {text: name.kinds for text, name in names.items()})
            if new is None:
                self._dropped.add("not an entity", qid, old, "en", labels.VOTED)
                del self._names[qid]
                continue
            if new != old:
                self._rename(qid, old, new)
            final[qid] = replace(merged, row=merged.row._replace(label=new))
        self._entities = final
        return final

    def rows(self) -> Iterator[AliasRow]:
        """Alias rows of every entity, judged; foreign labels go to the report."""
        owners, places = self._owners()
        shared = Counter(text for names in self._names.values() for text, name in names.items() if _alias_only(name))
        for qid, names in self._names.items():
            merged = self._entities[qid]
            kept = {text: name for text, name in names.items() if not self._foreign(merged, text, name, names, owners)}
            subject = _subject(merged, kept)
            demonyms = {text.casefold() for text, name in kept.items() if "demonym" in name.kinds}
            for text, name in kept.items():
                if _alias_only(name) and text.casefold() in demonyms:
                    name.add("demonym", "", min(name.sources))
                generic = shared[text] >= _GENERIC and _alias_only(name)
                verdict = roles.judge(subject, text, name.kinds, name.sources, places=places, generic=generic)
                langs = name.langs() - _BARE_LANGS
                yield AliasRow(
                    qid,
                    text,
                    tuple(sorted(langs)),
                    verdict.role,
                    "neutral",
                    verdict.strength,
                    verdict.cased,
                    sources=tuple(sorted(name.sources)),
                )

    def _rename(self, qid: str, old: str, new: str) -> None:
        names = self._names[qid]
        names[new].add("label", "en", labels.VOTED)
        former = names[old]
        former.kinds["label"].discard("en")
        former.kinds = {kind: langs for kind, langs in former.kinds.items() if langs}
        if clean.reject(old) == "pronoun":
            self._dropped.add("pronoun", qid, old, "en", labels.VOTED)
            del names[old]
        else:
            former.add("alias", "en", labels.VOTED)

    def _put(self, qid: str, text: str, kind: str, lang: str, source: str) -> None:
        self._names[qid].setdefault(text, Name()).add(kind, lang, source)

    def _owners(self) -> tuple[foreign.Owners, frozenset[str]]:
        owners = foreign.Owners()
        places: set[str] = set()
        for qid, merged in self._entities.items():
            row = merged.row
            owners.add(qid, row.label)
            if row.kind in _PLACES:
                for text, name in self._names[qid].items():
                    # A state owns its short forms too: "USA" is no name of a station that flies its flag.
                    state = row.kind in _KEEP_QUALIFIER and name.kinds.keys() - {"demonym", "historical", "code"}
                    if state or "label" in name.kinds or "endonym" in name.kinds:
                        owners.add(qid, text)
            if row.kind in ("country", "territory", "subdivision", "city"):
                places.add(row.label.casefold())
        return owners, frozenset(places)

    def _foreign(
        self, merged: Merged, text: str, name: Name, names: Mapping[str, Name], owners: foreign.Owners
    ) -> bool:
        """Whether `text` is another entity's label without evidence; reports it if so."""
        row = merged.row
        rivals = owners.others(row.qid, text)
        if not rivals or text == row.label or self._trusted(row.kind, name, rivals):
            return False
        reason = "weak mix-in" if name.sources == {"rigour-weak"} else "foreign label"
        # Only labels and official names count as likeness: two aliases of one wrong entity are always alike.
        peers = {row.label, *(other for other, held in names.items() if held.kinds.keys() & _OWN_KINDS)}
        if reason == "foreign label" and not foreign.is_foreign(text, name.kinds, name.sources, row.label, peers):
            return False
        if self._namesake(text, names, peers, rivals):
            return False
        self._dropped.add(reason, row.qid, text, min(name.langs()), min(name.sources))
        return True

    def _namesake(self, text: str, names: Mapping[str, Name], peers: Collection[str], rivals: frozenset[str]) -> bool:
        """Whether a rival shares a further label (a city and its province), or the name in many languages."""
        folded = text.casefold()
        own = {other.casefold() for other in peers} - {folded}
        spoken = {other.casefold() for other, held in names.items() if held.langs() - _BARE_LANGS} - {folded}
        for rival in rivals:
            theirs = {other.casefold() for other in self._names[rival]}
            if theirs & own or len(theirs & spoken) + 1 >= _MANY:
                return True
        return False

    def _trusted(self, kind: str, name: Name, rivals: frozenset[str]) -> bool:
        """Territory lists name territories only; states keep the names of states before them."""
        if kind not in _KEEP_QUALIFIER:
            return False
        if name.sources & _TERRITORY_LISTS:
            return True
        # A former name of a state is often another entity's, but "Quito" is a city and no former Ecuador.
        towns = any(self._entities[rival].row.kind in ("city", "water") for rival in rivals)
        return "historical" in name.kinds and not towns


def _alias_only(name: Name) -> bool:
    """Whether one source alone gives this text, and only as an alias."""
    return name.kinds.keys() == {"alias"} and len(name.sources) == 1


def _subject(merged: Merged, names: Mapping[str, Name]) -> roles.Subject:
    row = merged.row
    if row.kind != "person":
        return roles.Subject(row.kind, row.label, merged.subtype)
    spoken = {text: name.langs() for text, name in names.items()}
    parts, tails = roles.name_parts(spoken, family_first=roles.family_name_first(row.countries))
    return roles.Subject(row.kind, row.label, merged.subtype, parts, tails)
