"""Creating and updating an endpoint really starts the release, and a bad one changes nothing."""

from __future__ import annotations

import urllib.error
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from botocore.exceptions import ClientError

from support.releases import BROKEN, Endpoint, archive

PING = (
    "The primary container for production variant primary did not pass the ping health check. "
    "Please check CloudWatch logs for this endpoint."
)


@pytest.fixture
def endpoint(cloud: Any, client: Any, make_role: Any, unique: str) -> Endpoint:
    return Endpoint(cloud, client, make_role, unique)


@pytest.fixture
def serving(endpoint: Endpoint) -> Endpoint:
    endpoint.serve(endpoint.config("one", archive(name="one")))
    return endpoint


@pytest.mark.parametrize(
    ("release", "content", "reason"),
    [
        ("broken", archive(BROKEN), PING),
        ("zip", b"PK\x03\x04", "Please ensure that the object located at the URL is a valid"),
        ("link", archive(link="model.bin"), "Failed to extract model data archive for container"),
    ],
    # Archives hold the time: both workers must see the same names.
    ids=["broken", "no_archive", "link"],
)
def test_creation_fails_with_the_reason(
    endpoint: Endpoint, release: str, content: bytes, reason: str
) -> None:
    endpoint.create(endpoint.config(release, content))
    assert reason in endpoint.settle("Failed")["FailureReason"]
    assert endpoint.events() == ["CREATING", "FAILED"]


def test_creation_fails_when_the_model_data_is_gone(endpoint: Endpoint) -> None:
    config = endpoint.config("one", archive())
    endpoint.s3.delete_object(Bucket=endpoint.bucket, Key="releases/one")
    endpoint.create(config)
    reason = endpoint.settle("Failed")["FailureReason"]
    assert "Failed to download model data for container" in reason
    assert "Please ensure that there is an object located at the URL and" in reason


def test_failed_endpoint_can_only_be_deleted(endpoint: Endpoint) -> None:
    endpoint.create(endpoint.config("zip", b"no archive"))
    endpoint.settle("Failed")
    with pytest.raises(ClientError, match="can only be deleted") as caught:
        endpoint.update(endpoint.config("other", archive()))
    assert caught.value.response["Error"]["Code"] == "ValidationException"
    endpoint.sagemaker.delete_endpoint(EndpointName=endpoint.name)
    assert endpoint.status() == "Deleting"
    with pytest.raises(ClientError, match="in-progress"):
        endpoint.sagemaker.delete_endpoint(EndpointName=endpoint.name)
    endpoint.pass_time()
    with pytest.raises(ClientError, match="Could not find endpoint"):
        endpoint.describe()
    endpoint.serve(f"{endpoint.name}-other")
    assert endpoint.ask()["model"] == "one"


def test_update_serves_the_old_release_until_the_new_one_runs(serving: Endpoint) -> None:
    config = serving.config("two", archive(name="two"))
    serving.act("hold")
    serving.update(config)
    serving.pass_time()
    described = serving.describe()
    assert described["EndpointStatus"] == "Updating"
    assert described["EndpointConfigName"] == f"{serving.name}-one"
    assert described["PendingDeploymentSummary"]["EndpointConfigName"] == config
    assert serving.ask()["model"] == "one"
    serving.act("release")
    described = serving.settle("InService")
    assert described["EndpointConfigName"] == config
    assert "PendingDeploymentSummary" not in described
    assert serving.ask()["model"] == "two"


def test_bad_release_is_rolled_back_and_keeps_its_reason(serving: Endpoint) -> None:
    serving.update(serving.config("broken", archive(BROKEN)))
    assert serving.settle("RollingBack")["EndpointConfigName"] == f"{serving.name}-one"
    assert serving.ask()["model"] == "one"
    described = serving.settle("InService")
    assert described["FailureReason"] == PING
    assert described["EndpointConfigName"] == f"{serving.name}-one"
    assert serving.ask()["model"] == "one"
    assert serving.events()[2:] == ["UPDATING", "ROLLING_BACK", "IN_SERVICE"]
    serving.update(serving.config("two", archive(name="two")))
    assert "FailureReason" not in serving.describe()
    serving.settle("InService")
    assert serving.ask()["model"] == "two"


def test_a_release_on_the_toolkits_server_is_in_service_although_it_failed(
    serving: Endpoint,
) -> None:
    serving.update(serving.config("broken", archive(BROKEN, server=False), server=False))
    described = serving.settle("InService")
    assert "FailureReason" not in described
    assert described["EndpointConfigName"] == f"{serving.name}-broken"
    with pytest.raises(ClientError, match="the weights do not fit") as caught:
        serving.ask()
    assert caught.value.response["OriginalStatusCode"] == 400


def test_why_a_model_failed_is_in_its_log(endpoint: Endpoint) -> None:
    endpoint.create(endpoint.config("broken", archive(BROKEN)))
    endpoint.settle("Failed")
    group = f"/aws/sagemaker/Endpoints/{endpoint.name}"
    logs = endpoint.client("logs").filter_log_events(logGroupName=group)["events"]
    reason = "not served: the weights do not fit"
    assert reason in [event["message"] for event in logs]


def test_rollback_that_fails_leaves_the_endpoint_updatable(serving: Endpoint) -> None:
    serving.act("fail_rollback")
    serving.update(serving.config("broken", archive(BROKEN)))
    serving.settle("UpdateRollbackFailed")
    assert serving.events()[-1] == "UPDATE_ROLLBACK_FAILED"
    assert serving.ask()["model"] == "one"
    serving.update(serving.config("two", archive(name="two")))
    serving.settle("InService")


def test_maintenance_allows_nothing_but_serving(serving: Endpoint) -> None:
    config = serving.config("two", archive(name="two"))
    serving.act("system_update")
    assert serving.events()[-1] == "SYSTEM_UPDATING"
    assert serving.ask()["model"] == "one"
    changes = (
        lambda: serving.update(config),
        lambda: serving.sagemaker.delete_endpoint(EndpointName=serving.name),
        lambda: scale(serving, 2),
    )
    for change in changes:
        with pytest.raises(ClientError, match="Cannot update in-progress endpoint"):
            change()
    serving.settle("InService")
    serving.update(config)


def scale(endpoint: Endpoint, count: int) -> None:
    endpoint.sagemaker.update_endpoint_weights_and_capacities(
        EndpointName=endpoint.name,
        DesiredWeightsAndCapacities=[{"VariantName": "primary", "DesiredInstanceCount": count}],
    )


def counts(endpoint: Endpoint) -> tuple[int, int]:
    variant = endpoint.describe()["ProductionVariants"][0]
    return variant["CurrentInstanceCount"], variant["DesiredInstanceCount"]


def test_scaling_starts_instances_from_what_the_url_holds_now(serving: Endpoint) -> None:
    scale(serving, 2)
    assert (serving.status(), counts(serving)) == ("Updating", (1, 2))
    serving.settle("InService")
    assert counts(serving) == (2, 2)
    state = serving.cloud.control("endpoints")["endpoints"][serving.name]
    assert state["instances"] == {"primary": 2}
    serving.s3.put_object(
        Bucket=serving.bucket, Key="releases/one", Body=archive(name="overwritten")
    )
    scale(serving, 3)
    serving.settle("InService")
    assert answers(serving) == {"one", "overwritten"}


def answers(endpoint: Endpoint) -> set[str]:
    """Models that answer when three instances are asked at once."""
    with ThreadPoolExecutor(6) as pool:
        return {answer["model"] for answer in pool.map(lambda _: endpoint.ask(), range(30))}


def test_scaling_that_fails_is_rolled_back(serving: Endpoint) -> None:
    serving.s3.delete_object(Bucket=serving.bucket, Key="releases/one")
    scale(serving, 2)
    serving.settle("RollingBack")
    described = serving.settle("InService")
    assert "Failed to download model data" in described["FailureReason"]
    assert counts(serving) == (1, 1)
    assert serving.ask()["model"] == "one"


@pytest.mark.parametrize(
    ("settings", "count", "percentage"),
    [
        ({}, 1, 50),
        ({"RetainAllVariantProperties": True}, 2, 10),
        (
            {
                "RetainAllVariantProperties": True,
                "ExcludeRetainedVariantProperties": [{"VariantPropertyType": "DataCaptureConfig"}],
            },
            2,
            50,
        ),
    ],
)
def test_update_retains_what_it_is_told(
    endpoint: Endpoint, settings: dict[str, Any], count: int, percentage: int
) -> None:
    def capture(value: int) -> dict[str, Any]:
        return {
            "InitialSamplingPercentage": value,
            "DestinationS3Uri": f"s3://{endpoint.bucket}/capture",
            "CaptureOptions": [{"CaptureMode": "Input"}],
        }

    endpoint.serve(endpoint.config("one", archive(), DataCaptureConfig=capture(10)))
    scale(endpoint, 2)
    endpoint.settle("InService")
    endpoint.update(endpoint.config("two", archive(), DataCaptureConfig=capture(50)), **settings)
    described = endpoint.settle("InService")
    assert counts(endpoint) == (count, count)
    assert described["DataCaptureConfig"]["CurrentSamplingPercentage"] == percentage
    state = endpoint.cloud.control("endpoints")["endpoints"][endpoint.name]
    assert state["instances"] == {"primary": count}


def test_update_needs_the_configuration_in_use(serving: Endpoint) -> None:
    config = serving.config("two", archive())
    serving.sagemaker.delete_endpoint_config(EndpointConfigName=f"{serving.name}-one")
    with pytest.raises(ClientError, match=f'configuration "arn:.*{serving.name}-one"'):
        serving.update(config)


def test_durations_and_actions_are_checked(serving: Endpoint) -> None:
    before = serving.cloud.control("endpoints")["durations"]
    assert before["Creating"] == before["Updating"] == 2.0
    for body in (
        {"durations": {"InService": 1}},
        {"durations": {"Updating": -1}},
        {"endpoint": serving.name, "action": "explode"},
        {"endpoint": "nobody", "action": "hold"},
    ):
        with pytest.raises(urllib.error.HTTPError) as caught:
            serving.cloud.control("endpoints", body)
        assert caught.value.code == 400
    serving.cloud.control("endpoints", {"durations": {"Updating": 300}})
    try:
        serving.update(serving.config("two", archive()))
        serving.cloud.control("clock", {"advance_seconds": 200})
        assert serving.status() == "Updating"
        serving.settle("InService")
    finally:
        serving.cloud.control("endpoints", {"durations": {"Updating": 2}})
