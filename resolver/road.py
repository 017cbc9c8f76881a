"""The road of one string: from a name to an answer, the surest way first.

    1  the whole string by its exact key
    2  what it is a composite of, describes, or is a body of      (composite.py, bodies.py)
    3  its readings by key: Latin letters, titles left out, base forms, initials    (retrieve.py);
       where a country is asked for, the country that it is part of                 (whole.py)
    4  names that resemble it                                     (fuzzy.py), many strings at a time
    5  what people decided                                        (overrides/)

Each way is gone only where those before it led nowhere. A batch of strings gives the answers that each would get by
itself: nothing that one string finds depends on another.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from resolver import qualifiers
from resolver.decide import decide
from resolver.hits import key_hits
from resolver.model import Answer, Evidence, Hints, Kind, Role, Status
from resolver.normalize import exact_key, exact_keys

if TYPE_CHECKING:
    from resolver.config import Config
    from resolver.fuzzy import Fuzzy
    from resolver.gazetteer import Gazetteer
    from resolver.mention import Mention, Reading
    from resolver.overrides.apply import Rulings
    from resolver.retrieve import Proposal

_SELDOM_TURNED = frozenset({Kind.ORGANIZATION, Kind.COMPANY, Kind.MEDIA})

_BEYOND_LATIN = 0x250
_MANY = 12  # names for which it pays to read them all at once


class Read(NamedTuple):
    """A string and all its readings."""

    mention: Mention
    readings: list[Reading]


class _Unknown(NamedTuple):
    """A string that no key answers: its position, how it was read, and what it has found so far."""

    at: int
    read: Read
    answer: Answer


class Road:
    """Answers strings against one gazetteer.

    Args:
        gazetteer: What is known.
        rulings: What people decided; None where they decided nothing.
        fuzzy: Opens the fuzzy channel, on first use.
    """

    def __init__(self, gazetteer: Gazetteer, rulings: Rulings | None, fuzzy: Callable[[], Fuzzy]) -> None:
        self.gazetteer = gazetteer
        self.rulings = rulings
        self._fuzzy = fuzzy

    def answer(self, name: str, hints: Hints, config: Config) -> Answer:
        """The answer for one string: what the road finds and, last, what people decided."""
        if self.rulings:
            return self.rulings.answer(name, hints, config, self._found)
        return self._found(name, hints, config)

    def answers(self, names: Sequence[str], hints: Hints, config: Config) -> list[Answer]:
        """The answers for many strings, each as `answer` gives it."""
        unread = self._unread(names, hints, config)
        out, unknown = [], []
        ruled = self.rulings.rules if self.rulings else {}
        nothing = decide(self.gazetteer, "", (), hints, config)
        for at, name in enumerate(names):
            if ruled and exact_key(name) in ruled:
                out.append(self.answer(name, hints, config))
                continue
            if read := unread.get(at):
                answer = nothing
            else:
                answer, read = self._known(name, hints, config)
            out.append(answer)
            if read is not None:
                unknown.append(_Unknown(at, read, answer))
        for at, answer in self._alike(unknown, hints, config):
            out[at] = answer
        return out

    def _unread(self, names: Sequence[str], hints: Hints, config: Config) -> dict[int, Read]:
        """Names, by place, that are known to have no key and no reading that has one; others may be so as well."""
        if len(names) < _MANY or not config.fuzzy:
            return {}
        from resolver.mention import parse
        from resolver.unread import are_unread, read_many

        keys = exact_keys(names)
        langs = sorted(hints.langs)
        strange = [
            (at, parse(name, langs=langs))
            for at, (name, key, number) in enumerate(zip(names, keys, self.gazetteer.key_numbers(keys), strict=True))
            if key and number is None and len(name) <= config.max_length
        ]
        strange = [(at, mention) for at, mention in strange if not mention.says_more()]
        if not strange:
            return {}
        places, mentions = zip(*strange, strict=True)
        sieves = self._fuzzy().sieves
        readings = read_many(sieves, mentions)
        unread = are_unread(self.gazetteer, sieves, mentions, readings)
        return {
            at: Read(mention, mine)
            for at, mention, mine, alone in zip(places, mentions, readings, unread.tolist(), strict=True)
            if alone
        }

    def answer_name(self, name: str, hints: Hints, config: Config) -> Answer:
        """The answer by key for one name that is neither a composite nor a descriptor."""
        if self.rulings:
            return self.rulings.answer(name, hints, config, self._named)
        return self._named(name, hints, config)

    # -- by key

    def _found(self, name: str, hints: Hints, config: Config) -> Answer:
        answer, read = self._known(name, hints, config)
        if read is not None:
            for _, alike in self._alike([_Unknown(0, read, answer)], hints, config):
                return alike
        return answer

    def _known(self, name: str, hints: Hints, config: Config) -> tuple[Answer, Read | None]:
        """The first reading that is known, else the best guess of all readings, with how the string was read."""
        if len(name) > config.max_length:
            note = Evidence("too_long", 1.0, f"more than {config.max_length} characters")
            return self._unmatched(hints, config, note), None
        key = exact_key(name)
        if not key:
            return self._unmatched(hints, config, Evidence("no_key", 1.0, "no letter or number in it")), None
        answer = decide(self.gazetteer, name, key_hits(self.gazetteer, key), hints, config)
        if answer.status is not Status.UNMATCHED:
            return self._whole(name, hints, config, answer) or answer, None
        weak = answer if answer.candidates and not hints else None
        if weak and (latin_only(key) or any(candidate.alias.role is not Role.SURNAME for candidate in weak.candidates)):
            # A known weak name is read in other ways only where something is known beside it, or where it is a surname
            # in letters other than Latin: "Украины" may be somebody's, and is the genitive of a country. In Latin
            # letters, and for places that are no country, the surname is too often the likelier reading: Minsky, Kuby.
            return weak, None
        # What reads a string in other ways is loaded when the first name needs it: most runs never do.
        from resolver import composite
        from resolver.bodies import bodied

        read = _read(name, hints)
        if weak:
            other, _ = self._by_reading(read, hints, config, weak)
            inflected = any(evidence.name == "inflected" for evidence in other.evidence)
            country = other.status is Status.MATCHED and other.candidates[0].entity.kind is Kind.COUNTRY
            return other if inflected and country else weak, None
        mention = read.mention
        ways = (composite.in_office, composite.described, bodied, composite.joined)
        described = next(filter(None, (way(self, mention, hints, config) for way in ways)), None)
        answer, settled = (described, True) if described else self._by_reading(read, hints, config, answer)
        if answer.status is Status.UNMATCHED and (whole := self._whole(name, hints, config, answer)):
            return whole, None
        return answer, None if settled else read

    def _known_otherwise(self, name: str, hints: Hints, config: Config) -> bool:
        """Whether a name is that of another kind: as a country, "Windward Islands" are not the British ones."""
        from resolver.whole import without_kinds

        if not hints.kinds and not hints.exclude_kinds:
            return False
        free = without_kinds(hints)
        hits = key_hits(self.gazetteer, exact_key(name))
        return decide(self.gazetteer, name, hits, free, config).status is Status.MATCHED

    def _whole(self, name: str, hints: Hints, config: Config, answer: Answer) -> Answer | None:
        """Where a country is asked for and the name is that of a part of one: the country."""
        from resolver.whole import asks_for_countries, for_parts, gives_way, whole_of

        if not asks_for_countries(hints) or not gives_way(answer, hints):
            return None
        return whole_of(self.gazetteer, self._named(name, for_parts(hints), config), hints, config)

    def _named(self, name: str, hints: Hints, config: Config) -> Answer:
        answer = decide(self.gazetteer, name, key_hits(self.gazetteer, exact_key(name)), hints, config)
        if answer.status is not Status.UNMATCHED:
            return answer
        return self._by_reading(_read(name, hints), hints, config, answer)[0]

    def _by_reading(self, read: Read, hints: Hints, config: Config, whole: Answer) -> tuple[Answer, bool]:
        """Decide reading by reading; the first that is known, else the first with candidates.

        Returns:
            The answer, and whether it settles the matter. A name that is ambiguous once its qualifier is left out,
            which says nothing we understand, may still be meant as a whole: "Korea, Democratic People's Republic".
        """
        from resolver.retrieve import proposals

        best, elsewhere = whole, False
        turned: Answer | None = None
        for proposal in proposals(self.gazetteer, read.mention, read.readings):
            narrowed = self._narrowed(hints, proposal)
            if narrowed is None:
                continue
            hits = qualifiers.inside(self.gazetteer, proposal.hits, proposal.hint)
            answer = decide(self.gazetteer, proposal.query, hits, narrowed, config)
            if proposal.hint and answer.candidates and _lies_elsewhere(answer):
                if part := self._part_behind(proposal, hints, config):
                    return part, True
                if answer.status is Status.MATCHED:
                    elsewhere = True
                    continue
            if answer.status is not Status.UNMATCHED:
                understood = not proposal.hint or bool(narrowed.countries)
                if turned is None and _is_turned(answer):
                    turned = answer  # "Columbia, Missouri" is first what lies there, then a university turned round
                    continue
                if turned is not None and not (proposal.hint and understood):
                    break
                return answer, answer.status is Status.MATCHED or understood
            if answer.candidates and not best.candidates:
                best = answer
        return (turned, True) if turned is not None else (best, elsewhere)

    def _part_behind(self, proposal: Proposal, hints: Hints, config: Config) -> Answer | None:
        """The place that a qualifier names in the country that it qualifies: "France, Martinique"."""
        countries = qualifiers.countries(self.gazetteer, proposal.query)
        hits = key_hits(self.gazetteer, exact_key(proposal.hint)) if countries else ()
        answer = decide(self.gazetteer, proposal.hint, hits, replace(hints, countries=countries), config)
        return answer if answer.status is Status.MATCHED and not _lies_elsewhere(answer) else None

    # -- by likeness

    def _alike(self, unknown: Sequence[_Unknown], hints: Hints, config: Config) -> list[tuple[int, Answer]]:
        """Answers for strings that no key answers, where names that resemble them give a better one."""
        if not unknown or not config.fuzzy:
            return []
        from resolver.features import nothing_left, qualified
        from resolver.retrieve import alike

        found: dict[int, Answer] = {}
        held = {one.at: one.answer for one in unknown}
        for row, proposal in alike(self._fuzzy(), [one.read.readings for one in unknown]):
            at = unknown[row].at
            before = found.get(at, held[at])
            if before.status is Status.MATCHED or (narrowed := self._narrowed(hints, proposal)) is None:
                continue
            hits = proposal.hits
            if self._names_several(unknown[row].read.mention, hints, config):
                hits = tuple(hit for hit in hits if hit.resemblance and nothing_left(hit.resemblance.alignment))
            if self._known_otherwise(proposal.query, hints, config):
                hits = tuple(hit for hit in hits if hit.resemblance and not qualified(hit.resemblance.alignment))
            answer = decide(self.gazetteer, proposal.query, hits, narrowed, config)
            if _is_better(answer, before) and not (proposal.hint and _breaks_tie(answer, before)):
                found[at] = answer
        return list(found.items())

    def _names_several(self, mention: Mention, hints: Hints, config: Config) -> bool:
        """Whether a string joins names one of which is known, or describes by a name: it is a name only as a whole."""
        if mention.descriptor() is not None:
            return True
        parts = mention.parts()
        return any(self._named(part, hints, config).status is not Status.UNMATCHED for part in parts)

    # -- what stands with a name

    def _narrowed(self, hints: Hints, proposal: Proposal) -> Hints | None:
        """The hints together with what the words left out of a reading say; None where they contradict."""
        if not proposal.kinds and not proposal.hint:
            return hints
        if proposal.hint and self._sets_apart(proposal.hint):
            return None
        kinds = hints.kinds
        if proposal.kinds:
            kinds = kinds & proposal.kinds if kinds else proposal.kinds
            if not kinds:
                return None
        countries = hints.countries or qualifiers.countries(self.gazetteer, proposal.hint)
        return replace(hints, kinds=kinds, countries=countries)

    def _sets_apart(self, qualifier: str) -> bool:
        """Whether a qualifier makes another name of the name it stands with: "Ireland (Northern)"."""
        from resolver.features.forms import load_forms

        contrast = load_forms().contrast
        return any(word in contrast or len(word) == 1 for word in exact_key(qualifier).split())

    def _unmatched(self, hints: Hints, config: Config, *evidence: Evidence) -> Answer:
        return Answer(
            status=Status.UNMATCHED,
            evidence=evidence,
            as_of=hints.as_of,
            gazetteer_version=self.gazetteer.version,
            config_hash=config.hash,
        )


def latin_only(text: str) -> bool:
    """Whether no letter is of another script than Latin.

    >>> latin_only("Minsky"), latin_only("Łódź"), latin_only("Украины")
    (True, True, False)
    """
    return all(ord(letter) < _BEYOND_LATIN for letter in text if letter.isalpha())


def _read(name: str, hints: Hints) -> Read:
    from resolver.mention import parse

    mention = parse(name, langs=sorted(hints.langs))
    return Read(mention, list(mention.readings()))


_STANDING = {Status.MATCHED: 2, Status.AMBIGUOUS: 1}


def _is_better(one: Answer, other: Answer) -> bool:
    """Whether an answer says more than the one before it: by status, then by its best candidate."""
    standing = _STANDING.get(one.status, 0), _STANDING.get(other.status, 0)
    if standing[0] != standing[1] or standing[0]:
        return standing[0] > standing[1]
    return one.probability > other.probability


def _breaks_tie(answer: Answer, before: Answer) -> bool:
    """Whether a likeness would decide between entities that a name known by its key has left open."""
    if before.status is not Status.AMBIGUOUS or answer.status is not Status.MATCHED:
        return False
    return any(candidate.entity.qid == answer.candidates[0].entity.qid for candidate in before.candidates)


def _is_turned(answer: Answer) -> bool:
    """Whether a string turned round at its comma is the name of something that is seldom written so."""
    first = answer.candidates[0]
    return first.entity.kind in _SELDOM_TURNED and any(evidence.name == "reordered" for evidence in first.evidence)


def _lies_elsewhere(answer: Answer) -> bool:
    """Whether the best candidate is not where the qualifier says: "France, Martinique"."""
    return any(evidence.name == "other_country" for evidence in answer.candidates[0].evidence)
