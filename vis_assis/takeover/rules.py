"""What to do about each type of resource that a cut-off run may have left without recording it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from botocore.exceptions import ClientError

from vis_assis.aws.cloud import Cloud, is_not_found
from vis_assis.errors import CommandError
from vis_assis.takeover import listed, named, studio
from vis_assis.takeover.planned import NotKnownYetError, Planned
from vis_assis.terraform.plan import Change

Finder = Callable[[Cloud, Planned], str | None]

FINDERS: Mapping[str, Finder] = {**named.FINDERS, **listed.FINDERS, **studio.FINDERS}

# Creating these anew overwrites what is there, and deleting their parent deletes them.
GO_WITH_PARENT: Mapping[str, str] = {
    "aws_default_security_group": "VPC",
    "aws_lambda_invocation": "calls a function, makes nothing",
    "aws_s3_bucket_cors_configuration": "bucket",
    "aws_s3_bucket_lifecycle_configuration": "bucket",
    "aws_s3_bucket_logging": "bucket",
    "aws_s3_bucket_notification": "bucket",
    "aws_s3_bucket_ownership_controls": "bucket",
    "aws_s3_bucket_policy": "bucket",
    "aws_s3_bucket_public_access_block": "bucket",
    "aws_s3_bucket_server_side_encryption_configuration": "bucket",
    "aws_s3_bucket_versioning": "bucket",
    "aws_s3_object": "bucket",
    "aws_sns_topic_subscription": "topic",
    "terraform_data": "is in the state only",
}


def find(cloud: Cloud, change: Change) -> str | None:
    """The import id of the resource, when it exists although Terraform would create it.

    None also when the plan does not know yet what it is to be looked up by: its parent is then
    new as well.

    Args:
        cloud: the account to look in.
        change: a planned creation.

    Raises:
        CommandError: when nobody has said what to do about this type.
        botocore.exceptions.ClientError: when AWS refuses to tell.
    """
    if change.type in GO_WITH_PARENT:
        return None
    finder = FINDERS.get(change.type)
    if finder is None:
        raise CommandError(
            f"{change.type} has no finder: add it to vis_assis/takeover, or to GO_WITH_PARENT"
        )
    try:
        return finder(cloud, Planned(change.after))
    except NotKnownYetError:
        return None
    except ClientError as error:
        if is_not_found(error):
            return None
        raise
