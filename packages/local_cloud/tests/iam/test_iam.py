"""What IAM refuses, and what it compares conditions with."""

from __future__ import annotations

import json
from typing import Any

import pytest
from botocore.exceptions import ClientError

ACCOUNT = "123456789012"
TRUST = {
    "Effect": "Allow",
    "Principal": {"Service": "lambda.amazonaws.com"},
    "Action": "sts:AssumeRole",
}


def document(*statements: dict[str, Any], indent: int | None = None) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements}, indent=indent)


def allow(characters: int, **more: Any) -> str:
    """A policy of this size without white space."""
    text = document({"Effect": "Allow", "Action": "s3:GetObject", "Resource": "", **more})
    fill = characters - len("".join(text.split()))
    return text.replace('"Resource": ""', f'"Resource": "{"r" * fill}"')


def refused(call: Any, **request: Any) -> tuple[str, str]:
    with pytest.raises(ClientError) as caught:
        call(**request)
    error = caught.value.response["Error"]
    return error["Code"], error["Message"]


def test_the_inline_policies_of_a_role_are_limited_together(
    client: Any, make_role: Any, unique: str
) -> None:
    iam, role = client("iam"), make_role("lambda").rpartition("/")[2]
    iam.put_role_policy(RoleName=role, PolicyName="one", PolicyDocument=allow(10_000))
    iam.put_role_policy(RoleName=role, PolicyName="two", PolicyDocument=allow(240))
    code, message = refused(
        iam.put_role_policy, RoleName=role, PolicyName="two", PolicyDocument=allow(241)
    )
    assert code == "LimitExceeded"
    assert message == f"Maximum policy size of 10240 bytes exceeded for role {role}"
    padded = json.dumps(json.loads(allow(9_999)), indent=40)
    iam.put_role_policy(RoleName=role, PolicyName="one", PolicyDocument=padded)
    iam.put_role_policy(RoleName=role, PolicyName="two", PolicyDocument=allow(241))


def test_managed_policies_are_limited_in_size_and_number(
    client: Any, make_role: Any, unique: str
) -> None:
    iam, role = client("iam"), make_role("lambda").rpartition("/")[2]
    limit = "LimitExceeded", "Cannot exceed quota for PolicySize: 6144"
    arn = iam.create_policy(PolicyName=unique, PolicyDocument=allow(6_144))["Policy"]["Arn"]
    assert refused(iam.create_policy, PolicyName="x", PolicyDocument=allow(6_145)) == limit
    assert refused(iam.create_policy_version, PolicyArn=arn, PolicyDocument=allow(6_145)) == limit
    iam.attach_role_policy(RoleName=role, PolicyArn=arn)
    for number in range(9):
        name = f"{unique}-{number}"
        made = iam.create_policy(PolicyName=name, PolicyDocument=allow(200))["Policy"]["Arn"]
        iam.attach_role_policy(RoleName=role, PolicyArn=made)
    iam.attach_role_policy(RoleName=role, PolicyArn=arn)
    assert refused(
        iam.attach_role_policy,
        RoleName=role,
        PolicyArn="arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess",
    ) == ("LimitExceeded", "Cannot exceed quota for PoliciesPerRole: 10")


@pytest.mark.parametrize(
    ("statement", "says"),
    [
        ({**TRUST, "Resource": "*"}, "Has prohibited field Resource"),
        ({**TRUST, "Action": ["sts:AssumeRole", "s3:GetObject"]}, "may only specify STS"),
        ({**TRUST, "Action": "*"}, "may only specify STS"),
        ({"Effect": "Allow", "Action": "sts:AssumeRole"}, "Missing required field Principal"),
    ],
)
def test_a_trust_policy_says_who_and_nothing_else(
    client: Any, make_role: Any, unique: str, statement: dict[str, Any], says: str
) -> None:
    iam, role, trust = client("iam"), make_role("lambda").rpartition("/")[2], document(statement)
    for code, message in (
        refused(iam.create_role, RoleName=unique, AssumeRolePolicyDocument=trust),
        refused(iam.update_assume_role_policy, RoleName=role, PolicyDocument=trust),
    ):
        assert code == "MalformedPolicyDocument"
        assert says in message


def test_a_trust_policy_is_limited(client: Any, unique: str) -> None:
    many = [f"arn:aws:iam::{ACCOUNT}:role/{number:0>60}" for number in range(30)]
    code, message = refused(
        client("iam").create_role,
        RoleName=unique,
        AssumeRolePolicyDocument=document({**TRUST, "Principal": {"AWS": many}}),
    )
    assert (code, message) == ("LimitExceeded", "Cannot exceed quota for ACLSizePerRole: 2048")


def test_a_role_does_not_say_who_may_use_its_policy(
    client: Any, make_role: Any, unique: str
) -> None:
    iam, role = client("iam"), make_role("lambda").rpartition("/")[2]
    policy = {"PolicyName": unique, "PolicyDocument": allow(300, Principal="*")}
    says = ("MalformedPolicyDocument", "Policy document should not specify a principal.")
    assert refused(iam.create_policy, **policy) == says
    assert refused(iam.put_role_policy, RoleName=role, **policy) == says


@pytest.mark.parametrize(
    ("principal", "may"),
    [
        ("arn:aws:iam::{account}:role/{name}", True),
        ("arn:aws:sts::{account}:assumed-role/{name}/*", False),
    ],
)
def test_a_session_goes_by_its_role_in_conditions(
    client: Any, make_role: Any, principal: str, may: bool
) -> None:
    role = make_role("lambda")
    name = role.rpartition("/")[2]
    condition = {"aws:PrincipalArn": principal.format(account=ACCOUNT, name=name)}
    statement = {"Effect": "Allow", "Action": "s3:ListAllMyBuckets", "Resource": "*"}
    client("iam").put_role_policy(
        RoleName=name,
        PolicyName="conditional",
        PolicyDocument=document({**statement, "Condition": {"ArnLike": condition}}),
    )
    if may:
        client("s3", role).list_buckets()
    else:
        with pytest.raises(ClientError, match="AccessDenied"):
            client("s3", role).list_buckets()
