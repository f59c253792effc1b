"""Application Auto Scaling: tags."""

from __future__ import annotations

import json
from typing import Any

from moto.applicationautoscaling.responses import ApplicationAutoScalingResponse as Response


def apply() -> None:
    """AWS keeps tags of scalable targets, which Terraform reads on every refresh; moto has none."""
    Response.list_tags_for_resource = _list_tags_for_resource
    Response.tag_resource = _tag_resource
    Response.untag_resource = _untag_resource
    original = Response.register_scalable_target

    def register_scalable_target(self: Any) -> Any:
        answer = original(self)
        if self._get_param("Tags"):
            _tags(self, json.loads(answer)["ScalableTargetARN"]).update(self._get_param("Tags"))
        return answer

    Response.register_scalable_target = register_scalable_target


def _tags(self: Any, arn: str) -> dict[str, str]:
    store = self.applicationautoscaling_backend.__dict__.setdefault("_local_cloud_tags", {})
    tags: dict[str, str] = store.setdefault(arn, {})
    return tags


def _list_tags_for_resource(self: Any) -> str:
    return json.dumps({"Tags": _tags(self, self._get_param("ResourceARN"))})


def _tag_resource(self: Any) -> str:
    _tags(self, self._get_param("ResourceARN")).update(self._get_param("Tags") or {})
    return "{}"


def _untag_resource(self: Any) -> str:
    for key in self._get_param("TagKeys") or []:
        _tags(self, self._get_param("ResourceARN")).pop(key, None)
    return "{}"
