"""How many calls GET /getmodelurl makes one after the other, whatever the number of types."""

from __future__ import annotations

import threading
from time import monotonic

import pytest

from common.concurrent_calls import call_all
from model_urls.newest_models import NewestModels
from tests.unit.fakes.clock import Clock
from tests.unit.fakes.s3_versions import RoundsS3

BUCKET = "production"


def _world(count: int) -> tuple[RoundsS3, NewestModels]:
    types = tuple(f"type-{number:02}" for number in range(count))
    s3 = RoundsS3(Clock(), BUCKET)
    for kind in types:
        s3.put_object(Bucket=BUCKET, Key=f"{kind}/model.zip", Body=b"zip")
    return s3, NewestModels(s3, BUCKET, types)


@pytest.mark.parametrize("count", [1, 5, 30])
def test_two_rounds_at_first_and_one_from_then_on(count: int) -> None:
    s3, newest = _world(count)
    s3.expect(count, 2 * count)
    models, failures = newest.find()
    assert (len(models), failures) == (count, {})
    assert s3.arrived == [count, 2 * count]

    s3.expect(count)
    models, failures = newest.find()
    assert (len(models), failures) == (count, {})


def test_only_what_is_new_is_looked_at_again() -> None:
    s3, newest = _world(5)
    newest.find()
    s3.put_object(Bucket=BUCKET, Key="type-03/model.zip", Body=b"new")
    s3.expect(5, 2)
    models, failures = newest.find()
    assert (len(models), failures) == (5, {})
    assert models["type-03"].zip.size == 3


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
