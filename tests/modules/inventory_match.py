"""Compares what an inventory lists with what a plan holds."""

from __future__ import annotations

import json
from typing import Any


def differences(expected: Any, actual: Any, where: str = "") -> list[str]:
    """What of `expected` is not so in `actual`, one line each.

    Only what is listed is compared: mappings may hold more. Text that holds JSON, such as a
    policy, is compared as the structure that it is when a structure is expected.
    """
    if isinstance(expected, dict | list) and isinstance(actual, str):
        return differences(expected, json.loads(actual), where)
    if isinstance(expected, dict):
        return _mapping_differences(expected, actual, where)
    if isinstance(expected, list):
        return _list_differences(expected, actual, where)
    return [] if expected == actual else [f"{where}: expected {expected!r}, planned {actual!r}"]


def _mapping_differences(expected: dict[str, Any], actual: Any, where: str) -> list[str]:
    if isinstance(actual, list) and len(actual) == 1:  # a nested block that occurs once
        return _mapping_differences(expected, actual[0], where)
    if not isinstance(actual, dict):
        return [f"{where}: expected a mapping, planned {actual!r}"]
    found: list[str] = []
    for key, value in expected.items():
        place = f"{where}.{key}".lstrip(".")
        if key not in actual:
            found.append(f"{place}: missing")
        else:
            found += differences(value, actual[key], place)
    return found


def _list_differences(expected: list[Any], actual: Any, where: str) -> list[str]:
    if not isinstance(actual, list) or len(actual) != len(expected):
        return [f"{where}: expected {expected!r}, planned {actual!r}"]
    return [
        line
        for index, (left, right) in enumerate(zip(expected, actual, strict=True))
        for line in differences(left, right, f"{where}[{index}]")
    ]
