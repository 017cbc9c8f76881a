"""Class Resolver: what a caller asks, one name or many; road.py knows how a name is answered."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date
from functools import cached_property
from itertools import islice, repeat
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self, cast

from resolver.asked import OneOrMore, read_hints, several
from resolver.bundle import compiled_path, exact_path
from resolver.collection import no_collection
from resolver.config import Config, overrides_path
from resolver.errors import ConfigError, InputError
from resolver.gazetteer import STATUSES, UNSETTLED, Gazetteer
from resolver.layers import chosen_layers, open_layers
from resolver.model import (
    Alias,
    Answer,
    Entity,
    Hints,
    Kind,
    Resolution,
    Status,
    is_entity_id,
)
from resolver.road import Road

if TYPE_CHECKING:
    import pyarrow as pa

    from resolver.annotate import Annotation
    from resolver.fuzzy import Fuzzy
    from resolver.overrides import Overrides
    from resolver.overrides.apply import Rulings

BATCH = 4096
"""Names taken from an iterable at a time: enough to pay for a batch, little enough to stay lazy."""


class Resolver:
    """Resolves names against one compiled gazetteer.

    Open it with `Resolver.open()`; it is safe to share between threads and works as a context manager.
    """

    def __init__(self, gazetteer: Gazetteer, database: Path, config: Config, rulings: Rulings | None = None) -> None:
        config = config.replace(overrides=rulings.fingerprint if rulings else "")
        self.gazetteer = gazetteer
        self.database = database
        self.config = config
        self.rulings = rulings
        self.road = Road(gazetteer, rulings, lambda: self.fuzzy)
        self._book = _SettledBook(self)
        self._settled = config.replace(overrides="", layers=()) == Config(top=config.top)

    @classmethod
    def open(
        cls,
        path: str | os.PathLike[str] | None = None,
        *,
        layers: Sequence[str | os.PathLike[str]] | None = None,
        config: Config | None = None,
        overrides: str | os.PathLike[str] | Overrides | bool | None = None,
        progress: Callable[[str, float], None] | None = None,
    ) -> Self:
        """Open a gazetteer; the bundled one is compiled into the user's cache on first use.

        Args:
            path: A compiled .duckdb file. None means $RESOLVER_GAZETTEER, else the bundled gazetteer.
            layers: Gazetteers to open over it, by name or path, the last one uppermost (docs/layers.md). None means
                those of `config`, else those of $RESOLVER_LAYERS; an empty list means none.
            config: Settings; None means the defaults.
            overrides: Decisions to apply, or a file of them; None means $RESOLVER_OVERRIDES, else the user's own
                file where there is one; False means none.
            progress: Called with a stage and the part done in [0, 1] while a gazetteer is compiled.

        Raises:
            GazetteerNotFound: no file at `path`, or no such layer.
            GazetteerVersionError: the file was written by another version of the format.
            GazetteerCorrupt: the file is damaged.
            GazetteerError: the cache can't be written.
            InputError: the file of overrides can't be read; file, row and column are given.
            OverrideConflict: two decisions about one name differ.
        """
        database = compiled_path(path, progress)
        config = config or Config()
        config = config.replace(layers=chosen_layers(layers, config))
        base = Gazetteer(exact_path(database, progress))
        gazetteer = open_layers(base, config.layers, progress)
        return cls(gazetteer, database, config, _rulings(gazetteer, overrides))

    def with_layers(self, layers: Sequence[str | os.PathLike[str]]) -> Self:
        """This resolver with exactly these layers over its gazetteer; an empty list switches all of them off.

        The base stays open and is shared, so that switching costs milliseconds.

        Args:
            layers: Names or paths, the last one uppermost.

        Raises:
            GazetteerNotFound: no such layer.
            InputError: a layer's tables can't be used.

        >>> from resolver import Resolver
        >>> Resolver.open().with_layers([]).resolve("Türkiye").qid
        'Q43'
        """
        config = self.config.replace(layers=chosen_layers(layers, self.config))
        gazetteer = open_layers(self.gazetteer.gazetteers[0], config.layers)
        rulings = _rulings(gazetteer, self.rulings.overrides if self.rulings else False)
        return type(self)(gazetteer, self.database, config, rulings)

    def with_config(self, config: Config) -> Self:
        """This resolver under other settings; the gazetteer stays open and is shared. Its layers stay as they are.

        >>> from resolver import Config, Resolver
        >>> r = Resolver.open()
        >>> r.with_config(Config(fuzzy=0)).resolve("Nicaragwa").qid, r.resolve("Nicaragwa").qid
        (None, 'Q811')
        """
        return type(self)(self.gazetteer, self.database, config.replace(layers=self.config.layers), self.rulings)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the gazetteer; calling it twice does no harm. The mapped file closes with the last answer."""

    # -- resolving

    def resolve(
        self,
        name: str,
        *,
        kind: OneOrMore = None,
        exclude_kind: OneOrMore = None,
        country: OneOrMore = None,
        as_of: date | str | None = None,
        lang: OneOrMore = None,
        context: OneOrMore = None,
        top: int | None = None,
    ) -> Resolution:
        """Resolve one name to an entity.

        Args:
            name: The string as found; any script, at most `config.max_length` characters.
            kind: Accepted kind or kinds; None accepts all. An entity of another kind is never answered.
            exclude_kind: Refused kind or kinds.
            country: Country or countries as ISO 3166-1 codes, QIDs or names; others are nearly ruled out.
            as_of: Day on which the name was used, a date or `YYYY-MM-DD`. None means any time.
            lang: Language or languages of the name; names listed under others count less.
            context: What is known beside the name: ids, names or running text. Candidates that share a country or a
                relation with them gain, and say so.
            top: Candidates to list; None means `config.top`.

        Returns:
            A resolution; status `unmatched` for an empty string. Candidates are ordered by probability, then
            prior, then QID number.

        Raises:
            InputError: `name` is not a string or too long; unknown kind or country; unparsable date.

        Source: shares of belief under one name, docs/decide.md.

        >>> from resolver import Resolver
        >>> r = Resolver.open()
        >>> r.resolve("Türkiye", as_of="2023-01-01").qid
        'Q43'
        >>> r.resolve("Georgia").status, r.resolve("Georgia", kind="country").qid
        (<Status.AMBIGUOUS: 'ambiguous'>, 'Q230')
        >>> r.resolve("Georgia", context="Tbilisi").qid, r.resolve("Tripoli", context=["Beirut", "Sidon"]).label
        ('Q230', 'Tripoli')
        """
        if not isinstance(name, str):
            raise InputError(f"a name must be a string, not {type(name).__name__}: {name!r:.60}")
        if len(name) > self.config.max_length:
            raise InputError(
                f"a name of {len(name):,} characters is too long (at most {self.config.max_length}): {name[:40]!r}…;"
                " annotate finds names in running text"
            )
        hints = self._hints(kind, exclude_kind, country, as_of, lang)
        config = self._config(top)
        if context is None:
            return Resolution(name, self._read(self.road.answer(name, hints, self._shown(config)), config))
        from resolver.context import SHOWN, in_context, read_context

        answer = self.road.answer(name, hints, config.replace(top=SHOWN))
        answer = in_context(name, answer, read_context(self, several(context)), self._shown(config))
        return Resolution(name, self._read(answer, config))

    def resolve_many(
        self,
        names: Iterable[str],
        *,
        kind: OneOrMore = None,
        exclude_kind: OneOrMore = None,
        country: OneOrMore = None,
        as_of: date | str | None = None,
        lang: OneOrMore = None,
        top: int | None = None,
        workers: int = 1,
    ) -> Iterator[Resolution]:
        """Resolve names lazily, in order; the answers equal those of `resolve` one by one.

        A name that is too long does not stop the stream: it comes back unmatched and says so.

        Args:
            names: Strings, any iterable; about `BATCH` of them are taken at a time.
            kind: As for `resolve`, the same for all names; so are the other hints.
            exclude_kind: Refused kind or kinds.
            country: Country or countries.
            as_of: Day on which the names were used.
            lang: Language or languages of the names.
            top: Candidates to list.
            workers: Processes that share the work; worth it for thousands of names that no key answers. A script
                that asks for more than one keeps its own code under `if __name__ == "__main__":`.

        Yields:
            One resolution a name.

        Raises:
            InputError: a name is not a string (its position is given), or a hint is unknown.
            ConfigError: `workers` is no number from 1 to 64, or they can't be started.
        """
        hints = self._hints(kind, exclude_kind, country, as_of, lang)
        if not isinstance(workers, int) or not 1 <= workers <= 64:
            raise ConfigError(f"workers is {workers!r}; allowed: 1 to 64 processes")
        if workers > 1:
            return self._resolve_apart(iter(names), hints, self._config(top), workers)
        return self._resolve_stream(iter(names), hints, self._config(top))

    def resolve_batches(
        self, batches: Iterable[pa.RecordBatch], *, column: str = "name", **hints: Any
    ) -> Iterator[pa.RecordBatch]:
        """Resolve one column of a stream of Arrow record batches; every row keeps its place.

        Args:
            batches: Any iterable of record batches, all of one schema.
            column: The column of names.
            hints: As for `resolver.table.batches.resolve_batches`: values for all rows, or columns.

        Yields:
            Each batch with the columns `<column>_status`, `<column>_qid` and so on behind its own.

        Raises:
            InputError: a column is missing, or a hint can't be read.
        """
        from resolver.table.batches import resolve_batches

        return resolve_batches(batches, column=column, resolver=self, **hints)

    def _resolve_stream(self, names: Iterator[str], hints: Hints, config: Config) -> Iterator[Resolution]:
        done = 0
        while batch := list(islice(names, BATCH)):
            yield from self._resolve_batch(batch, hints, config, done)
            done += len(batch)

    def _resolve_apart(self, names: Iterator[str], hints: Hints, config: Config, workers: int) -> Iterator[Resolution]:
        """As `_resolve_stream`, with the names that no settled key answers handed to other processes."""
        from resolver.parallel import PIECE, Workers, opening_of

        held: deque[tuple[list[str], list[int | None]]] = deque()

        def pieces() -> Iterator[list[str]]:
            done = 0
            while piece := list(islice(names, PIECE)):
                numbers = self._numbers_of(piece, hints, config, done)
                held.append((piece, numbers))
                done += len(piece)
                yield [name for name, number in zip(piece, numbers, strict=True) if number is None]

        with Workers(opening_of(self), workers) as pool:
            for answers in pool.answers(pieces(), hints, config, self.gazetteer):
                piece, numbers = held.popleft()
                rest = iter(answers)
                for name, number in zip(piece, numbers, strict=True):
                    yield (Resolution(name, next(rest)) if number is None else Resolution(name, number, self._book))

    def answers(self, names: list[str], hints: Hints, config: Config) -> list[Answer]:
        """The answers for names as read hints and settings have them; what other processes are asked for."""
        return [self._read(a, config) for a in self.road.answers(names, hints, self._shown(config))]

    def _resolve_batch(self, names: list[str], hints: Hints, config: Config, done: int) -> list[Resolution]:
        numbers = self._numbers_of(names, hints, config, done)
        book = self._book
        with no_collection():
            if None not in numbers:
                return list(map(Resolution, names, cast("list[int]", numbers), repeat(book)))
            unsettled = [name for name, number in zip(names, numbers, strict=True) if number is None]
            answers = iter(self.answers(unsettled, hints, config))
            return [
                Resolution(name, number, book) if number is not None else Resolution(name, next(answers))
                for name, number in zip(names, numbers, strict=True)
            ]

    def _numbers_of(self, names: list[str], hints: Hints, config: Config, done: int) -> list[int | None]:
        """As `_settled_numbers`; what is no string is refused by its position in the stream."""
        try:
            return self._settled_numbers(names, hints, config)
        except (AttributeError, TypeError) as error:
            wrong = next((i for i, name in enumerate(names) if not isinstance(name, str)), None)
            if wrong is None:
                raise
            raise InputError(
                f"name {done + wrong + 1:,} must be a string, not {type(names[wrong]).__name__}: {names[wrong]!r:.60}"
            ) from error

    def _shown(self, config: Config) -> Config:
        """The settings under which every reading is seen, where a policy chooses among them afterwards."""
        return config.replace(top=max(config.top, 50)) if config.metonymy == "metonymic" else config

    def _read(self, answer: Answer, config: Config) -> Answer:
        """An answer under the policy of metonymy."""
        if config.metonymy != "metonymic":
            return answer
        from resolver.context import by_metonymy

        return by_metonymy(answer, config)

    def _settled_numbers(self, names: list[str], hints: Hints, config: Config) -> list[int | None]:
        """Numbers of the names whose answers are settled; None for those that have to go the road."""
        if hints or not self._settled or config is not self.config:
            "".join(names)  # refuses what is no string
            return [None] * len(names)
        numbers = self.gazetteer.name_numbers(names)
        if self.rulings:
            numbers = self.rulings.without(numbers)
        if max(map(len, names)) > self.config.max_length:
            numbers = [
                n if len(name) <= self.config.max_length else None for name, n in zip(names, numbers, strict=True)
            ]
        return numbers

    def settled_numbers(self, names: list[str]) -> list[int | None]:
        """Key numbers of the names whose answers without hints were settled when the gazetteer was built, else None."""
        return self._settled_numbers(names, Hints(), self.config)

    def default_answer(self, name: str) -> Answer:
        """The answer for one string without hints, under the resolver's own settings."""
        return self._read(self.road.answer(name, Hints(), self._shown(self.config)), self.config)

    @cached_property
    def fuzzy(self) -> Fuzzy:
        """The fuzzy channel; its indexes are made now where they are not there yet, and then kept."""
        from resolver.bundle import fuzzy_folder
        from resolver.fuzzy import Fuzzy

        return Fuzzy(self.gazetteer, [fuzzy_folder(part) for part in self.gazetteer.gazetteers])

    # -- running text

    def annotate(
        self,
        text: str,
        *,
        as_of: date | str | None = None,
        lang: OneOrMore = None,
        unknown: bool = False,
        progress: Callable[[str, float], None] | None = None,
    ) -> Iterator[Annotation]:
        """Find the mentions in running text and resolve them together.

        Args:
            text: Any text of any length; offsets are its code points.
            as_of: Day of the text, a date or `YYYY-MM-DD`. None means any time.
            lang: Language of the text; None means that it is recognised.
            unknown: Whether names that the gazetteer lacks are reported too, as unmatched mentions.
            progress: Told of stage and part done while the names are made ready, once for each gazetteer.

        Yields:
            Annotations in order of their start; they do not overlap.

        Raises:
            InputError: `text` is not a string, or a hint is unknown.
            GazetteerError: the cache can't be written.

        >>> from resolver import Resolver
        >>> r = Resolver.open()
        >>> [(m.start, m.end, m.resolution.qid) for m in r.annotate("Ankara's envoy met Sergei Lavrov.")]
        [(0, 6, 'Q3640'), (19, 32, 'Q58217')]
        """
        if not isinstance(text, str):
            raise InputError(f"a text must be a string, not {type(text).__name__}: {text!r:.60}")
        from resolver.annotate import annotate

        hints = self._hints(None, None, None, as_of, lang)
        found = annotate(self, text, hints=hints, unknown=unknown, progress=progress)
        if self.rulings is None:
            return found
        from resolver.overrides.text import overruled

        return overruled(found, text, self, hints, unknown=unknown)

    # -- looking things up

    def entity(self, qid: str) -> Entity:
        """The entity with this id.

        Raises:
            InputError: not an id, or not held.
        """
        return self.gazetteer.entity_at(self._entity_number(qid))

    def aliases(self, qid: str) -> tuple[Alias, ...]:
        """Every alias of one entity, sorted by text.

        Raises:
            InputError: not an id, or not held.
        """
        return tuple(map(self.gazetteer.alias, self.gazetteer.alias_numbers(self._entity_number(qid))))

    def _entity_number(self, qid: str) -> int:
        if not isinstance(qid, str) or not is_entity_id(qid):
            raise InputError(f"{qid!r} is not an entity id; ids look like Q43 or x-anadolu-agency")
        number = self.gazetteer.entity_number(qid)
        if number < 0:
            raise InputError(f"{qid} is not in gazetteer {self.gazetteer.version}")
        return number

    # -- reading hints

    def _config(self, top: int | None) -> Config:
        return self.config if top is None or top == self.config.top else self.config.replace(top=top)

    def _hints(
        self,
        kind: OneOrMore,
        exclude_kind: OneOrMore,
        country: OneOrMore,
        as_of: date | str | None,
        lang: OneOrMore,
    ) -> Hints:
        return read_hints(self._country, kind, exclude_kind, country, as_of, lang)

    def _country(self, text: str) -> str:
        if is_entity_id(text):
            return text
        if qid := self.gazetteer.country_codes.get(text.lower()):
            return qid
        named = Hints(kinds=frozenset({Kind.COUNTRY, Kind.TERRITORY}))
        if qid := Resolution(text, self.road.answer(text, named, self.config)).qid:
            return qid
        raise InputError(f"unknown country {text!r}; give an ISO code (TR, TUR), a QID (Q43) or a name (Türkiye)")


class _SettledBook:
    """Default answers by key number; see `Resolution`."""

    def __init__(self, resolver: Resolver) -> None:
        self._resolver = resolver
        self._gazetteer = resolver.gazetteer

    def status(self, number: int) -> Status | None:
        code = self._gazetteer.key_status[number]
        return None if code == UNSETTLED else STATUSES[code]

    def qid(self, number: int) -> str | None:
        best = self._gazetteer.key_best[number]
        return self._gazetteer.qids[best] if best >= 0 else None

    def answer(self, query: str) -> Answer:
        return self._resolver.default_answer(query)


def _rulings(gazetteer: Gazetteer, overrides: str | os.PathLike[str] | Overrides | bool | None) -> Rulings | None:
    """The decisions in force; None, and nothing imported, where there are none."""
    if overrides is None or overrides is True:
        path = overrides_path()
        overrides = path if path is not None and path.exists() else False
    if isinstance(overrides, bool):
        return None
    from resolver.overrides.apply import rulings

    return rulings(gazetteer, overrides)
