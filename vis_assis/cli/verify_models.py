"""`vis-assis verify-models`: whether users get what promotion signed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import typer

from common.model_index import Model
from vis_assis.aws import model_verification
from vis_assis.cli.deployed import deployed_stack
from vis_assis.cli.one_line import say
from vis_assis.cli.output import AsJson, joined, minute, print_json, size
from vis_assis.cli.stack_commands import StateDir
from vis_assis.errors import CommandError
from vis_assis.stack.target import LOCAL_STATE_DIR

AtLeast = Annotated[
    int, typer.Option("--at-least", min=0, help="The sequence that an earlier run printed.")
]


def verify_models_command(
    *, at_least: AtLeast = 0, as_json: AsJson = False, state_dir: StateDir = LOCAL_STATE_DIR
) -> None:
    """Compares the production bucket with the signed index, byte by byte.

    The keys that it trusts are the stack's output `model_signing_keys`. Ends with 1 when something
    does not fit.

    Example: vis-assis verify-models --at-least 1796040000
    """
    with deployed_stack("verify-models", state_dir) as stack:
        s3, bucket = stack.cloud.client("s3"), stack.outputs["production_bucket"]
        keys = model_verification.trusted_keys(stack.outputs["model_signing_keys"])
        found = model_verification.verify(
            s3, bucket, keys, now=datetime.now(UTC), at_least=at_least
        )
        if as_json:
            print_json(found)
        else:
            for kind, model in found.models.items():
                say(f"{kind}: {_where_from(model)}")
            signed = "signed" if found.is_signed else "not signed, as model_signing is off"
            say(f"index {found.sequence}, {signed}, until {minute(found.expires_at)}")
            for problem in found.problems:
                say(f"wrong: {problem}")
        if found.problems:
            raise CommandError("the bucket is not as promotion signed it")
        if not as_json:
            say(f"Next time: `vis-assis verify-models --at-least {found.sequence}`")


def _where_from(model: Model) -> str:
    source = f"{model.repository}@{model.revision}" if model.repository else model.uploaded_key
    return joined(
        (
            f"version {model.version}" if model.version else "uploaded by hand",
            source,
            model.execution_arn,
            f"approved by {model.approved_by}" if model.approved_by else None,
            f"{len(model.files)} files",
            size(model.bytes),
        )
    )
