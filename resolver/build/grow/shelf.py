"""The theme folders that a pull or a refresh writes to, and what stands beside them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date
from pathlib import Path

from resolver.build.grow.changes import Rows, rows_of
from resolver.build.grow.report import PullReport
from resolver.build.grow.rows import EntityRows
from resolver.build.grow.theme import Theme, note_source, read_theme, update_derived, write_theme
from resolver.build.sources.wikibase import Facts
from resolver.build.tables import THEME_OF_KIND, EntityRow, RelationRow, read_all
from resolver.errors import InputError
from resolver.normalize import exact_key
from resolver.redirects import Redirect


class Shelf:
    """The theme folders that a pull writes to, and what stands beside them.

    Attributes:
        held: Ids of all entities in the theme folders.
        kinds: Kind of every entity held, by id; provisional ones have none yet.
        countries: Casefolded names of the countries held.
    """

    def __init__(self, root: Path, themes: dict[str, Theme], only: str | None) -> None:
        self._root = root
        self._themes = themes
        self._only = only
        self._theme_of: dict[str, str] = {qid: name for name, theme in themes.items() for qid in theme.entities}
        self._changed: set[str] = set()
        self._touched: set[str] = set()
        self.held: set[str] = set()
        self.kinds: dict[str, str] = {}
        self.countries: set[str] = set()
        for row in read_all(root, "entities") if root.is_dir() else ():
            if isinstance(row, EntityRow):
                self.held.add(row.qid)
                if not row.provisional:
                    self.kinds[row.qid] = row.kind
                if row.kind in ("country", "territory"):
                    self.countries.add(row.label.casefold())

    @classmethod
    def open(cls, into: Path, *, alone: bool) -> Shelf:
        """Read what is there.

        Args:
            into: A theme folder if `alone`, else the folder of theme folders.
            alone: Whether everything goes into `into` itself.

        Raises:
            InputError: The one where the other is meant.
        """
        if alone and any(into.glob("*/entities.*")):
            raise InputError(f"{into} holds theme folders; name one of them, such as {into / 'people'}")
        if not alone and any(into.glob("entities.*")):
            raise InputError(f"{into} is a theme folder; a folder of seeds goes into the folder above, {into.parent}")
        if alone:
            return cls(into.parent, {into.name: read_theme(into)}, into.name)
        names = {path.name for path in into.iterdir() if path.is_dir()} if into.is_dir() else set()
        themes = {name: read_theme(into / name) for name in sorted(names | set(THEME_OF_KIND.values()))}
        return cls(into, themes, None)

    def settle(self, facts: dict[str, Facts], redirects: dict[str, str], report: PullReport) -> list[Facts]:
        """Follow redirects: rename what is held under an old id, and report what would join two entities of ours."""
        stay: set[str] = set()
        for old, new in redirects.items():
            label = self._label(old) or facts[new].label
            if old in self.held and new in self.held:
                report.merges.append(
                    f"{old} {label} and {new} {self._label(new) or facts[new].label} are one item on Wikidata since;"
                    " both are held here, neither was changed: join them with `resolver wikidata refresh`"
                )
                stay.add(new)
                continue
            if old in self._theme_of:
                report.redirects.append(self.rename(old, new, label))
            else:
                report.redirects.append(Redirect(old, new, label, date.today().isoformat()))
        return [item for qid, item in facts.items() if qid not in stay]

    def add(self, rows: Iterable[EntityRows], languages: Collection[str] | None, report: PullReport) -> None:
        """Merge rows into their themes."""
        listed = [made for made in rows if not self._stranger(made, report)]
        for made in listed:
            qid = made.entity.qid
            report.updated += qid in self._theme_of
            report.added += qid not in self._theme_of
            report.names += len(made.aliases)
            name = self._theme_of.setdefault(qid, self._only or THEME_OF_KIND[made.entity.kind])
            self._themes[name].merge(made, languages)
            self._changed.add(name)
            self._touched.add(qid)
        known = self.held | self._theme_of.keys()
        inverse: dict[str, list[RelationRow]] = {}
        for made in listed:
            for row in made.relations:
                if row.subject != made.entity.qid and row.subject in self._theme_of:
                    inverse.setdefault(row.subject, []).append(row)
        for subject, found in inverse.items():
            theme = self._themes[self._theme_of[subject]]
            theme.merge_relations(subject, [*theme.relations.get(subject, ()), *found])
            self._changed.add(self._theme_of[subject])
        for theme in self._themes.values():
            for qid, held in theme.relations.items():
                kept = [row for row in held if row.object in known]
                if len(kept) < len(held):
                    report.dropped["relation to an entity not held"] += len(held) - len(kept)
                    theme.relations[qid] = kept

    def _stranger(self, made: EntityRows, report: PullReport) -> bool:
        """Whether an id that waits for confirmation turns out to be something else; reported, and left as it is."""
        held = self.rows(made.entity.qid)
        if not held or not held.entity.provisional:
            return False
        ours = {exact_key(text) for text in (held.entity.label, *held.names)} - {""}
        if ours & {exact_key(row.text) for row in made.aliases}:
            return False
        report.merges.append(
            f"{made.entity.qid} was only proposed for {held.entity.label}, and Wikidata calls it {made.entity.label}:"
            " it was not changed, give the entity another id"
        )
        return True

    def write(self, redirects: Collection[Redirect]) -> None:
        """Replace the folders that changed."""
        changed = sorted(self._changed)
        for name in changed:
            own = [row for row in redirects if self._theme_of.get(row.target, changed[0]) == name]
            write_theme(self._themes[name], own)
        note_source(self._root)
        update_derived(self._root, [self._themes[name] for name in changed], self._touched)

    def ids(self) -> list[str]:
        """Wikidata ids held in the folders to write, by number; local ids are left out."""
        return sorted((qid for qid in self._theme_of if qid[0] == "Q"), key=lambda qid: int(qid[1:]))

    def rows(self, qid: str) -> Rows | None:
        """All rows of an entity, None if it is not held in the folders to write."""
        name = self._theme_of.get(qid)
        return rows_of(self._themes[name], qid) if name else None

    def replace(self, rows: Rows) -> None:
        """Put an entity's rows in the place of those held."""
        qid = rows.entity.qid
        name = self._theme_of[qid]
        theme = self._themes[name]
        theme.entities[qid], theme.aliases[qid] = rows.entity, dict(rows.names)
        theme.positions[qid], theme.relations[qid] = list(rows.positions), list(rows.relations)
        self._changed.add(name)
        self._touched.add(qid)

    def remove(self, qid: str) -> None:
        """Forget an entity, and relations and countries that point to it."""
        name = self._theme_of.pop(qid)
        self._changed.add(name)
        self._touched.add(qid)
        self.held.discard(qid)
        for other, theme in self._themes.items():
            if theme.forget(qid):
                self._changed.add(other)

    def rename(self, old: str, new: str, label: str) -> Redirect:
        """Give an entity the id that its item has now, joining it with the one held there, if any."""
        name = self._theme_of.pop(old)
        if (target := self._theme_of.get(new)) and target != name:
            self._themes[name].move(old, self._themes[target])
            self._changed.add(target)
            name, self._theme_of[new] = target, target
        self._themes[name].rename(old, new)
        self._theme_of[new] = name
        self.held.discard(old)
        if old in self.kinds:
            self.kinds.setdefault(new, self.kinds.pop(old))
        self._touched |= {old, new}
        self._changed.add(name)
        for other, theme in self._themes.items():
            if theme.retarget({old: new}):
                self._changed.add(other)
        return Redirect(old, new, label, date.today().isoformat())

    def owners(self) -> dict[str, set[str]]:
        """Casefolded label -> the entities that bear it."""
        found: dict[str, set[str]] = {}
        for row in read_all(self._root, "entities"):
            if isinstance(row, EntityRow):
                found.setdefault(row.label.casefold(), set()).add(row.qid)
        return found

    def _label(self, qid: str) -> str:
        theme = self._theme_of.get(qid)
        return self._themes[theme].entities[qid].label if theme else ""
