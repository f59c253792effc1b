"""Who may use, name and make keys of KMS."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import pytest
from botocore.exceptions import ClientError

ARN = "arn:aws:kms:eu-west-1:123456789012"
SIGNING = {"KeySpec": "ECC_NIST_P256", "KeyUsage": "SIGN_VERIFY"}
MINE = [{"TagKey": "project", "TagValue": "mine"}]
DIGEST = {
    "Message": hashlib.sha256(b"index").digest(),
    "MessageType": "DIGEST",
    "SigningAlgorithm": "ECDSA_SHA_256",
}


def refused(*attempts: Callable[[], Any]) -> None:
    for number, attempt in enumerate(attempts):
        with pytest.raises(ClientError, match="not authorized"):
            pytest.fail(f"attempt {number} was allowed: {attempt()}")


@pytest.fixture
def key(client: Any, unique: str) -> Iterator[str]:
    """A key with an alias, which leaves it to IAM who may use it."""
    kms = client("kms")
    made: str = kms.create_key(**SIGNING, Tags=MINE)["KeyMetadata"]["Arn"]
    kms.create_alias(AliasName=f"alias/{unique}", TargetKeyId=made)
    yield made
    kms.delete_alias(AliasName=f"alias/{unique}")
    kms.schedule_key_deletion(KeyId=made, PendingWindowInDays=7)


def test_only_such_digests_are_signed_whoever_names_the_key(
    client: Any, key: str, unique: str, make_role: Any
) -> None:
    """A key's policy alone lets a role sign, under conditions on the request."""
    role = make_role("lambda")
    policy = json.loads(client("kms").get_key_policy(KeyId=key)["Policy"])
    policy["Statement"] = [
        {**policy["Statement"][0], "Action": ["kms:Put*", "kms:ScheduleKeyDeletion", "kms:*Alias"]},
        {
            "Effect": "Allow",
            "Principal": {"AWS": role},
            "Action": ["kms:Sign", "kms:Verify"],
            "Resource": "*",
            "Condition": {
                "StringEquals": {
                    "kms:MessageType": "DIGEST",
                    "kms:SigningAlgorithm": "ECDSA_SHA_256",
                }
            },
        },
    ]
    client("kms").put_key_policy(KeyId=key, PolicyName="default", Policy=json.dumps(policy))
    signer = client("kms", role)
    signature = signer.sign(KeyId=f"alias/{unique}", **DIGEST)["Signature"]
    assert signer.verify(KeyId=key, Signature=signature, **DIGEST)["SignatureValid"]
    refused(
        lambda: signer.sign(KeyId=key, **{**DIGEST, "MessageType": "RAW"}),
        lambda: signer.sign(KeyId=key, **{**DIGEST, "SigningAlgorithm": "ECDSA_SHA_384"}),
        lambda: client("kms", make_role("lambda", _allow("*", "kms:*"))).sign(KeyId=key, **DIGEST),
    )


def test_requests_carry_what_kind_of_key_and_which_alias(
    key: str, unique: str, allowed: Any
) -> None:
    def may(**condition: Any) -> Any:
        return allowed("kms", ["kms:DescribeKey"], key, Condition=condition)

    own = {"ForAnyValue:StringLike": {"kms:ResourceAliases": f"alias/{unique}"}}
    of_kind = {"StringEquals": {"kms:KeySpec": "ECC_NIST_P256", "kms:KeyUsage": "SIGN_VERIFY"}}
    by_alias = {"StringEquals": {"kms:RequestAlias": f"alias/{unique}"}}
    for condition in (own, of_kind):
        may(**condition).describe_key(KeyId=key)
    may(**by_alias).describe_key(KeyId=f"alias/{unique}")
    refused(
        lambda: may(**by_alias).describe_key(KeyId=key),
        lambda: may(StringEquals={"kms:KeySpec": "RSA_2048"}).describe_key(KeyId=key),
    )


def test_an_alias_takes_the_right_on_both(
    key: str, unique: str, make_role: Any, client: Any
) -> None:
    name = f"alias/second-{unique}"
    for statements in ([_allow(key, "kms:*")], [_allow(f"{ARN}:{name}", "kms:*")]):
        half = client("kms", make_role("lambda", *statements))
        refused(partial(half.create_alias, AliasName=name, TargetKeyId=key))
    both = client("kms", make_role("lambda", _allow([key, f"{ARN}:{name}"], "kms:*Alias")))
    both.create_alias(AliasName=name, TargetKeyId=key)
    both.delete_alias(AliasName=name)


def test_a_new_key_with_tags_takes_the_right_to_tag(make_role: Any, client: Any) -> None:
    condition = {"StringEquals": {"aws:RequestTag/project": "mine", "kms:KeySpec": "ECC_NIST_P256"}}
    create = {**_allow("*", "kms:CreateKey"), "Condition": condition}
    tag = {**_allow(f"{ARN}:key/*", "kms:TagResource"), "Condition": condition}
    maker = client("kms", make_role("lambda", create, tag))
    made = maker.create_key(**SIGNING, Tags=MINE)["KeyMetadata"]["KeyId"]
    client("kms").schedule_key_deletion(KeyId=made, PendingWindowInDays=7)
    other = [{"TagKey": "project", "TagValue": "other"}]
    refused(
        lambda: client("kms", make_role("lambda", create)).create_key(**SIGNING, Tags=MINE),
        lambda: maker.create_key(**SIGNING, Tags=other),
        lambda: maker.create_key(Tags=MINE),
    )


def _allow(resource: str | list[str], *actions: str) -> dict[str, Any]:
    return {"Effect": "Allow", "Action": list(actions), "Resource": resource}
