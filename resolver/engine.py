"""Class Resolver: the road of one string through the rooms. The only file that knows the road."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from itertools import islice
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self

from resolver.bundle import compiled_path, exact_path
from resolver.collection import no_collection
from resolver.config import Config, overrides_path
from resolver.decide import COUNTRIES, decide
from resolver.errors import InputError
from resolver.gazetteer import STATUSES, UNSETTLED, Gazetteer
from resolver.hits import key_hits
from resolver.layers import chosen_layers, open_layers
from resolver.model import (
    Alias,
    Answer,
    Entity,
    Evidence,
    Hints,
    Kind,
    Resolution,
    Status,
    is_entity_id,
)
from resolver.normalize import exact_key, exact_keys

if TYPE_CHECKING:
    from resolver.annotate import Annotation
    from resolver.mention import Mention
    from resolver.overrides import Overrides
    from resolver.overrides.apply import Rulings
    from resolver.retrieve import Proposal

BATCH = 4096
"""Names taken from an iterable at a time: enough to pay for a batch, little enough to stay lazy."""

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[a-z0-9]{2,8})*")

_PLACES = Hints(kinds=frozenset({Kind.COUNTRY, Kind.TERRITORY, Kind.SUBDIVISION, Kind.REGION}))
OneOrMore = str | Collection[str] | None


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
        self._nothing = Answer(status=Status.UNMATCHED, gazetteer_version=gazetteer.version, config_hash=config.hash)
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
        base = Gazetteer(exact_path(database, progress))
        gazetteer = open_layers(base, chosen_layers(layers, config), progress)
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
        gazetteer = open_layers(self.gazetteer.gazetteers[0], chosen_layers(layers, self.config))
        rulings = _rulings(gazetteer, self.rulings.overrides if self.rulings else False)
        return type(self)(gazetteer, self.database, self.config, rulings)

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
        """
        if not isinstance(name, str):
            raise InputError(f"a name must be a string, not {type(name).__name__}: {name!r:.60}")
        if len(name) > self.config.max_length:
            raise InputError(
                f"a name of {len(name):,} characters is too long (at most {self.config.max_length}): {name[:40]!r}…;"
                " annotate finds names in running text"
            )
        hints = self._hints(kind, exclude_kind, country, as_of, lang)
        return Resolution(name, self._answer(name, hints, self._config(top)))

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

        Yields:
            One resolution a name.

        Raises:
            InputError: a name is not a string (its position is given), or a hint is unknown.
        """
        hints = self._hints(kind, exclude_kind, country, as_of, lang)
        return self._resolve_stream(iter(names), hints, self._config(top))

    def _resolve_stream(self, names: Iterator[str], hints: Hints, config: Config) -> Iterator[Resolution]:
        done = 0
        while batch := list(islice(names, BATCH)):
            yield from self._resolve_batch(batch, hints, config, done)
            done += len(batch)

    def _resolve_batch(self, names: list[str], hints: Hints, config: Config, done: int) -> list[Resolution]:
        try:
            keys = exact_keys(names)
        except (AttributeError, TypeError) as error:
            wrong = next(i for i, name in enumerate(names) if not isinstance(name, str))
            raise InputError(
                f"name {done + wrong + 1:,} must be a string, not {type(names[wrong]).__name__}: {names[wrong]!r:.60}"
            ) from error
        if hints or not self._settled or config is not self.config:
            return [Resolution(name, self._answer(name, hints, config)) for name in names]
        numbers = self.gazetteer.key_numbers(keys)
        if self.rulings:
            numbers = self.rulings.without(keys, numbers)
        if max(map(len, names)) > self.config.max_length:
            numbers = [
                n if len(name) <= self.config.max_length else None for name, n in zip(names, numbers, strict=True)
            ]
        book = self._book
        with no_collection():
            return [
                Resolution(name, number, book)
                if number is not None
                else Resolution(name, self._answer(name, hints, config))
                for name, number in zip(names, numbers, strict=True)
            ]

    def _answer(self, name: str, hints: Hints, config: Config) -> Answer:
        """The answer for one string: what the road finds and, last, what people decided."""
        if self.rulings:
            return self.rulings.answer(name, hints, config, self._road)
        return self._road(name, hints, config)

    def _road(self, name: str, hints: Hints, config: Config) -> Answer:
        """The road of one string: the first reading that is known, else the best guess of all readings."""
        if len(name) > config.max_length:
            return self._unmatched(hints, Evidence("too_long", 1.0, f"more than {config.max_length} characters"))
        key = exact_key(name)
        if not key:
            return self._unmatched(hints, Evidence("no_key", 1.0, "no letter or number in it"))
        answer = decide(self.gazetteer, name, key_hits(self.gazetteer, key), hints, config)
        if answer.status is not Status.UNMATCHED or (answer.candidates and not hints):
            return answer  # a known weak name is read in other ways only where something is known beside it
        # What reads a string in other ways is loaded when the first name needs it: most runs never do.
        from resolver import composite
        from resolver.mention import parse

        mention = parse(name, langs=sorted(hints.langs))
        return (
            composite.described(self, mention, hints, config)
            or composite.joined(self, mention, hints, config)
            or self._by_reading(mention, hints, config, answer)
        )

    def default_answer(self, name: str) -> Answer:
        """The answer for one string without hints, under the resolver's own settings."""
        return self._answer(name, Hints(), self.config)

    def answer_name(self, name: str, hints: Hints, config: Config) -> Answer:
        """The answer for one name that is neither a composite nor a descriptor."""
        if self.rulings:
            return self.rulings.answer(name, hints, config, self._name_road)
        return self._name_road(name, hints, config)

    def _name_road(self, name: str, hints: Hints, config: Config) -> Answer:
        answer = decide(self.gazetteer, name, key_hits(self.gazetteer, exact_key(name)), hints, config)
        if answer.status is not Status.UNMATCHED:
            return answer
        from resolver.mention import parse

        return self._by_reading(parse(name, langs=sorted(hints.langs)), hints, config, answer)

    def _by_reading(self, mention: Mention, hints: Hints, config: Config, whole: Answer) -> Answer:
        """Decide reading by reading; the first that is known, else the first with candidates."""
        from resolver.retrieve import proposals

        best = whole
        for proposal in proposals(self.gazetteer, mention):
            narrowed = self._narrowed(hints, proposal)
            if narrowed is None:
                continue
            answer = decide(self.gazetteer, proposal.query, proposal.hits, narrowed, config)
            if answer.status is not Status.UNMATCHED:
                return answer
            if answer.candidates and not best.candidates:
                best = answer
        return best

    def _narrowed(self, hints: Hints, proposal: Proposal) -> Hints | None:
        """The hints together with what the words left out of a reading say; None where they contradict."""
        if not proposal.kinds and not proposal.hint:
            return hints
        kinds = hints.kinds
        if proposal.kinds:
            kinds = kinds & proposal.kinds if kinds else proposal.kinds
            if not kinds:
                return None
        countries = hints.countries or self._countries_of(proposal.hint)
        return replace(hints, kinds=kinds, countries=countries)

    def _countries_of(self, qualifier: str) -> frozenset[str]:
        """The country that a qualifier such as `France` or `Illinois` names or lies in; empty where none."""
        if not qualifier:
            return frozenset()
        hits = key_hits(self.gazetteer, exact_key(qualifier))
        best = decide(self.gazetteer, qualifier, hits, _PLACES, self.config)
        if best.status is not Status.MATCHED:
            return frozenset()
        entity = best.candidates[0].entity
        return frozenset({entity.qid} if entity.kind in COUNTRIES else entity.countries)

    def _unmatched(self, hints: Hints, *evidence: Evidence) -> Answer:
        return Answer(
            status=Status.UNMATCHED,
            evidence=evidence,
            as_of=hints.as_of,
            gazetteer_version=self.gazetteer.version,
            config_hash=self.config.hash,
        )

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
        return annotate(self, text, hints=hints, unknown=unknown, progress=progress)

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
        return Hints(
            kinds=frozenset(map(_kind, _several(kind))),
            exclude_kinds=frozenset(map(_kind, _several(exclude_kind))),
            countries=frozenset(map(self._country, _several(country))),
            as_of=_day(as_of),
            langs=frozenset(map(_language, _several(lang))),
        )

    def _country(self, text: str) -> str:
        if is_entity_id(text):
            return text
        if qid := self.gazetteer.country_codes.get(text.lower()):
            return qid
        named = Hints(kinds=frozenset({Kind.COUNTRY, Kind.TERRITORY}))
        if qid := Resolution(text, self._answer(text, named, self.config)).qid:
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


def _several(value: OneOrMore) -> Collection[str]:
    return () if value is None else (value,) if isinstance(value, str) else value


def _kind(text: str) -> Kind:
    try:
        return Kind(text)
    except ValueError:
        raise InputError(f"unknown kind {text!r}; kinds: {', '.join(Kind)}") from None


def _language(text: str) -> str:
    code = text.lower().replace("_", "-")
    if not _LANGUAGE.fullmatch(code):
        raise InputError(f"{text!r} is not a language code; codes look like tr or zh-hant")
    return code


def _day(value: date | str | None) -> date | None:
    if value is None:
        return None
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        return date.fromisoformat(value)
    except (TypeError, ValueError):
        raise InputError(f"{value!r} is not a date; dates look like 2022-06-01") from None
