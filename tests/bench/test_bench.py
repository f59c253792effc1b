"""Both ways of every comparison of `make bench` come to the same, known result."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench import model_links, navigation_request, report, zip_packing
from bench.comparison import Comparison, DifferentAnswersError, Outcome, Result, Way, compare
from bench.replayed_reads import ReplayedReads
from bench.store import Store, local_store

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
