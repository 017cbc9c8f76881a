"""Answers as typed columns: numbers, texts, and lists of structs, never JSON."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from resolver.collection import no_collection
from resolver.model import Alias, Candidate, Evidence, Resolution

if TYPE_CHECKING:
    import pyarrow as pa

ALIAS = {"text": "VARCHAR", "lang": "VARCHAR", "role": "VARCHAR", "register": "VARCHAR", "source": "VARCHAR"}
CANDIDATE = {"qid": "VARCHAR", "label": "VARCHAR", "kind": "VARCHAR", "score": "DOUBLE", "probability": "DOUBLE"}
EVIDENCE = {"name": "VARCHAR", "value": "DOUBLE", "detail": "VARCHAR"}
PART = {"query": "VARCHAR", "status": "VARCHAR", **CANDIDATE}


def _struct(fields: dict[str, str]) -> str:
    return "STRUCT(" + ", ".join(f'"{name}" {kind}' for name, kind in fields.items()) + ")"


ANSWER = {
    "status": "VARCHAR",
    "qid": "VARCHAR",
    "label": "VARCHAR",
    "kind": "VARCHAR",
    "score": "DOUBLE",
    "probability": "DOUBLE",
    "margin": "DOUBLE",
    "provisional": "BOOLEAN",
    "alias": _struct(ALIAS),
    "candidates": _struct(CANDIDATE) + "[]",
    "evidence": _struct(EVIDENCE) + "[]",
    "parts": _struct(PART) + "[]",
}
"""Columns of one answer and their SQL types, in order; the names are those of `Resolution.to_dict`."""


@cache
def answer_schema() -> pa.Schema:
    """The columns of `ANSWER` as an Arrow schema."""
    import pyarrow as pa

    plain = {"VARCHAR": pa.string(), "DOUBLE": pa.float64(), "BOOLEAN": pa.bool_()}

    def struct(fields: dict[str, str]) -> Any:
        return pa.struct([(name, plain[kind]) for name, kind in fields.items()])

    nested = {
        "alias": struct(ALIAS),
        "candidates": pa.list_(struct(CANDIDATE)),
        "evidence": pa.list_(struct(EVIDENCE)),
        "parts": pa.list_(struct(PART)),
    }
    return pa.schema([(name, nested[name] if name in nested else plain[kind]) for name, kind in ANSWER.items()])


def answer_columns(resolutions: Iterable[Resolution]) -> pa.RecordBatch:
    """Resolutions as one record batch with the columns of `ANSWER`, in order.

    >>> from resolver import Resolver
    >>> batch = answer_columns(Resolver.open().resolve_many(["Ankara", "Nowheristan"]))
    >>> batch["qid"].to_pylist(), batch["status"].to_pylist()
    (['Q3640', None], ['matched', 'unmatched'])
    """
    import pyarrow as pa

    plain: list[tuple[Any, ...]] = []
    candidates: list[Sequence[Candidate]] = []
    evidence: list[Sequence[Evidence]] = []
    parts: list[Sequence[Resolution]] = []
    aliases: list[Alias | None] = []
    with no_collection():
        for resolution in resolutions:
            answer, best = resolution.answer, resolution.best
            first = answer.candidates[0] if answer.candidates else None
            score, probability = (first.score, first.probability) if first else (0.0, 0.0)
            entity = best.entity if best else None
            known = (entity.qid, entity.label, entity.kind, entity.provisional) if entity else (None, None, None, False)
            plain.append((answer.status, *known, score, probability, answer.margin))
            aliases.append(best.alias if best else None)
            candidates.append(answer.candidates)
            evidence.append(answer.evidence)
            parts.append(answer.parts)
        status, qid, label, kind, provisional, score_, probability_, margin = (
            zip(*plain, strict=True) if plain else ((),) * 8
        )
        schema = answer_schema()
        columns = {
            "status": status,
            "qid": qid,
            "label": label,
            "kind": kind,
            "score": score_,
            "probability": probability_,
            "margin": margin,
            "provisional": provisional,
        }
        arrays = [pa.array(values, schema.field(name).type) for name, values in columns.items()]
        arrays.append(_structs(ALIAS, [_alias(a) if a else None for a in aliases]))
        arrays.append(_lists(CANDIDATE, [list(map(_candidate, several)) for several in candidates]))
        arrays.append(_lists(EVIDENCE, [[(e.name, e.value, e.detail) for e in several] for several in evidence]))
        arrays.append(_lists(PART, [list(map(_part, several)) for several in parts]))
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _alias(alias: Alias) -> tuple[Any, ...]:
    return alias.text, alias.lang, alias.role, alias.register, alias.source


def _candidate(candidate: Candidate) -> tuple[Any, ...]:
    entity = candidate.entity
    return entity.qid, entity.label, entity.kind, candidate.score, candidate.probability


def _part(part: Resolution) -> tuple[Any, ...]:
    return part.query, part.status, part.qid, part.label, part.kind, part.score, part.probability


def _fields(fields: dict[str, str], rows: Sequence[tuple[Any, ...]]) -> list[Any]:
    import pyarrow as pa

    kinds = {"VARCHAR": pa.string(), "DOUBLE": pa.float64()}
    values = zip(*rows, strict=True) if rows else ((),) * len(fields)
    return [pa.array(column, kinds[kind]) for column, kind in zip(values, fields.values(), strict=True)]


def _structs(fields: dict[str, str], rows: Sequence[tuple[Any, ...] | None]) -> Any:
    import pyarrow as pa

    nothing = (None,) * len(fields)
    absent = pa.array([row is None for row in rows], pa.bool_())
    return pa.StructArray.from_arrays(_fields(fields, [row or nothing for row in rows]), list(fields), mask=absent)


def _lists(fields: dict[str, str], rows: Sequence[Sequence[tuple[Any, ...]]]) -> Any:
    import pyarrow as pa

    offsets, end = [0], 0
    for row in rows:
        end += len(row)
        offsets.append(end)
    values = pa.StructArray.from_arrays(_fields(fields, [item for row in rows for item in row]), list(fields))
    return pa.ListArray.from_arrays(pa.array(offsets, pa.int32()), values)
