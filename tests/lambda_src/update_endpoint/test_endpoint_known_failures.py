"""What naive controllers get wrong, each by its name."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from tests.fakes import archives
from tests.fakes.navigation_world import BUCKET, ENDPOINT, NavigationWorld
from update_endpoint.errors import UnexpectedStatus

A, B, C = (archives.good(label) for label in "abc")


@pytest.fixture
def world() -> NavigationWorld:
    """An endpoint that serves release A."""
    world = NavigationWorld()
    world.upload(A)
    world.settle()
    assert world.serves(A)
    return world


@pytest.mark.parametrize("status", ["Updating", "RollingBack", "SystemUpdating", "Deleting"])
def test_nothing_is_called_while_the_endpoint_is_busy(world: NavigationWorld, status: str) -> None:
    world.live.status = status
    world.upload(B)
    before = len(world.hosting.history), world.keys()
    assert world.run().action == "Wait"
    assert {name for name, _ in world.hosting.history[before[0] :]} <= {
        "ListEndpoints",
        "DescribeEndpoint",
        "ListModels",
        "ListEndpointConfigs",
    }
    assert world.keys() == before[1]


def test_update_keeps_the_scaled_out_instance_count(world: NavigationWorld) -> None:
    world.hosting.rescale(ENDPOINT, 2)
    world.finish()
    world.upload(B)
    world.settle()
    assert world.serves(B)
    assert world.live.count == 2


def test_validation_exception_is_no_answer(world: NavigationWorld) -> None:
    for operation in ("DescribeEndpoint", "UpdateEndpoint"):
        world.upload(B if operation == "DescribeEndpoint" else C)
        world.hosting.inject(operation, "ValidationException")
        with pytest.raises(Exception, match="ValidationException"):
            world.run()
        assert not world.calls("CreateEndpoint")[1:]
    world.settle()
    assert world.serves(C)


def test_other_objects_beside_the_upload_change_nothing(world: NavigationWorld) -> None:
    for key in ("paligemma/notes.txt", "paligemma/model.tar.gz.bak", "paligemma/old/model.tar.gz"):
        world.s3.put_object(Bucket=BUCKET, Key=key, Body=B)
    assert world.run().reason == "the newest upload is served"
    assert world.serves(A)
    assert not world.calls("UpdateEndpoint")


def test_data_capture_goes_where_it_was_told_and_a_change_arrives(world: NavigationWorld) -> None:
    world.configure(capture_percentage=5, capture_uri="s3://logs/navigation/capture")
    world.settle()
    assert world.live.capture["DestinationS3Uri"] == "s3://logs/navigation/capture"
    assert world.live.capture["InitialSamplingPercentage"] == 5
    assert world.live.capture["CaptureOptions"] == [{"CaptureMode": "Input"}]
    world.configure(capture_percentage=0)
    world.settle()
    assert world.live.capture == {}


def test_update_is_no_rolling_one_and_carries_the_alarms(world: NavigationWorld) -> None:
    world.upload(B)
    world.run()
    (call,) = world.calls("UpdateEndpoint")
    deployment = call["DeploymentConfig"]
    routing = deployment["BlueGreenUpdatePolicy"]["TrafficRoutingConfiguration"]
    assert routing["Type"] == "ALL_AT_ONCE"
    alarms = deployment["AutoRollbackConfiguration"]["Alarms"]
    assert [alarm["AlarmName"] for alarm in alarms] == ["errors", "latency"]


def test_changed_instance_type_takes_the_scaling_target_away_first(world: NavigationWorld) -> None:
    resource = f"endpoint/{ENDPOINT}/variant/navigation"
    world.scaling.targets[resource] = {"ResourceId": resource}
    world.upload(B)
    world.settle()
    assert resource in world.scaling.targets, "the same type leaves scaling alone"
    world.configure(instance_type="ml.g6.xlarge")
    world.settle()
    variant = world.hosting.configs[world.live.config]["ProductionVariants"][0]
    assert variant["InstanceType"] == "ml.g6.xlarge"
    assert resource not in world.scaling.targets


def test_one_failed_endpoint_counts_once_however_often_it_is_seen() -> None:
    world = NavigationWorld()
    world.upload(archives.failing("x"))
    world.run()
    world.finish()
    world.hosting.inject("DeleteEndpoint", "ThrottlingException", times=5)
    for _ in range(5):
        with pytest.raises(ClientError, match="Throttling"):
            world.run()
    assert (world.record()[0]["failures"], world.states()) == (1, ["accepted"])


def test_status_that_only_a_person_can_judge_is_an_error(world: NavigationWorld) -> None:
    world.live.status = "OutOfService"
    with pytest.raises(UnexpectedStatus, match="OutOfService"):
        world.run()
