"""Environment variables of the controller, and the opening hours among them."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, strategies as st

from common.errors import SettingsError
from update_endpoint import office_hours
from update_endpoint.settings import from_environment

ENVIRONMENT = {
    "UPLOAD_BUCKET": "uploads",
    "ENDPOINT_NAME": "paligemma-endpoint-123456789012",
    "MODEL_NAME_PREFIX": "vis-assis-navigation",
    "STACK_NAME": "vis-assis",
    "EXECUTION_ROLE_ARN": "arn:aws:iam::123456789012:role/execution",
    "IMAGE_URI": "763104351884.dkr.ecr.eu-west-1.amazonaws.com/inference:1",
    "INSTANCE_TYPE": "ml.g5.xlarge",
    "DATA_CAPTURE_S3_URI": "s3://uploads/capture",
    "VARIANT_NAME": "navigation",
    "MODEL_ENVIRONMENT": '{"A": "b"}',
    "NETWORK_ISOLATION": "true",
    "INITIAL_INSTANCE_COUNT": "1",
    "MAX_INSTANCES": "2",
    "MODEL_DOWNLOAD_SECONDS": "1800",
    "CONTAINER_STARTUP_SECONDS": "900",
    "DATA_CAPTURE_PERCENTAGE": "0",
    "ROLLBACK_ALARMS": '["errors"]',
    "ROLLBACK_WATCH_SECONDS": "0",
    "UPDATE_TIMEOUT_SECONDS": "10800",
    "ANSWER_SECONDS": "900",
    "KEEP_RELEASES": "3",
}
HOURS = {"timezone": "Europe/Berlin", "days": ["mon", "fri"], "from": "08:00", "to": "18:00"}


def test_all_that_terraform_gives_is_read() -> None:
    settings = from_environment(ENVIRONMENT)
    assert (settings.keep_releases, settings.hosting.capture_percentage) == (3, 0)
    assert (settings.hours, settings.rollout.alarms) == (None, ("errors",))
    assert (settings.hosting.isolated, settings.hosting.environment) == (True, {"A": "b"})
    open_hours = from_environment({**ENVIRONMENT, "OFFICE_HOURS": json.dumps(HOURS)}).hours
    assert open_hours == office_hours.parse(HOURS)


@pytest.mark.parametrize("name", ENVIRONMENT)
def test_a_missing_variable_is_named(name: str) -> None:
    left = {key: value for key, value in ENVIRONMENT.items() if key != name}
    with pytest.raises(SettingsError, match=name):
        from_environment(left)


def test_a_time_zone_that_there_is_not_is_named() -> None:
    with pytest.raises(SettingsError, match=r"Europe/Nowhere.*IANA"):
        hours(timezone="Europe/Nowhere")


def hours(**changes: Any) -> office_hours.OfficeHours:
    return office_hours.parse({**HOURS, **changes})


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-01-05T06:59:59+00:00", False),
        ("2026-01-05T07:00:00+00:00", True),
        ("2026-01-05T16:59:59+00:00", True),
        ("2026-01-05T17:00:00+00:00", False),
        ("2026-01-06T10:00:00+00:00", False),
        ("2026-07-06T06:00:00+00:00", True),
    ],
)
def test_hours_are_local_and_follow_summer_time(moment: str, is_open: bool) -> None:
    assert hours().is_open(datetime.fromisoformat(moment)) is is_open


@pytest.mark.parametrize(
    ("moment", "is_open"),
    [
        ("2026-01-05T21:30:00+00:00", True),
        ("2026-01-06T04:30:00+00:00", True),
        ("2026-01-06T05:30:00+00:00", False),
        ("2026-01-06T21:30:00+00:00", False),
        ("2026-01-05T04:30:00+00:00", False),
    ],
)
def test_hours_past_midnight_belong_to_the_day_they_begin(moment: str, is_open: bool) -> None:
    overnight = hours(**{"from": "22:00", "to": "06:00"})
    assert overnight.is_open(datetime.fromisoformat(moment)) is is_open


@given(st.integers(1, 23), st.integers(0, 7 * 24 * 60))
def test_swapped_hours_are_the_rest_of_the_week(hour: int, minute: int) -> None:
    every_day = {"timezone": "UTC", "days": list(office_hours.DAYS)}
    day = office_hours.parse({**every_day, "from": "00:00", "to": f"{hour:02}:00"})
    night = office_hours.parse({**every_day, "from": f"{hour:02}:00", "to": "00:00"})
    moment = datetime(2026, 1, 5, tzinfo=UTC) + timedelta(minutes=minute)
    assert day.is_open(moment) != night.is_open(moment)
