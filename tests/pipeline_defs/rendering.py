"""Fills a definition's placeholders in, as Terraform's templatefile() does."""

import json
import re
from typing import Any

VALUES = {
    "allowed_licences": "Apache-2.0,MIT",
    "code_s3_uri": "s3://outputs/code/0123",
    "image_uri": "141502667606.dkr.ecr.eu-west-1.amazonaws.com/scikit-learn:1.9-0-cpu-py3",
    "instance_type": "ml.m5.large",
    "job_role_arn": "arn:aws:iam::123456789012:role/vis-assis-depth-job",
    "model_package_group_name": "vis-assis-depth-model-package-group",
    "output_bucket": "outputs",
    "output_prefix": "pipelines",
    "revision": "main",
    "token_secret_arn": "arn:aws:secretsmanager:eu-west-1:123456789012:secret:token-AbCdEf",
}


def render(template: str) -> dict[str, Any]:
    """The definition as SageMaker gets it; an unknown placeholder is a KeyError."""
    text = re.sub(r"\$\{([^}]*)\}", lambda match: VALUES[match[1]], template)
    assert "${" not in text
    assert "%{" not in text
    rendered: dict[str, Any] = json.loads(text)
    return rendered


def steps(definition: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Every step by its name, those in the branches of conditions as well."""
    found: dict[str, dict[str, Any]] = {}
    waiting = list(definition["Steps"])
    while waiting:
        step = waiting.pop()
        found[step["Name"]] = step
        waiting += step["Arguments"].get("IfSteps", []) + step["Arguments"].get("ElseSteps", [])
    return found


def option(step: dict[str, Any], name: str) -> list[Any]:
    """The values that a processing step's arguments give to the option `name`."""
    arguments = step["Arguments"]["AppSpecification"]["ContainerArguments"]
    return [arguments[i + 1] for i, argument in enumerate(arguments) if argument == name]


def flags(step: dict[str, Any]) -> set[str]:
    """The names of all options of a processing step."""
    arguments = step["Arguments"]["AppSpecification"]["ContainerArguments"]
    return {value for value in arguments if isinstance(value, str) and value.startswith("--")}
