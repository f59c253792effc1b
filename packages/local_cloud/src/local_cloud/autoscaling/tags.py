"""Tags of scalable targets."""

from __future__ import annotations

import json
from typing import Any


def apply(response: Any) -> None:
    """AWS keeps tags of scalable targets, which Terraform reads on every refresh; moto has none."""
    response.list_tags_for_resource = _list_tags_for_resource
    response.tag_resource = _tag_resource
    response.untag_resource = _untag_resource
    original = response.register_scalable_target

    def register_scalable_target(self: Any) -> Any:
        answer = original(self)
        if self._get_param("Tags"):
            _tags(self, json.loads(answer)["ScalableTargetARN"]).update(self._get_param("Tags"))
        return answer

    response.register_scalable_target = register_scalable_target


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
