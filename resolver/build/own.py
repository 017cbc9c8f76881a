"""Rows of a user's own spreadsheet -> entities and aliases of a layer, or what is wrong with which row."""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from resolver.build.clean import REASONS, reject, repair
from resolver.build.roles import Subject, common_words, judge
from resolver.build.tables import AliasRow, EntityRow
from resolver.gazetteer import Gazetteer
from resolver.model import Kind, Role, entity_order, is_entity_id
from resolver.normalize import exact_key, exact_keys
from resolver.romanize import latin_key

if TYPE_CHECKING:
    from collections.abc import Callable

    from resolver.build.sheet import Sheet

FIELDS = ("name", "qid", "kind", "country", "lang", "role", "from", "to", "description", "aliases", "hide")
"""What a column may hold; a column of such a name is used without being asked for."""

_ITEM = re.compile(r"(?:https?://(?:www\.)?wikidata\.org/(?:entity|wiki)/(?:Item:)?)?([Qq][1-9][0-9]*)/?")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*")
_DATE = re.compile(r"([0-9]{4})(?:-(0[1-9]|1[0-2])(?:-(0[1-9]|[12][0-9]|3[01]))?)?(?:[T ]00:00(?::00)?)?")
_KINDS, _ROLES = frozenset(map(str, Kind)), frozenset(map(str, Role))
_MISSING = frozenset({"N/A", "#N/A", "NULL", "NONE", "NAN"})
_MISREAD = re.compile("[\u00c2-\u00c5\u00d0\u00d1][\u0080-\u00bf\u0152-\u0192\u2013-\u2122]")
"""UTF-8 that was read as cp1252: the first byte of two, and what the second looks like."""
_YES = frozenset({"1", "true", "yes", "y", "x", "hide", "evet", "ja", "oui", "si"})
_NO = frozenset({"", "0", "false", "no", "n"})


class Complaint(NamedTuple):
    """What is to be said of one cell, or of a whole row (`column` empty)."""

    row: int
    column: str
    words: str

    def line(self, path: object) -> str:
        """One line for people: file, row, column, what is wrong."""
        column = f", column {self.column}" if self.column else ""
        return f"{path}, row {self.row:,}{column}: {self.words}"


@dataclass(slots=True)
class _Own:
    """An entity as the rows read so far describe it, and the row that said each thing first."""

    qid: str
    label: str
    row: int
    kind: str = ""
    kind_row: int = 0
    countries: tuple[str, ...] = ()
    country_row: int = 0
    description: str = ""
    others: list[int] = field(default_factory=list)  # further rows with another name


@dataclass(slots=True)
class Plan:
    """What a file would add.

    Attributes:
        name: Name of the layer.
        entities: Rows of entities that the gazetteer does not describe.
        aliases: Names, one row for each entity and text.
        masks: Id and text of names to hide.
        problems: Rows that can't be used, in file order; with any, nothing is added.
        notes: What is worth knowing, in file order.
        rows: Rows read.
        repeated: Rows that repeat an earlier one.
        local: Entities that have no QID.
        known: Names that the gazetteer already has for that entity.
    """

    name: str
    entities: list[EntityRow] = field(default_factory=list)
    aliases: list[AliasRow] = field(default_factory=list)
    masks: list[tuple[str, str]] = field(default_factory=list)
    problems: list[Complaint] = field(default_factory=list)
    notes: list[Complaint] = field(default_factory=list)
    rows: int = 0
    repeated: int = 0
    local: int = 0
    known: int = 0


class Reader:
    """Reads the rows of one file into a `Plan`.

    Args:
        name: Name of the layer, the source of all its rows.
        base: The gazetteer that the layer will lie on.
        country: Reads a country cell; None where it is no country.
        columns: Field -> name of its column in the file.
        kind: Kind of entities whose row gives none.
        lang: Language of names whose row gives none.
    """

    def __init__(
        self,
        name: str,
        base: Gazetteer,
        country: Callable[[str], str | None],
        columns: dict[str, str],
        *,
        kind: str = "other",
        lang: str = "",
    ) -> None:
        self.plan = Plan(name)
        self._base = base
        self._country = country
        self._countries: dict[str, str | None] = {}
        self._columns = columns
        self._kind = kind
        self._lang = lang
        self._own: dict[str, _Own] = {}
        self._ids: dict[tuple[str, str, str], str] = {}
        self._names: dict[tuple[str, str], tuple[int, AliasRow]] = {}
        self._swapped = 0

    def read(self, sheet: Sheet) -> Plan:
        """Read all rows; problems and notes end up in the plan.

        Raises:
            InputError: a column is missing, or the file can't be read to its end.
        """
        at = {field: sheet.column(column) for field, column in self._columns.items()}
        for row in sheet.rows:
            self.plan.rows += 1
            if row.problem:
                self._problem(row.number, "", row.problem)
                continue
            self._row(row.number, {field: row.cells[place].strip() for field, place in at.items()})
        self._finish()
        return self.plan

    def _problem(self, row: int, field: str, words: str) -> None:
        self.plan.problems.append(Complaint(row, self._columns.get(field, ""), words))

    def _note(self, row: int, field: str, words: str) -> None:
        self.plan.notes.append(Complaint(row, self._columns.get(field, ""), words))

    def _row(self, number: int, cells: dict[str, str]) -> None:
        before = len(self.plan.problems)
        name = self._name(number, "name", cells.get("name", ""))
        qid = self._qid(number, cells.get("qid", ""), cells.get("name", ""))
        kind = self._kind_of(number, cells.get("kind", ""))
        countries = tuple(self._countries_of(number, cells.get("country", "")))
        lang = self._lang_of(number, cells.get("lang", ""))
        role = self._role_of(number, cells.get("role", ""))
        first, last = self._day(number, "from", cells.get("from", "")), self._day(number, "to", cells.get("to", ""))
        if first and last and first > last:
            self._problem(number, "to", f"{last} is before {first}")
        further = self._further(number, cells.get("aliases", ""))
        hide = cells.get("hide", "").casefold()
        if hide not in _YES | _NO:
            self._problem(number, "hide", f"{cells['hide']!r} is neither yes nor no")
        if len(self.plan.problems) > before or name is None:
            return
        if hide in _YES:
            self._mask(number, qid, name)
            return
        qid = qid or self._local_id(name, kind, countries)
        self._describe(number, qid, name, kind, countries, cells.get("description", ""))
        for text, as_role in ((name, role), *((text, "") for text in further)):
            self._add(
                number, AliasRow(qid, text, (lang,) if lang else (), as_role, "neutral", "strong", False, first, last)
            )

    # -- cells

    def _further(self, number: int, cell: str) -> list[str]:
        if not cell:
            return []
        return [text for part in re.split(r"[|;]", cell) if (text := self._name(number, "aliases", part.strip()))]

    def _name(self, number: int, field: str, text: str) -> str | None:
        if not text.strip() and field == "aliases":
            return None
        name = repair(text)
        if is_entity_id(name) and name[0] == "Q":
            self._swapped += 1
            self._problem(number, field, f"{name} is an id, not a name")
            return None
        reason = "placeholder" if name in _MISSING else reject(name, named=True)
        if reason is None and not name.isascii() and _MISREAD.search(name):
            reason = "mojibake"
        if reason is None and not exact_key(name):
            reason = "no letters"
        if reason:
            self._problem(number, field, f"{text!r:.60} is no name: {REASONS[reason]}" if text else "no name given")
            return None
        return name

    def _qid(self, number: int, text: str, name: str) -> str:
        if not text or text == name == "":
            return ""
        if found := _ITEM.fullmatch(text):
            return found[1].upper()
        if is_entity_id(text):
            return text
        hint = "ids look like Q43 or x-my-actor; leave the cell empty where there is none"
        if text.isdecimal() and int(text):
            hint = f"did you mean Q{int(text)}?"
        elif any(map(str.isalpha, text)) and not any(map(str.isdecimal, text)):
            hint = "this looks like a name; " + hint
        self._problem(number, "qid", f"{text!r:.60} is no QID; {hint}")
        return ""

    def _kind_of(self, number: int, text: str) -> str:
        kind = text.casefold().replace(" ", "_").replace("-", "_")
        if kind and kind not in _KINDS:
            near = difflib.get_close_matches(kind, sorted(_KINDS), 1, 0.5)
            hint = f"did you mean {near[0]}? " if near else ""
            self._problem(number, "kind", f"{text!r:.40} is no kind; {hint}kinds: {', '.join(Kind)}")
        return kind

    def _countries_of(self, number: int, text: str) -> Iterator[str]:
        for part in filter(None, map(str.strip, re.split(r"[|;]", text))):
            if part not in self._countries:
                self._countries[part] = self._country(part)
            found = self._countries[part]
            if found is None:
                self._problem(
                    number, "country", f"{part!r:.40} is no country we know; write its ISO code (TR), QID or name"
                )
            else:
                yield found

    def _lang_of(self, number: int, text: str) -> str:
        code = text.lower().replace("_", "-")
        if code and not _LANGUAGE.fullmatch(code):
            self._problem(number, "lang", f"{text!r:.40} is no language code; codes look like tr or zh-hant")
        return code or self._lang

    def _role_of(self, number: int, text: str) -> str:
        role = text.casefold()
        if role and role not in _ROLES:
            self._problem(number, "role", f"{text!r:.40} is no role; roles: {', '.join(Role)}")
        return role

    def _day(self, number: int, field: str, text: str) -> str | None:
        if not text:
            return None
        found = _DATE.fullmatch(text)
        if not found or not _real(found):
            self._problem(number, field, f"{text!r:.40} is no date; write 2022, 2022-06 or 2022-06-01")
            return None
        return "-".join(filter(None, found.groups()))

    # -- what rows say together

    def _local_id(self, name: str, kind: str, countries: tuple[str, ...]) -> str:
        """The id of an entity without QID: made of its name, and the same whenever the file is read again."""
        same = (exact_key(name), kind, "|".join(countries))
        if same not in self._ids:
            slug = re.sub(r"[^a-z0-9]+", "-", latin_key(name)).strip("-")[:60].strip("-")
            slug = slug or hashlib.blake2b(name.encode(), digest_size=4).hexdigest()
            qid = f"x-{slug}"
            if qid in self._own:
                # Two of one name: what tells them apart becomes part of the id of the later one.
                told = hashlib.blake2b("|".join(same[1:]).encode(), digest_size=2).hexdigest()
                qid = f"x-{slug}-{kind.replace('_', '-') or told}"
                qid = f"{qid}-{told}" if qid in self._own else qid
            self._ids[same] = qid
        return self._ids[same]

    def _describe(
        self, number: int, qid: str, name: str, kind: str, countries: tuple[str, ...], description: str
    ) -> None:
        own = self._own.get(qid)
        if own is None:
            self._own[qid] = own = _Own(qid, name, number)
        elif name != own.label:
            own.others.append(number)
        if kind and not own.kind:
            own.kind, own.kind_row = kind, number
        elif kind and kind != own.kind:
            self._problem(number, "kind", f"{qid} is of kind {kind} here and {own.kind} in row {own.kind_row:,}")
        if countries and not own.countries:
            own.countries, own.country_row = countries, number
        elif countries and set(countries) != set(own.countries):
            self._problem(
                number,
                "country",
                f"{qid} belongs to {', '.join(countries)} here and to {', '.join(own.countries)} in row"
                f" {own.country_row:,}",
            )
        own.description = own.description or " ".join(description.split())

    def _add(self, number: int, alias: AliasRow) -> None:
        held = self._names.get((alias.qid, alias.text))
        if held is None:
            self._names[alias.qid, alias.text] = (number, alias)
            return
        row, first = held
        if (first.valid_from, first.valid_to) != (alias.valid_from, alias.valid_to) or (
            first.role and alias.role and first.role != alias.role
        ):
            words = f"{alias.text!r} of {alias.qid} has other dates or another role in row {row:,}"
            two = (
                "; if two are meant, give one of them an id of its own, such as x-my-actor"
                if alias.qid[0] == "x"
                else ""
            )
            self._problem(number, "name", words + two)
            return
        self.plan.repeated += 1
        langs = tuple(sorted({*first.langs, *alias.langs}))
        self._names[alias.qid, alias.text] = (row, first._replace(langs=langs))

    def _mask(self, number: int, qid: str, name: str) -> None:
        if qid and self._base.entity_number(qid) < 0:
            self._note(number, "qid", f"{qid} is not in the gazetteer; there is nothing to hide of it")
        self.plan.masks.append((qid, name))

    # -- the whole

    def _finish(self) -> None:
        plan = self.plan
        if self._swapped > 1 and self._swapped * 2 >= plan.rows:
            plan.problems.insert(0, Complaint(1, self._columns["name"], "holds ids; are the two columns swapped?"))
        if plan.problems:
            return
        tellings: list[Complaint] = []
        keys = self._base.key_numbers(exact_keys([own.label for own in self._own.values()]))
        for own, key in zip(self._own.values(), keys, strict=True):
            tellings += self._entity(own, key)
        judged = (self._judged(alias) for _, alias in self._names.values())
        plan.aliases = sorted(judged, key=lambda row: (entity_order(row.qid), row.text))
        plan.entities.sort(key=lambda row: entity_order(row.qid))
        plan.masks = sorted(set(plan.masks))
        plan.notes = sorted([*plan.notes, *tellings])

    def _entity(self, own: _Own, key: int | None) -> Iterator[Complaint]:
        """Put the entity into the plan unless the gazetteer has it; tell what is surprising about it."""
        if own.others:
            rows = ", ".join(f"{row:,}" for row in own.others[:5]) + (" …" if len(own.others) > 5 else "")
            words = f"{own.qid} {own.label} stands in row {rows} too, with another name; all become names of it"
            yield Complaint(own.row, self._columns.get("qid", ""), words)
        number = self._base.entity_number(own.qid)
        if number >= 0:
            held = self._base.entity_at(number)
            if own.kind and own.kind != held.kind:
                words = f"{own.qid} {held.label} is of kind {held.kind} in the gazetteer, and stays so"
                yield Complaint(own.kind_row, self._columns.get("kind", ""), words)
            if not self._shares_a_name(own.qid, number):
                words = f"{own.qid} is {held.label} ({held.kind}) in the gazetteer; is this the right id?"
                yield Complaint(own.row, self._columns.get("qid", ""), words)
            return
        local = own.qid[0] == "x"
        self.plan.local += local
        kind = own.kind or self._kind
        self.plan.entities.append(
            EntityRow(
                own.qid,
                kind,
                own.label,
                own.description or None,
                own.countries,
                provisional=local,
                sources=(self.plan.name,),
            )
        )
        if local and key is not None and (qid := self._taken(key)):
            words = f"{own.label} is also a name of {qid}; give that id to add names to it, or leave both apart"
            yield Complaint(own.row, self._columns["name"], words)

    def _shares_a_name(self, qid: str, number: int) -> bool:
        """Whether some name of the file is one the gazetteer has for this entity, or shares a word with one."""
        texts = [self._own[qid].label]
        words = {word for n in self._base.alias_numbers(number) for word in _words(self._base.alias_text(n))}
        return not words.isdisjoint(word for text in texts for word in _words(text))

    def _taken(self, key: int) -> str:
        """Id and label of the most prominent entity of the gazetteer under this key, empty where there is none."""
        base = self._base
        entities = {base.alias_entity[alias] for alias, channel in base.hits(key) if not channel}
        if not entities:
            return ""
        best = base.entity_at(max(entities, key=lambda n: (base.entity_prior[n], -n)))
        return f"{best.qid} {best.label} ({best.kind})"

    def _judged(self, alias: AliasRow) -> AliasRow:
        """Role and capitals of a name, by the rules that the bundled names are read by; what is given stays."""
        own = self._own[alias.qid]
        held = self._base.entity_number(alias.qid)
        entity = self._base.entity_at(held) if held >= 0 else None
        kind, label = (str(entity.kind), entity.label) if entity else (own.kind or self._kind, own.label)
        if entity and any(self._base.alias_text(n) == alias.text for n in self._base.alias_numbers(held)):
            self.plan.known += 1
        given = alias.role or ("label" if alias.text == label else "alias")
        verdict = judge(Subject(kind, label), alias.text, {given: alias.langs or ("",)}, (self.plan.name,))
        # What somebody lists by hand identifies, unless it is an ordinary word.
        ordinary = common_words().get(alias.text.casefold()) == "function" and not alias.text.isupper()
        strength = "weak" if ordinary or (alias.role and verdict.role == "demonym") else "strong"
        role = alias.role or verdict.role
        return alias._replace(role=role, strength=strength, cased=verdict.cased, sources=(self.plan.name,))


def _real(found: re.Match[str]) -> bool:
    """Whether a date of the right form is in the calendar."""
    from datetime import date

    try:
        date(int(found[1]), int(found[2] or 1), int(found[3] or 1))
    except ValueError:
        return False
    return True


def _words(text: str) -> Iterable[str]:
    return {*exact_key(text).split(), *latin_key(text).split()}
