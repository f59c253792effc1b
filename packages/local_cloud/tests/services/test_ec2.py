"""The network around Studio behaves as AWS's does."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError


@pytest.mark.parametrize("block", ["10.0.0.0/26", "10.0.0.32/27", "10.0.0.0/16"])
def test_addresses_of_another_subnet_are_refused(client: Any, block: str) -> None:
    ec2 = client("ec2")
    vpc, other = (ec2.create_vpc(CidrBlock="10.0.0.0/16")["Vpc"]["VpcId"] for _ in range(2))
    ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.0/26")
    with pytest.raises(ClientError, match=r"InvalidSubnet\.Conflict"):
        ec2.create_subnet(VpcId=vpc, CidrBlock=block)
    assert ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.0.64/26")["Subnet"]["SubnetId"]
    assert ec2.create_subnet(VpcId=other, CidrBlock=block)["Subnet"]["SubnetId"]
