"""A column of a Spark data frame on two local executors' workers: the answers are those of resolve_many."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from resolver import Config, InputError, Resolver
from resolver.overrides import Decision, Override, Overrides

pyspark = pytest.importorskip("pyspark", reason="pyspark is not installed; `pip install qid-resolver[spark]`")
pytestmark = [pytest.mark.slow, pytest.mark.filterwarnings("ignore")]

NAMES = [
    "Türkiye", "Georgia", None, "", "Nicaragwa", "Vladimir Putin", "YPG/PKK", "土耳其", "US", "us",
    "Volodymyr Zelenskiyy",
]  # fmt: skip


@pytest.fixture(scope="module")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    from pyspark.sql import SparkSession

    os.environ["PYSPARK_PYTHON"] = os.environ["PYSPARK_DRIVER_PYTHON"] = sys.executable
    session = (
        SparkSession.builder.master("local[2]")
        .config("spark.ui.enabled", "false")
        .config("spark.driver.host", "127.0.0.1")
        .config("spark.driver.bindAddress", "127.0.0.1")
        .config("spark.sql.shuffle.partitions", "2")
        .config("spark.sql.execution.arrow.maxRecordsPerBatch", "64")
        .config("spark.local.dir", str(tmp_path_factory.mktemp("spark")))
        .config("spark.sql.warehouse.dir", str(tmp_path_factory.mktemp("warehouse")))
        .getOrCreate()
    )
    session.sparkContext.setLogLevel("ERROR")
    yield session
    session.stop()


def rows_of(spark: Any, names: list[str | None], partitions: int = 3) -> Any:
    rows = [(number, name) for number, name in enumerate(names)]
    return spark.createDataFrame(rows, "n INT, actor STRING").repartition(partitions)


def test_answers_are_those_of_resolve_many(mini: Resolver, spark: Any) -> None:
    from resolver.spark import resolve_column

    names = NAMES * 30
    found = sorted(resolve_column(rows_of(spark, names), "actor", resolver=mini).collect(), key=lambda row: row.n)
    assert [(row.n, row.actor) for row in found] == list(enumerate(names))
    expected = iter(mini.resolve_many([name for name in names if name is not None]))
    for row in found:
        if row.actor is None:
            assert (row.actor_status, row.actor_qid) == ("unmatched", None)
            continue
        answer = next(expected)
        assert (row.actor_status, row.actor_qid, row.actor_label) == (answer.status, answer.qid, answer.label)
        assert row.actor_probability == pytest.approx(answer.probability)
        assert [c.qid for c in row.actor_candidates] == [c.entity.qid for c in answer.candidates]
        assert [part.qid for part in row.actor_parts] == [part.qid for part in answer.parts]
        assert [e.name for e in row.actor_evidence] == [e.name for e in answer.evidence]
    assert {row.actor_status for row in found} == {"matched", "ambiguous", "unmatched", "composite"}


def test_hints_settings_and_decisions_are_sent(mini: Resolver, spark: Any) -> None:
    from resolver.spark import resolve_column

    frame = spark.createDataFrame(
        [("Georgia", "country"), ("Georgia", "subdivision"), ("the regime", None)], "actor STRING, kind STRING"
    )
    by_kind = resolve_column(frame, "actor", resolver=mini, kind_column="kind").collect()
    assert {(row.kind, row.actor_qid) for row in by_kind} == {
        ("country", "Q230"),
        ("subdivision", "Q1428"),
        (None, None),
    }
    decided = Overrides([Override(name="the regime", decision=Decision.ENTITY, qid="Q858")])
    strict = Resolver.open(mini.database, config=Config(match_probability=1.0), overrides=decided)
    found = resolve_column(frame, "actor", resolver=strict).collect()
    assert sorted((row.actor, row.actor_qid) for row in found if row.actor_qid) == [("the regime", "Q858")]


def test_files_that_lie_on_the_executors_already(mini: Resolver, spark: Any) -> None:
    from resolver.spark import resolve_column

    there = str(mini.gazetteer.path)
    found = resolve_column(rows_of(spark, ["Ankara"]), "actor", resolver=mini, executor_path=there).collect()
    assert [row.actor_qid for row in found] == ["Q3640"]


def test_the_example_of_the_page(mini: Resolver, spark: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import duckdb

    page = (Path(__file__).parents[2] / "docs" / "spark.md").read_text(encoding="utf-8")
    code = page.split("```python\n")[1].split("```")[0]
    events = tmp_path / "events.parquet"
    duckdb.sql("SELECT 'Georgia' AS actor, DATE '2020-01-01' AS day").write_parquet(str(events))
    monkeypatch.setenv("RESOLVER_GAZETTEER", str(mini.database))
    for name in ("events.parquet", "events_resolved.parquet"):
        code = code.replace(f'"{name}"', repr(str(tmp_path / name)))
    exec(compile(code, "docs/spark.md", "exec"), {})
    found = duckdb.sql(f"SELECT actor, actor_status, actor_qid FROM '{tmp_path}/events_resolved.parquet/*.parquet'")
    assert found.fetchall() == [("Georgia", "matched", "Q230")]


def test_an_empty_frame(mini: Resolver, spark: Any) -> None:
    from resolver.spark import resolve_column

    found = resolve_column(rows_of(spark, []), "actor", resolver=mini)
    assert found.columns[:3] == ["n", "actor", "actor_status"]
    assert found.collect() == []


def test_wrong_columns_and_hints_are_told_before_anything_runs(mini: Resolver, spark: Any) -> None:
    from resolver.spark import resolve_column

    frame = rows_of(spark, ["Ankara"])
    with pytest.raises(InputError, match="acter"):
        resolve_column(frame, "acter", resolver=mini)
    with pytest.raises(InputError, match="planet"):
        resolve_column(frame, "actor", resolver=mini, kind="planet")
