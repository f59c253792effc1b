"""S3: pages of keys and versions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any
from xml.etree.ElementTree import Element, SubElement

from ministack.services import s3

from local_cloud.s3.checksums import Answer

MAX_KEYS = 1000
"""https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectVersions.html"""

_LISTINGS = ("_list_objects_v1", "_list_objects_v2", "_list_object_versions")


def apply() -> None:
    """Apply the corrections of this module."""
    versions_are_listed_page_by_page()
    pages_have_a_thousand_keys_at_most()


@dataclass(frozen=True)
class _Row:
    """A version of a key, or what the keys of a common prefix are rolled up to."""

    key: str
    version: dict[str, Any] | None = None

    @property
    def version_id(self) -> str:
        return str(self.version["version_id"]) if self.version else ""


def versions_are_listed_page_by_page() -> None:
    """AWS lists each version and common prefix once, and encodes keys when asked.

    MiniStack listed them again and again where a page ended on a common prefix or on an object
    without versions, skipped what followed a marker that was deleted meanwhile, and ignored
    encoding-type, so that Terraform's force_destroy deleted another key than one with `+`.
    """
    s3._list_object_versions = _list_object_versions


def pages_have_a_thousand_keys_at_most() -> None:
    """AWS puts at most 1,000 keys on a page, whatever MaxKeys says; MiniStack obeyed."""
    for name in _LISTINGS:
        setattr(s3, name, _limited(getattr(s3, name)))


def _limited(listing: Any) -> Any:
    def limited(bucket: str, query: dict[str, Any]) -> Answer:
        asked_for = int(s3._qp(query, "max-keys", str(MAX_KEYS)))
        if asked_for > MAX_KEYS:
            query = {**query, "max-keys": [str(MAX_KEYS)]}
        answer: Answer = listing(bucket, query)
        return answer

    return limited


def _list_object_versions(bucket_name: str, query: dict[str, Any]) -> Answer:
    if s3._ensure_bucket(bucket_name) is None:
        missing: Answer = s3._no_such_bucket(bucket_name)
        return missing
    encoding = s3._qp(query, "encoding-type", "")

    def encoded(key: str) -> str:
        return str(s3._url_encode(key)) if encoding == "url" else key

    limit = int(s3._qp(query, "max-keys", str(MAX_KEYS)))
    rows = list(islice(_following(bucket_name, query), limit + 1))
    page, rest = rows[:limit], rows[limit:]
    root = Element("ListVersionsResult", xmlns=s3.S3_NS)
    SubElement(root, "Name").text = bucket_name
    for element in ("prefix", "delimiter", "key-marker"):
        text = encoded(s3._qp(query, element, ""))
        if text or element != "delimiter":
            SubElement(root, element.title().replace("-", "")).text = text
    SubElement(root, "VersionIdMarker").text = s3._qp(query, "version-id-marker", "")
    SubElement(root, "MaxKeys").text = str(limit)
    if encoding:
        SubElement(root, "EncodingType").text = encoding
    SubElement(root, "IsTruncated").text = "true" if rest and page else "false"
    if rest and page:
        SubElement(root, "NextKeyMarker").text = encoded(page[-1].key)
        if page[-1].version:
            SubElement(root, "NextVersionIdMarker").text = page[-1].version_id
    for row in page:
        _add(root, row, encoded(row.key))
    return 200, {"Content-Type": "application/xml"}, s3._xml_body(root)


def _following(bucket_name: str, query: dict[str, Any]) -> Iterator[_Row]:
    """The rows after the markers of a request."""
    key, version_id = s3._qp(query, "key-marker", ""), s3._qp(query, "version-id-marker", "")
    passed = not version_id
    for row in _rows(bucket_name, s3._qp(query, "prefix", ""), s3._qp(query, "delimiter", "")):
        if row.key > key:
            yield row
        elif row.key == key and version_id:
            versions = _versions(bucket_name, key)
            # a marker deleted since the last page: what is left of its key comes next
            passed = passed or all(v["version_id"] != version_id for v in versions)
            if passed:
                yield row
            passed = passed or row.version_id == version_id


def _rows(bucket_name: str, prefix: str, delimiter: str) -> Iterator[_Row]:
    objects = s3._buckets[bucket_name]["objects"]
    with_history = {key for bucket, key in s3._object_versions if bucket == bucket_name}
    group = ""
    for key in sorted(with_history.union(objects)):
        if not key.startswith(prefix) or (group and key.startswith(group)):
            continue
        head, found, _ = key[len(prefix) :].partition(delimiter) if delimiter else (key, "", "")
        if found:
            group = prefix + head + found
            yield _Row(group)
        else:
            yield from (_Row(key, version) for version in _versions(bucket_name, key))


def _versions(bucket_name: str, key: str) -> list[dict[str, Any]]:
    """Newest first; an object of a bucket without versions is its own version `null`."""
    history = s3._object_versions.get((bucket_name, key))
    if history:
        return list(reversed(history))
    present = s3._buckets[bucket_name]["objects"].get(key)
    return [{**present, "version_id": "null", "is_latest": True}] if present else []


def _add(root: Element, row: _Row, key: str) -> None:
    version = row.version
    if version is None:
        SubElement(SubElement(root, "CommonPrefixes"), "Prefix").text = key
        return
    marker = version.get("is_delete_marker")
    item = SubElement(root, "DeleteMarker" if marker else "Version")
    SubElement(item, "Key").text = key
    SubElement(item, "VersionId").text = row.version_id
    SubElement(item, "IsLatest").text = "true" if version["is_latest"] else "false"
    SubElement(item, "LastModified").text = version["last_modified"]
    if not marker:
        SubElement(item, "ETag").text = version["etag"]
        SubElement(item, "Size").text = str(version["size"])
        SubElement(item, "StorageClass").text = version.get("storage_class") or "STANDARD"
    SubElement(SubElement(item, "Owner"), "ID").text = s3._canonical_owner_id()
