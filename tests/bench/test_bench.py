"""Both ways of every comparison of `make bench` come to the same, known result."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench import (
    model_links,
    navigation_request,
    report,
    server_side_copy,
    upload_inspection,
    zip_packing,
)
from bench.comparison import Comparison, DifferentAnswersError, Outcome, Result, Way, compare
from bench.replayed_reads import ReplayedReads
from bench.store import Store, local_store
from common.s3_multipart import MIB

pytestmark = pytest.mark.xdist_group("bench")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with local_store(tmp_path_factory.mktemp("bench")) as running:
        yield running


def _same(result: Result) -> object:
    assert result.ours.answers == result.usual.answers
    return result.ours.answers[0]


@pytest.mark.parametrize("is_warm", [False, True])
def test_links_lead_to_the_same_models(store: Store, is_warm: bool) -> None:
    result = compare(model_links.comparison(store, 2, 0.0, is_warm=is_warm), 1)
    answer = _same(result)
    assert isinstance(answer, dict)
    assert {kind: entry["model_name"] for kind, entry in answer.items()} == {
        "type-00": "model-00002.zip",
        "type-01": "model-00002.zip",
    }


def test_copies_hold_the_same_bytes(store: Store) -> None:
    in_sequence, through = (
        compare(comparison, 1)
        for comparison in server_side_copy.comparisons(store, parts=2, part_seconds=0.0)
    )
    assert _same(in_sequence) == _same(through)
    assert in_sequence.ours.answers[0][0] == 10 * MIB
    assert (through.ours.bytes_moved, through.usual.bytes_moved) == (0, 20 * MIB)


@pytest.mark.parametrize(("script", "found"), [("first", True), ("last", True), ("missing", False)])
def test_inspections_judge_alike(
    store: Store, script: upload_inspection.Script, found: bool
) -> None:
    result = compare(upload_inspection.comparison(store, 17, script, 0.0), 1)
    assert _same(result) is found
    assert result.ours.bytes_moved is not None
    assert result.usual.bytes_moved is not None
    less = result.ours.bytes_moved < result.usual.bytes_moved
    assert less == (script == "first"), "only a script in front spares the rest"


@pytest.mark.parametrize(
    ("asked", "answers"), [(1, ("no", "", "")), (3, ("yes", "yes", "a chair"))]
)
def test_navigation_gives_the_same_answers(asked: int, answers: tuple[str, ...]) -> None:
    with navigation_request.comparison(100_000, asked, 0.0) as comparison:
        result = compare(comparison, 1)
    answer = _same(result)
    assert isinstance(answer, dict)
    assert tuple(answer.values()) == answers
    assert result.times_the_bytes is not None
    assert round(result.times_the_bytes) == asked, "the usual way sends the image each time"


def test_zips_hold_the_same_files(tmp_path: Path) -> None:
    files = zip_packing.weights(tmp_path / "weights", 1, 2)
    result = compare(zip_packing.comparison(tmp_path / "zips", "weights", files, level=9), 1)
    assert list(result.ours.answers[0]) == ["onnx/model_0.onnx", "onnx/model_1.onnx"]
    _same(result)
    assert result.times_the_bytes is not None
    assert result.times_the_bytes >= 1, "ours is no larger than zlib's smallest"


def _way(label: str, answer: int, size: int | None = None) -> Way:
    return Way(label, lambda: Outcome(lambda: answer, size))


def test_different_answers_are_an_error() -> None:
    with pytest.raises(DifferentAnswersError, match="'a' gave 1, 'b' gave 2"):
        compare(Comparison("name", "setting", _way("a", 1), _way("b", 2)), 1)


def test_rounds_take_turns() -> None:
    order: list[str] = []

    def way(label: str) -> Way:
        def run() -> Outcome:
            order.append(label)
            return Outcome(lambda: None)

        return Way(label, run)

    compare(Comparison("name", "setting", way("ours"), way("usual")), 3)
    assert order == ["ours", "usual", "usual", "ours", "ours", "usual"]


def test_the_report_has_both_sides_and_the_ratio(tmp_path: Path) -> None:
    result = compare(Comparison("name", "setting", _way("a", 1, 10), _way("b", 1, 25)), 2)
    report.write(tmp_path / "bench.json", [result])
    (entry,) = json.loads((tmp_path / "bench.json").read_text())["results"]
    assert (entry["ours"]["bytes"], entry["usual"]["bytes"]) == (10, 25)
    assert (entry["rounds"], entry["times_the_bytes"]) == (2, 2.5)
    assert report.table([result]).row_count == 1


def test_replayed_reads_repeat_what_was_answered_and_refuse_writes(store: Store) -> None:
    bucket = store.new_bucket("bench-replayed")
    store.client().put_object(Bucket=bucket, Key="a.zip", Body=b"12345")
    s3 = store.client()
    ReplayedReads(0.0).attach(s3)
    first = s3.head_object(Bucket=bucket, Key="a.zip")
    store.client().put_object(Bucket=bucket, Key="a.zip", Body=b"123")
    assert s3.head_object(Bucket=bucket, Key="a.zip")["VersionId"] == first["VersionId"]
    assert first["ContentLength"] == 5
    with pytest.raises(ValueError, match="only reads"):
        s3.delete_object(Bucket=bucket, Key="a.zip")
