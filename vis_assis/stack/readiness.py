"""What stands in the way of a deployment on this machine and in the account: state and names."""

from __future__ import annotations

import json
import platform
from collections.abc import Iterator

from botocore.exceptions import ClientError

from vis_assis.aws.cloud import Cloud, is_not_found
from vis_assis.aws.readiness import MISSING, READY, Finding
from vis_assis.stack.target import Target
from vis_assis.takeover.journal import cut_off

LOCK = ".terraform.tfstate.lock.info"


def findings(target: Target, cloud: Cloud, prefix: str) -> Iterator[Finding]:
    """Checks tools, the state and whether the stack's name is free.

    Args:
        prefix: the stack's name_prefix.
    """
    answer = target.terraform.run("version", "-json", quiet=True).stdout
    version = json.loads(answer)["terraform_version"]
    yield Finding("tools", READY, f"Terraform {version}, Python {platform.python_version()}")
    state = target.terraform.state
    if left := cut_off(target.journal, target.journal_copy):
        yield Finding("state", MISSING, f"a run did not end: {left}", "run it again: it repairs")
    elif state is not None and state.with_name(LOCK).exists():
        remedy = f"wait for it; if it was killed, remove {state.with_name(LOCK)}"
        yield Finding("state", MISSING, "Terraform is at work in this state", remedy)
    else:
        where = "in the backend" if state is None else "here" if state.exists() else "none yet"
        yield Finding("state", READY, where)
    bucket = f"{prefix}-model-artifacts-production-{cloud.identity[1]}"
    is_new = state is not None and not state.exists()
    if is_new and _exists(cloud, bucket):
        remedy = "use the state of that stack, another name_prefix, or ADOPT=1 if its state is lost"
        yield Finding("name", MISSING, f"{bucket} exists already", remedy)
    else:
        yield Finding("name", READY, f"{prefix} is free" if is_new else f"{prefix} has its state")


def _exists(cloud: Cloud, bucket: str) -> bool:
    try:
        cloud.client("s3").head_bucket(Bucket=bucket)
    except ClientError as error:
        if is_not_found(error):
            return False
        if error.response["Error"]["Code"] != "403":
            raise
    return True
