"""The paths that property references and ``Std:JsonGet`` use: ``a.b['c'][0]``."""

from __future__ import annotations

import re
from typing import Any

from local_cloud.sagemaker.pipelines.engine.errors import ExpressionError

# a member, a quoted member or an index; a leading "$" or "." is accepted as JSONPath writes it
_PART = re.compile(r"""\.?([^.\[\]'"$]+)|\[\s*(?:'([^']*)'|"([^"]*)"|(\d+))\s*\]""")
# Lists of a Describe answer are addressed by the name of the item, e.g. Outputs['report'].
_NAME_KEYS = ("OutputName", "InputName", "Name")


def split_path(path: str) -> list[str | int]:
    """Split a path into member names and list indexes; raises ExpressionError when malformed."""
    parts: list[str | int] = []
    position = 1 if path.startswith("$") else 0
    while position < len(path):
        match = _PART.match(path, position)
        if match is None:
            raise ExpressionError(f"malformed path '{path}' at position {position}")
        member, single, double, index = match.groups()
        parts.append(int(index) if index is not None else member or single or double or "")
        position = match.end()
    return parts


def look_up(document: Any, path: str) -> Any:
    """The value at ``path`` in a JSON document; raises ExpressionError when there is none."""
    value = document
    for part in split_path(path):
        value = _descend(value, part, path)
    return value


def _descend(value: Any, part: str | int, path: str) -> Any:
    if isinstance(value, dict) and part in value:
        return value[part]
    if isinstance(value, list):
        if isinstance(part, int) and part < len(value):
            return value[part]
        for item in value:
            if isinstance(item, dict) and part in [item.get(key) for key in _NAME_KEYS]:
                return item
    raise ExpressionError(f"nothing at '{part}' of path '{path}'")
