"""How many calls GET /getmodelurl makes one after the other, whatever the number of types."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from io import StringIO
from time import monotonic

import pytest

from common.concurrent_calls import call_all
from common.logging import build_logger
from model_urls.newest_models import NewestModels
from promote_model import record
from tests.unit.fakes.clock import Clock
from tests.unit.fakes.s3_versions import RoundsS3

BUCKET = "production"
LOGGER = build_logger(service="test-model-urls-rounds", stream=StringIO())


def _world(count: int) -> tuple[RoundsS3, NewestModels]:
    """A production bucket as promotion leaves it, and a function that has just started."""
    types = tuple(f"type-{number:02}" for number in range(count))
    s3 = RoundsS3(Clock(), BUCKET)
    for kind in types:
        _promote(s3, kind, b"zip", version=1)
    return s3, NewestModels(s3, BUCKET, types, LOGGER)


def _promote(s3: RoundsS3, kind: str, body: bytes, version: int) -> None:
    key = f"{kind}/model.zip"
    stored = s3.put_object(Bucket=BUCKET, Key=key, Body=body)
    showing = record.Showing(
        handed_over_by="registry",
        handed_over_at=None,
        key=key,
        version_id=stored["VersionId"],
        package_arn="arn",
        version=version,
        sha256="ab" * 32,
        bytes=len(body),
    )
    before = record.load(s3, BUCKET, kind)
    after = record.Record(showing=showing, etag=before.etag)
    record.save(s3, BUCKET, kind, after, datetime.now(UTC))


@pytest.mark.parametrize("count", [1, 5, 30])
def test_one_round_whether_the_function_has_just_started_or_not(count: int) -> None:
    s3, newest = _world(count)
    for _ in range(2):
        s3.expect(2 * count)
        models, failures = newest.find()
        assert (len(models), failures) == (count, {})
        assert s3.arrived == [2 * count]
        assert {model.origin.version for model in models.values()} == {1}
        assert {model.origin.sha256 for model in models.values()} == {"ab" * 32}


def test_a_promotion_takes_no_further_round() -> None:
    s3, newest = _world(5)
    newest.find()
    _promote(s3, "type-03", b"new zip", version=2)
    s3.expect(10)
    models, failures = newest.find()
    assert (len(models), failures) == (5, {})
    assert (models["type-03"].zip.size, models["type-03"].origin.version) == (7, 2)


def test_an_upload_that_promotion_has_not_seen_is_looked_at_once() -> None:
    s3, newest = _world(5)
    s3.put_object(
        Bucket=BUCKET, Key="type-03/model.zip", Body=b"by hand", Metadata={"sha256": "cd" * 32}
    )
    for rounds in ([10, 2], [10]):
        s3.expect(*rounds)
        models, failures = newest.find()
        assert (len(models), failures) == (5, {})
        assert s3.arrived == rounds
        assert (models["type-03"].origin.version, models["type-03"].origin.sha256) == (
            None,
            "cd" * 32,
        )


def test_what_does_not_answer_is_given_up() -> None:
    released = threading.Event()
    started = monotonic()
    try:
        values, failures = call_all(
            {"fast": lambda: True, "stuck": lambda: released.wait(30), "queued": lambda: True},
            seconds=0.2,
            threads=3,
        )
    finally:
        released.set()
    assert monotonic() - started < 10
    assert values == {"fast": True, "queued": True}
    assert isinstance(failures["stuck"], TimeoutError)


def test_calls_that_got_no_turn_have_failed() -> None:
    released = threading.Event()
    calls = {number: lambda: released.wait(30) for number in range(3)}
    try:
        values, failures = call_all(calls, seconds=0.1, threads=1)
    finally:
        released.set()
    assert values == {}
    assert all(isinstance(error, TimeoutError) for error in failures.values())
    assert len(failures) == 3


def test_no_calls_need_no_time() -> None:
    assert call_all({}, seconds=0, threads=4) == ({}, {})
