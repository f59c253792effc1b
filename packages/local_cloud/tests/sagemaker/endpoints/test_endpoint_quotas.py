"""Endpoint instances are limited by type, and an update needs room for both sets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from botocore.exceptions import ClientError

from support.releases import Endpoint, archive

KIND = "ml.g5.4xlarge"  # a type of its own: other tests share the account


@pytest.fixture
def endpoint(cloud: Any, client: Any, make_role: Any, unique: str) -> Iterator[Endpoint]:
    made = Endpoint(cloud, client, make_role, unique)
    yield made
    cloud.control("endpoints", {"quotas": {KIND: None}})
    made.sagemaker.delete_endpoint(EndpointName=made.name)
    made.sagemaker.get_waiter("endpoint_deleted").wait(
        EndpointName=made.name, WaiterConfig={"Delay": 1}
    )


def limit(endpoint: Endpoint, instances: int) -> None:
    endpoint.cloud.control("endpoints", {"quotas": {KIND: instances}})


def refused(caught: pytest.ExceptionInfo[ClientError], used: int, more: int, of: int) -> bool:
    error = caught.value.response["Error"]
    return error["Code"] == "ResourceLimitExceeded" and str(error["Message"]).startswith(
        f"The account-level service limit '{KIND} for endpoint usage' is {of} Instances, with "
        f"current utilization of {used} Instances and a request delta of {more} Instances."
    )


def test_new_account_has_none(endpoint: Endpoint) -> None:
    limit(endpoint, 0)
    config = endpoint.config("one", archive(), kind=KIND)
    with pytest.raises(ClientError) as caught:
        endpoint.create(config)
    assert refused(caught, used=0, more=1, of=0)
    listed = endpoint.sagemaker.list_endpoints(NameContains=endpoint.name)["Endpoints"]
    assert listed == []
    limit(endpoint, 1)
    endpoint.create(config)
    endpoint.settle("InService")


def test_update_needs_as_many_again_and_gives_them_back(endpoint: Endpoint) -> None:
    limit(endpoint, 1)
    endpoint.serve(endpoint.config("one", archive(), kind=KIND))
    config = endpoint.config("two", archive(name="two"), kind=KIND)
    with pytest.raises(ClientError) as caught:
        endpoint.update(config)
    assert refused(caught, used=1, more=1, of=1)
    assert endpoint.ask()["model"] == "one"
    limit(endpoint, 2)
    endpoint.update(config)
    endpoint.settle("InService")
    limit(endpoint, 1)
    wanted = [{"VariantName": "primary", "DesiredInstanceCount": 2}]
    with pytest.raises(ClientError) as caught:
        endpoint.sagemaker.update_endpoint_weights_and_capacities(
            EndpointName=endpoint.name, DesiredWeightsAndCapacities=wanted
        )
    assert refused(caught, used=1, more=1, of=1)
    (variant,) = endpoint.describe()["ProductionVariants"]
    assert variant["DesiredInstanceCount"] == 1
