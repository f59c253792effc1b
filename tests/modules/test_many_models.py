"""Fifty models with the longest names that a stack takes fit into what AWS allows."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from catalogue import load
from local_cloud import LocalCloud
from pipeline_defs import definitions_folder
from tests.modules.planner import Plan, Planner
from tests.stack.test_stack_plan import copy_of_the_repository
from vis_assis.terraform.runner import Terraform

pytestmark = pytest.mark.xdist_group("pipelines")  # the worker that imports the SageMaker SDK
MODELS = 50
PREFIX = "the-prefix-of-23-letter"
ENVIRONMENT_BYTES = 4_096
QUEUE_POLICY_BYTES = 8_192
# AWS gives the ids that are in them; they do not grow with the models.
UNKNOWN = {
    "module.studio[0].aws_iam_role_policy.contents",
    "module.studio[0].aws_iam_role_policy.domain",
    "module.studio[0].aws_iam_role_policy.network",
}
UNKNOWN_CHARACTERS = 2_500


def block(number: int) -> str:
    name = f"model-type-long-{number:02d}x"
    return f"""
  {name}:
    repository: onnx-community/depth-anything-v2-small
    revision: main
    files: ["*.json"]
    licence: Apache-2.0
    max_size_mb: 100
"""


@pytest.fixture(scope="module")
def plan(cloud: LocalCloud, tmp_path_factory: pytest.TempPathFactory) -> Plan:
    folder = tmp_path_factory.mktemp("many")
    clone = copy_of_the_repository(folder / "clone")
    blocks = "".join(block(number) for number in range(MODELS))
    (clone / "models.yaml").write_text(f"models:{blocks}")
    _write_definitions(clone)
    terraform = Terraform(
        data_dir=folder / "terraform",
        environment=cloud.environment(),
        state=folder / "terraform" / "terraform.tfstate",
        root=clone,
    )
    terraform.init()
    reviewer = f"arn:aws:iam::123456789012:role/{'r' * 64}"
    # With a key that is still to be made, no variable of promotion's function is known.
    variables = {
        "no_amplify": True,
        "model_approvers": ["studio", reviewer],
        "model_signing": False,
    }
    return Planner(terraform).plan({**variables, "name_prefix": PREFIX})


def _write_definitions(clone: Path) -> None:
    """Composes one definition and gives it each model's name: the SDK takes a second for each."""
    from pipeline_defs.generator import definition

    models = load(clone / "models.yaml").models
    name, model = next(iter(models.items()))
    composed = definition(name, model)
    definitions = {other: composed.replace(name, other) for other in models}
    definitions[definitions_folder.BASIS] = definitions_folder.basis(models)
    definitions_folder.write(definitions, clone / "pipeline_defs" / "definitions")


def compact(document: str) -> str:
    return json.dumps(json.loads(document), separators=(",", ":"))


@pytest.mark.timeout(600)
def test_iam_takes_every_policy(plan: Plan, client: Any) -> None:
    """The local cloud's IAM has the limits of AWS; what only AWS knows yet counts by its length."""
    iam = client("iam")
    for role in plan.of_type("aws_iam_role").values():
        trust = role["assume_role_policy"]
        iam.create_role(RoleName=role["name"], AssumeRolePolicyDocument=trust)
    unknown = set()
    for address, policy in plan.of_type("aws_iam_role_policy").items():
        document = policy.get("policy")
        if document is None:
            unknown.add(address)
            document = _filled(UNKNOWN_CHARACTERS // len(UNKNOWN))
        names = {"RoleName": policy["role"], "PolicyName": policy["name"]}
        iam.put_role_policy(**names, PolicyDocument=document)
    assert unknown == UNKNOWN
    for policy in plan.of_type("aws_iam_policy").values():
        iam.create_policy(PolicyName=policy["name"], PolicyDocument=policy["policy"])
    attachments = plan.of_type("aws_iam_role_policy_attachment").values()
    for attachment in attachments:
        iam.attach_role_policy(RoleName=attachment["role"], PolicyArn=attachment["policy_arn"])
    assert Counter(a["role"] for a in attachments) == {
        f"{PREFIX}-{role}": MODELS / 10
        for role in ("model-approver", "promote-model", "studio-user", "teardown")
    }


def test_functions_take_their_variables(plan: Plan) -> None:
    sizes = {
        function["function_name"]: sum(len(k) + len(v or "") for k, v in variables.items())
        for function in plan.of_type("aws_lambda_function").values()
        for variables in [function["environment"][0]["variables"]]
    }
    assert {name: size for name, size in sizes.items() if size > ENVIRONMENT_BYTES * 0.9} == {}


def test_queues_take_their_policies(plan: Plan) -> None:
    sizes = {
        address: len(compact(queue["policy"]))
        for address, queue in plan.of_type("aws_sqs_queue").items()
    }
    assert {name: size for name, size in sizes.items() if size > QUEUE_POLICY_BYTES} == {}


def _filled(characters: int) -> str:
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "r" * characters}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})
