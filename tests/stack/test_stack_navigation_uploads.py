"""Whatever state the endpoint is in, the newest upload is served; nothing else changes it."""

from __future__ import annotations

import json
from datetime import UTC, datetime

from tests.stack.navigation_driver import NavigationDriver

HOUR = 3600


def test_an_upload_while_the_endpoint_is_created_is_served(no_endpoint: NavigationDriver) -> None:
    no_endpoint.quicken(Creating=HOUR)
    first = no_endpoint.upload_light()
    no_endpoint.wait_for_status("Creating")
    no_endpoint.wait_until_idle()
    second = no_endpoint.upload_light()
    no_endpoint.wait_until_idle()
    assert no_endpoint.describe()["EndpointStatus"] == "Creating"
    no_endpoint.pass_time(HOUR)
    serving = no_endpoint.wait_until_serves(second)
    assert first != second
    assert serving.state == "serving"


def test_the_endpoint_answers_all_through_an_update(navigation: NavigationDriver) -> None:
    before = navigation.label()
    navigation.quicken(Updating=HOUR)
    after = navigation.upload_light()
    navigation.wait_for_status("Updating")
    assert navigation.label() == before
    navigation.pass_time(HOUR)
    navigation.wait_until_serves(after)


def test_no_other_object_wakes_the_function(navigation: NavigationDriver) -> None:
    before = navigation.wait_until_at_rest()
    with navigation.without_rule("endpoint"):  # whose schedule would wake it meanwhile
        runs = navigation.runs()
        for key in ("readme.txt", "model.tar.gz.part", "old/model.tar.gz"):
            navigation.upload_bytes(b"something else", f"paligemma/{key}")
        navigation.wait_until_idle()
        assert navigation.runs() == runs
    assert navigation.describe()["LastModifiedTime"] == before["LastModifiedTime"]


def test_a_lost_event_is_made_up_for_by_the_schedule(navigation: NavigationDriver) -> None:
    with navigation.without_rule("upload"):
        label = navigation.upload_light()
        navigation.sweep()
        navigation.wait_until_serves(label)


def test_requests_are_captured_without_their_answers(navigation: NavigationDriver) -> None:
    prompt = f"Is this wide? {datetime.now(UTC).isoformat()}"
    navigation.ask(prompt)
    listed = navigation.s3.list_objects_v2(
        Bucket=navigation.bucket,
        Prefix=f"data-capture/{navigation.endpoint}/{navigation.variant}/",
    )
    keys = [
        item["Key"] for item in sorted(listed["Contents"], key=lambda item: item["LastModified"])
    ]
    bodies = [
        navigation.s3.get_object(Bucket=navigation.bucket, Key=key)["Body"].read() for key in keys
    ]
    (captured,) = [json.loads(body) for body in bodies if prompt.encode() in body]
    assert list(captured["captureData"]) == ["endpointInput"]
    rules = navigation.s3.get_bucket_lifecycle_configuration(Bucket=navigation.bucket)["Rules"]
    (expiring,) = [r for r in rules if r["Filter"].get("Prefix") == "data-capture/"]
    assert expiring["Expiration"]["Days"] == 14
