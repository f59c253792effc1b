"""A bad upload never takes navigation down, and is told apart from a bad moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.stack.navigation_driver import NavigationDriver


def test_a_failed_endpoint_makes_way_for_the_next_upload(no_endpoint: NavigationDriver) -> None:
    begun = datetime.now(UTC)
    no_endpoint.upload_broken()
    no_endpoint.wait_for_release("accepted", begun)
    label = no_endpoint.upload_light()
    no_endpoint.wait_until_idle()
    no_endpoint.sweep()
    no_endpoint.wait_until_serves(label)


def test_a_failed_update_leaves_the_release_before_in_service(navigation: NavigationDriver) -> None:
    label, begun = navigation.label(), datetime.now(UTC)
    navigation.upload_broken()
    failed = navigation.wait_for_release("failed", begun)
    assert failed.reason
    assert navigation.wait_until_serves(label).state == "serving"
    alarm = navigation.stack.outputs["navigation_release_alarms"]["release-failed"]
    navigation.sweep()
    navigation.wait_for_alarm(alarm, "ALARM")


def test_a_release_that_does_not_answer_makes_way_for_the_one_before(
    navigation: NavigationDriver,
) -> None:
    label, variables, begun = navigation.label(), navigation.variables(), datetime.now(UTC)
    navigation.configure(variables | {"ANSWER_SECONDS": "1"})
    try:
        navigation.upload_mute()
        silent = navigation.wait_for_release("applying", begun)
        assert silent.reason.startswith("in service, but the model answered")
        failed = navigation.sweep_until("failed", begun)
        assert "gave no right answer" in failed.reason
        navigation.wait_for_status("Missing")
        navigation.wait_until_idle()
        navigation.sweep()
        assert navigation.wait_until_serves(label).state == "serving"
        navigation.sweep()
        assert navigation.newest("failed") == failed
    finally:
        navigation.configure(variables)
        # What it did not answer would roll back the updates of the tests to come.
        minutes = [datetime.now(UTC) - timedelta(minutes=minutes) for minutes in range(3)]
        navigation.report_requests(minutes, failed=0.0, count=100)
        alarm = navigation.stack.outputs["navigation_rollback_alarms"]["server-errors"]
        navigation.wait_for_alarm(alarm, "OK")


def test_an_unusable_upload_is_refused_before_anything_is_made(
    navigation: NavigationDriver,
) -> None:
    before, models = navigation.wait_until_at_rest(), navigation.models()
    begun = datetime.now(UTC)
    navigation.upload_bytes(b"not an archive")
    assert "gzip file" in navigation.wait_for_release("refused", begun).reason
    alarm = navigation.stack.outputs["navigation_release_alarms"]["release-refused"]
    navigation.wait_for_alarm(alarm, "ALARM")
    assert navigation.wait_until_at_rest()["LastModifiedTime"] == before["LastModifiedTime"]
    assert navigation.models() == models


def test_an_alarm_during_an_update_rolls_it_back(navigation: NavigationDriver) -> None:
    label, begun = navigation.label(), datetime.now(UTC)
    alarm = navigation.stack.outputs["navigation_rollback_alarms"]["server-errors"]
    navigation.quicken(Updating=3600)
    navigation.upload_light()
    navigation.wait_for_status("Updating")
    bad_minutes = [begun - timedelta(minutes=minutes) for minutes in (2, 3)]
    navigation.report_requests(bad_minutes, failed=1.0, count=1000)
    try:
        assert alarm in navigation.wait_for_release("failed", begun).reason
        assert navigation.wait_until_serves(label)
    finally:
        navigation.report_requests(bad_minutes, failed=0.0, count=1_000_000)
        navigation.wait_for_alarm(alarm, "OK")


def test_no_event_is_lost_to_the_dead_letters(navigation: NavigationDriver) -> None:
    """Refused, failed and superseded releases are outcomes, not errors: nothing was raised."""
    navigation.sweep()
    assert navigation.dead_letters() == 0
