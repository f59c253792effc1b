"""S3: how precise the times are that it tells."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from ministack.services import s3

_FRACTION = re.compile(r"\.\d+Z")
_TIMES = frozenset({"LastModified", "Initiated"})


def apply() -> None:
    """Apply the corrections of this module."""
    times_are_whole_seconds()


def times_are_whole_seconds() -> None:
    """AWS tells whole seconds, those of delete markers too; MiniStack told milliseconds.

    What comes after what within a second therefore shows in the order of versions only.
    https://github.com/localstack/localstack/blob/8b9a79f/tests/aws/services/s3/test_s3_list_operations.py
    (test_s3_list_object_versions_timestamp_precision, checked against AWS)
    """
    original = s3._xml_body

    def _xml_body(root: Element) -> bytes:
        for element in root.iter():
            if element.tag in _TIMES and element.text:
                element.text = whole_seconds(element.text, ".000Z")
        body: bytes = original(root)
        return body

    s3._xml_body = _xml_body


def whole_seconds(moment: str, end: str = "Z") -> str:
    """An ISO time of MiniStack's without its fraction; listings write `.000Z`."""
    return _FRACTION.sub(end, moment)
