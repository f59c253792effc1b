"""What naive controllers get wrong, each by its name."""

from __future__ import annotations

import pytest

from tests.fakes import archives
from tests.fakes.navigation_world import BUCKET, ENDPOINT, NavigationWorld

A, B, C = (archives.good(label) for label in "abc")


@pytest.fixture
def world() -> NavigationWorld:
    """An endpoint that serves release A."""
    world = NavigationWorld()
    world.upload(A)
    world.settle()
    assert world.serves(A)
    return world


@pytest.mark.parametrize("status", ["Creating", "Updating"])
def test_upload_while_the_endpoint_is_busy_is_not_lost(status: str) -> None:
    world = NavigationWorld()
    world.upload(A)
    world.run()
    if status == "Updating":
        world.finish()
        world.run()
        world.upload(B)
        world.run()
    assert world.live.status == status
    world.upload(C)
    assert world.run().action == "Wait"
    world.settle()
    assert world.serves(C)


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


def test_failed_endpoint_is_not_stuck_for_ever() -> None:
    world = NavigationWorld()
    world.upload(archives.failing("x"))
    world.run()
    assert world.finish() == "Failed"
    world.upload(B)
    world.settle()
    assert world.serves(B)


def test_every_model_points_at_its_own_immutable_key(world: NavigationWorld) -> None:
    world.upload(B)
    world.settle()
    urls = [model["PrimaryContainer"]["ModelDataUrl"] for model in world.hosting.models.values()]
    assert len(set(urls)) == 2
    assert all(url.startswith(f"s3://{BUCKET}/releases/") for url in urls)
    world.upload(C)
    assert world.hosting.load(world.live.config) == archives.load_script(B)


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


@pytest.mark.parametrize("algorithm", ["CRC64NVME", "CRC32"])
def test_same_bytes_uploaded_twice_do_not_redeploy(world: NavigationWorld, algorithm: str) -> None:
    world.upload(A, ChecksumAlgorithm=algorithm)
    world.settle()
    assert world.serves(A)
    assert not world.calls("UpdateEndpoint")
    assert len(world.keys("releases/")) == len(world.hosting.models) == 1


def test_failed_update_keeps_the_release_before_and_is_not_retried(world: NavigationWorld) -> None:
    bad = archives.failing("x")
    world.upload(bad)
    outcome = world.settle()
    assert world.serves(A)
    assert (outcome.release_failed, world.states()) == (1, ["serving", "failed"])
    for _ in range(5):
        world.clock.advance(3600)
        assert world.run().action == "Keep"
    assert len(world.calls("UpdateEndpoint")) == 1
    world.upload(bad)
    world.settle()
    assert len(world.calls("UpdateEndpoint")) == 2, "a new upload is a new wish"


def test_changed_inputs_give_a_failed_release_another_chance(world: NavigationWorld) -> None:
    world.hosting.no_capacity = True
    world.upload(B)
    assert world.settle().release_failed == 1
    world.hosting.no_capacity = False
    world.configure(instance_type="ml.g6.xlarge")
    assert world.settle().release_failed == 0
    assert world.serves(B)


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
