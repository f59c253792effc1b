"""Images in registries of other accounts, which MiniStack takes for repositories of the caller's.

The repository's owner decides who may pull, and AWS's own let every account do that where they
hold an image: https://github.com/aws/sagemaker-python-sdk/issues/4064 has the answer of one that
does not. The accounts are those of the SageMaker SDK's `image_uri_config`.
"""

from __future__ import annotations

import json
from typing import Any

from ministack.core.responses import error_response_json, get_account_id, get_region, json_response
from ministack.services import ecr

_SCIKIT_LEARN = ("141502667606", "eu-west-1", "sagemaker-scikit-learn")
_HUGGING_FACE = ("763104351884", "eu-west-1", "huggingface-pytorch-inference")
IMAGES = {
    _SCIKIT_LEARN: {"1.9-0-cpu-py3"},
    _HUGGING_FACE: {"2.6.0-transformers4.51.3-gpu-py312-cu124-ubuntu22.04"},
}
"""Tags by registry, region and repository: what a stack in the local cloud's region pulls."""


def apply() -> None:
    """Apply the correction."""
    original = ecr._batch_get_image

    def batch_get_image(data: dict[str, Any]) -> Any:
        registry, repository = data.get("registryId"), data.get("repositoryName", "")
        if registry in (None, get_account_id()):
            return original(data)
        tags = IMAGES.get((registry, get_region(), repository))
        if tags is None:
            arn = f"arn:aws:ecr:{get_region()}:{registry}:repository/{repository}"
            why = "no resource-based policy allows the ecr:BatchGetImage action"
            return error_response_json(
                "AccessDeniedException",
                f"The caller is not authorized to perform: ecr:BatchGetImage on resource: {arn} "
                f"because {why}",
                400,
            )
        place = {"registryId": registry, "repositoryName": repository}
        found, failures = [], []
        for image in data.get("imageIds", []):
            if image.get("imageTag") in tags:
                manifest = json.dumps({"schemaVersion": 2})
                found.append({**place, "imageId": image, "imageManifest": manifest})
            else:
                failures.append({"imageId": image, "failureCode": "ImageNotFound"})
        return json_response({"images": found, "failures": failures})

    ecr._batch_get_image = batch_get_image
