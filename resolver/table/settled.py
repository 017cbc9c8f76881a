"""Settled answers as typed columns, a column at a time: what `answer_columns` gives, without an object a name.

A name whose key was settled when the gazetteer was built has an answer in which nothing but arithmetic decides. Its
columns are made from the gazetteer's arrays directly, thirty times as fast. Left out are keys whose namesakes lie one
in the other, since their evidence says so; a test holds the two ways equal.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from resolver import decide as rules
from resolver.arrays import Arrays
from resolver.gazetteer import (
    KINDS,
    NO_DAY,
    PROVISIONAL,
    REGISTERS,
    ROLES,
    STATUSES,
    UNSETTLED,
    WEAK,
    Gazetteer,
    day_of,
    shown_language,
)
from resolver.model import Kind, Status
from resolver.shares import alias_breadth, share
from resolver.table.columns import ALIAS, CANDIDATE, EVIDENCE, answer_schema

if TYPE_CHECKING:
    import numpy as np
    import pyarrow as pa

    from resolver.config import Config

_MATCHED, _AMBIGUOUS, _UNMATCHED = map(STATUSES.index, (Status.MATCHED, Status.AMBIGUOUS, Status.UNMATCHED))


class Settled(NamedTuple):
    """Answers of keys: `columns` has one row for each key whose `row` is not -1."""

    columns: pa.RecordBatch
    row: np.ndarray


class _Evidence(NamedTuple):
    """One kind of evidence: which answers have it, its value and its words for those."""

    name: str
    held: np.ndarray
    value: Any
    detail: Any


class SettledColumns:
    """Settled answers of one gazetteer without layers.

    Args:
        gazetteer: The gazetteer.
        config: The resolver's settings; all but `top` at their defaults.
    """

    def __init__(self, gazetteer: Gazetteer, config: Config) -> None:
        arrays = Arrays(gazetteer.path)
        # Numbers and texts as they lie in the mapped file.
        self._sections: dict[str, Any] = {name: arrays.numbers(name) for name in arrays.names()}
        self._gazetteer = gazetteer
        self._config = config

    @staticmethod
    def serves(gazetteer: Gazetteer) -> bool:
        """Whether answers of this gazetteer can be had this way."""
        return type(gazetteer) is Gazetteer

    def answers(self, numbers: np.ndarray) -> Settled:
        """The answers of distinct keys, by number.

        Returns:
            Columns, and for each key its row in them, -1 where it has to be asked by itself.
        """
        import numpy as np

        status = self._numbers("key_status")[numbers]
        rows = np.full(len(numbers), -1)
        settled = np.flatnonzero(status != UNSETTLED)
        if not len(settled):
            return Settled(_columns([]), rows)
        shares = share(self._sections, self._config, numbers[settled], self._breadth)
        easy = ~shares.hard
        if not easy.any():
            return Settled(_columns([]), rows)
        rows[settled[easy]] = np.arange(easy.sum())
        return Settled(self._made(shares, easy), rows)

    def _made(self, shares: Any, easy: np.ndarray) -> pa.RecordBatch:
        import numpy as np
        import pyarrow as pa

        kept = easy[shares.key]
        count = np.bincount(shares.key, minlength=len(easy))[easy]
        entity, alias, latin = shares.entity[kept], shares.alias[kept], shares.latin[kept]
        probability, weight, place = shares.probability[kept], shares.weight[kept], shares.place[kept]
        prior = self._prior[entity]
        score = np.round(np.minimum(1.0, weight / 2.0 ** (rules.PROMINENCE * prior)), 6)
        first = np.flatnonzero(place == 1)
        status = shares.status[easy]
        second = np.where(count > 1, probability[np.minimum(first + 1, len(probability) - 1)], 0.0)
        margin = np.round(probability[first] - second, 6)

        listed = place <= self._config.top
        starts = np.append(0, np.cumsum(np.minimum(count, self._config.top)))
        shown = [*self._entities(entity[listed]), pa.array(score[listed]), pa.array(probability[listed])]
        candidates = pa.ListArray.from_arrays(
            pa.array(starts, pa.int32()), pa.StructArray.from_arrays(shown, list(CANDIDATE))
        )
        best, own = entity[first], alias[first]
        words = self._words(own)
        evidence = self._evidence(
            _Best(best, own, latin[first], probability[first], margin, status, count, words),
            np.where(count > 1, entity[np.minimum(first + 1, len(entity) - 1)], -1),
        )
        matched = status == _MATCHED
        absent = pa.array(~matched)
        known = [_where(matched, column) for column in self._entities(best)]
        return _columns(
            [
                pa.array([str(s) for s in STATUSES]).take(pa.array(status)),
                *known,
                pa.array(score[first]),
                pa.array(probability[first]),
                pa.array(margin),
                pa.array(matched & ((self._numbers("entity_flags")[best] & PROVISIONAL) > 0)),
                pa.StructArray.from_arrays([_where(matched, w) for w in words], list(ALIAS), mask=absent),
                candidates,
                evidence,
                _no_parts(len(status)),
            ]
        )

    # -- words

    def _numbers(self, name: str) -> np.ndarray:
        import numpy as np

        return np.asarray(self._sections[name])

    def _texts(self, name: str, numbers: Any) -> Any:
        """Texts of one section by number."""
        import pyarrow as pa
        import pyarrow.compute as pc

        offsets = self._sections[f"{name}_offset"]
        length = len(offsets) - 1
        all_of_them = pa.StringArray.from_buffers(length, pa.py_buffer(offsets), pa.py_buffer(self._sections[name]))
        # Each text is followed by a newline in the file.
        return pc.utf8_rtrim(all_of_them.take(pa.array(numbers, pa.int64())), characters="\n")

    @cached_property
    def _breadth(self) -> np.ndarray:
        return alias_breadth(self._sections)

    @cached_property
    def _prior(self) -> np.ndarray:
        return self._numbers("entity_prior").astype("f8").round(4)

    @cached_property
    def _shown_languages(self) -> Any:
        import pyarrow as pa

        listed = str(self._sections["langs"], "utf-8").split("\n")[:-1]
        shown = (shown_language(tuple(filter(None, langs.split("|"))), frozenset()) for langs in listed)
        return pa.array(shown, pa.string())

    def _entities(self, entity: np.ndarray) -> list[Any]:
        """Id, label and kind of entities."""
        import pyarrow as pa

        kinds = pa.array([str(kind) for kind in KINDS]).take(pa.array(self._numbers("entity_kind")[entity]))
        return [self._texts("qid", entity), self._texts("label", entity), kinds]

    def _words(self, alias: np.ndarray) -> list[Any]:
        """The five fields of `ALIAS` for each alias."""
        import pyarrow as pa

        roles = pa.array([str(role) for role in ROLES]).take(pa.array(self._numbers("alias_role")[alias]))
        registers = pa.array([str(register) for register in REGISTERS])
        return [
            self._texts("alias_text", alias),
            self._shown_languages.take(pa.array(self._numbers("alias_langs")[alias])),
            roles,
            registers.take(pa.array(self._numbers("alias_register")[alias])),
            self._texts("sources", self._numbers("alias_source")[alias]),
        ]

    def _evidence(self, best: _Best, rival: np.ndarray) -> Any:
        """What `decide` says of the best candidate and of the decision, in its order and words."""
        import numpy as np
        import pyarrow as pa

        everyone = np.ones(len(best.entity), bool)
        text, lang, role, _, source = best.words
        comma = _where_else(np.asarray(lang) == "", "", ", ")
        spelled = _joined(text, " (", role, comma, lang, "; ", source, ")")
        qid, label, kind = self._entities(best.entity)
        weak = (self._numbers("alias_flags")[best.alias] & WEAK) > 0
        last_day = self._numbers("entity_to")[best.entity]
        person = self._numbers("entity_kind")[best.entity] == KINDS.index(Kind.PERSON)
        ended = (last_day != NO_DAY) & ~person
        shared = best.sharers > 1
        sharers = pa.array([f"{count} entities have this name" for count in best.sharers])
        # The second of a name that one entity has is never shown.
        other = self._entities(np.maximum(rival, 0))
        two = _joined(label, " (", kind, ", ", qid, ") or ", other[1], " (", other[2], ", ", other[0], ")")
        tie = best.status == _AMBIGUOUS
        unsure = best.status == _UNMATCHED
        one = np.ones(len(everyone))
        return _lists(
            [
                _Evidence("exact_key", ~best.latin, one, spelled),
                _Evidence("latin_key", best.latin, one, _joined("same in Latin letters: ", spelled)),
                _Evidence("weak_alias", weak, one, _joined(text, " identifies only with context")),
                _Evidence("prior", everyone, self._prior[best.entity], _joined("prominence of ", label)),
                _Evidence("ended", ended, one, _joined(label, " ended on ", _days(last_day))),
                _Evidence("shared_name", shared, np.round(1 / best.sharers, 4), sharers),
                _Evidence("tie", tie, best.margin, _joined(two, ": a kind, country or date may decide")),
                _Evidence(
                    "uncertain",
                    unsure,
                    best.probability,
                    pa.array([f"below the threshold {self._config.match_probability:g}"] * len(everyone)),
                ),
            ]
        )


class _Best(NamedTuple):
    """The best contender of each key."""

    entity: np.ndarray
    alias: np.ndarray
    latin: np.ndarray
    probability: np.ndarray
    margin: np.ndarray
    status: np.ndarray
    sharers: np.ndarray
    words: list[Any]


def _columns(arrays: Sequence[Any]) -> pa.RecordBatch:
    import pyarrow as pa

    schema = answer_schema()
    if not arrays:
        return pa.RecordBatch.from_pylist([], schema)
    return pa.RecordBatch.from_arrays(list(arrays), schema=schema)


def _no_parts(rows: int) -> Any:
    import pyarrow as pa

    kind = answer_schema().field("parts").type
    return pa.ListArray.from_arrays(pa.array([0] * (rows + 1), pa.int32()), pa.array([], kind.value_type))


def _where(held: np.ndarray, column: Any) -> Any:
    """A column, NULL where nothing is held."""
    import pyarrow as pa
    import pyarrow.compute as pc

    return pc.if_else(pa.array(held), column, pa.scalar(None, column.type))


def _where_else(held: np.ndarray, one: str, other: str) -> Any:
    import pyarrow as pa
    import pyarrow.compute as pc

    return pc.if_else(pa.array(held), one, other)


def _joined(*parts: Any) -> Any:
    import pyarrow.compute as pc

    return pc.binary_join_element_wise(*parts, "")


def _days(numbers: np.ndarray) -> Any:
    import numpy as np
    import pyarrow as pa

    distinct, place = np.unique(numbers, return_inverse=True)
    days: list[date | None] = [day_of(int(number)) for number in distinct]
    return pa.array([str(day) for day in days], pa.string()).take(pa.array(place))


def _lists(evidence: Sequence[_Evidence]) -> Any:
    """A list a row of the evidence that the row holds, in the order given."""
    import numpy as np
    import pyarrow as pa

    held = np.stack([kind.held for kind in evidence], axis=1)
    starts = np.append(0, np.cumsum(held.sum(axis=1)))
    which = np.flatnonzero(held.ravel())  # row by row, kind by kind
    rows, kinds = which // len(evidence), which % len(evidence)
    values = np.stack([np.asarray(kind.value) for kind in evidence], axis=1)[rows, kinds]
    details = pa.chunked_array([kind.detail for kind in evidence]).combine_chunks()
    found = details.take(pa.array(kinds * len(held) + rows))
    names = pa.array([kind.name for kind in evidence]).take(pa.array(kinds))
    structs = pa.StructArray.from_arrays([names, pa.array(values), found], list(EVIDENCE))
    return pa.ListArray.from_arrays(pa.array(starts, pa.int32()), structs)
