"""S3: tags of versions at a key that is deleted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from ministack.services import s3

from local_cloud.s3.checksums import Answer


def apply() -> None:
    """Apply the corrections of this module."""
    versions_keep_their_tags_under_a_marker()
    delete_markers_have_no_tags()


def versions_keep_their_tags_under_a_marker() -> None:
    """AWS answers the tags of any version by its id; MiniStack only while the key has an object.

    A key that is deleted has versions as one that is not: the API names no other condition.
    https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObjectTagging.html
    """
    original = s3._get_object_tagging

    def _get_object_tagging(bucket: str, key: str, query: dict[str, Any] | None = None) -> Answer:
        version = _addressed(bucket, key, query)
        if version is None or key in s3._buckets[bucket]["objects"]:
            answer: Answer = original(bucket, key, query)
            return answer
        root = Element("Tagging", xmlns=s3.S3_NS)
        tag_set = SubElement(root, "TagSet")
        identifier = version["version_id"]
        place = (bucket, key, None if identifier == "null" else identifier)
        for name, value in s3._object_tags.get(place, {}).items():
            tag = SubElement(tag_set, "Tag")
            SubElement(tag, "Key").text = name
            SubElement(tag, "Value").text = value
        answered = {"Content-Type": "application/xml", "x-amz-version-id": identifier}
        return 200, answered, s3._xml_body(root)

    s3._get_object_tagging = _get_object_tagging


def delete_markers_have_no_tags() -> None:
    """AWS answers MethodNotAllowed for a marker, current or by its id; MiniStack had it missing.

    https://github.com/localstack/localstack/blob/8b9a79f/tests/aws/services/s3/test_s3_api.snapshot.json
    (test_object_tagging_versioned, recorded from AWS 2026-02-23)
    """
    for name in ("_get_object_tagging", "_put_object_tagging", "_delete_object_tagging"):
        setattr(s3, name, _refusing_markers(getattr(s3, name)))


def _refusing_markers(original: Callable[..., Answer]) -> Callable[..., Answer]:
    def tagging(bucket: str, key: str, *rest: Any) -> Answer:
        version = _addressed(bucket, key, rest[-1] if rest else None)
        if version and version.get("is_delete_marker"):
            refusal: Answer = s3._delete_marker_read_refused(version)
            return refusal
        return original(bucket, key, *rest)

    return tagging


def _addressed(bucket: str, key: str, query: Any) -> dict[str, Any] | None:
    """The version of the request, the latest if it names none; None without versions."""
    versions = s3._object_versions.get((bucket, key), [])
    identifier = s3._qp(query or {}, "versionId", "") or (versions and versions[-1]["version_id"])
    return next((v for v in versions if v["version_id"] == identifier), None)
