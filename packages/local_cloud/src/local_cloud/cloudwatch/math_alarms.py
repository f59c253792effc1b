"""CloudWatch alarms on metric math: their queries are kept, checked and described."""

from __future__ import annotations

import json
from typing import Any

from ministack.services import cloudwatch

from local_cloud.cloudwatch import metric_math

_OF_ONE_METRIC = (
    "MetricName",
    "Namespace",
    "Statistic",
    "ExtendedStatistic",
    "Period",
    "Unit",
    "Dimensions",
)
_MOST = 10  # metrics, and expressions, says botocore of MetricDataQuery


def apply() -> None:
    """Apply the corrections of this module."""
    queries_of_alarms_are_kept()


def queries_of_alarms_are_kept() -> None:
    """AWS watches what an alarm's Metrics make; MiniStack dropped them, and mistakes with them."""
    original = cloudwatch._put_metric_alarm

    def _put_metric_alarm(params: Any, data: Any, is_cbor: bool, is_json: bool = False) -> Any:
        structured = is_cbor or is_json
        given = data if structured else {name: cloudwatch._p(params, name) for name in params}
        queries = data.get("Metrics") if structured else _nested(params, "Metrics")
        if not queries:
            return original(params, data, is_cbor, is_json)
        queries = [_complete(query) for query in queries]
        mistake = problem(queries, [name for name in _OF_ONE_METRIC if given.get(name)])
        if mistake:
            return cloudwatch._error(
                "ValidationError", mistake, 400, use_json=is_json, use_cbor=is_cbor
            )
        answer = original(params, data, is_cbor, is_json)
        if answer[0] == 200:
            alarm = cloudwatch._alarms[given["AlarmName"]]
            alarm.update(dict.fromkeys(_OF_ONE_METRIC), Dimensions=[], Metrics=queries)
            cloudwatch._evaluate_alarm(alarm)
        return answer

    cloudwatch._put_metric_alarm = _put_metric_alarm


def problem(queries: list[dict[str, Any]], single: list[str]) -> str:
    """Why AWS refuses the queries of an alarm, empty when it takes them.

    Args:
        queries: the request's Metrics, complete.
        single: parameters of the request that are for alarms on one metric.
    """
    if single:
        return f"Metrics and {single[0]} exclude each other"
    metrics = [query["Id"] for query in queries if "MetricStat" in query]
    expressions = [query for query in queries if "Expression" in query]
    if len(metrics) > _MOST or len(expressions) > _MOST:
        return f"Metrics may hold {_MOST} metrics and {_MOST} expressions"
    returned = [query for query in queries if query["ReturnData"]]
    if len(returned) != 1 or "Expression" not in returned[0]:
        return "exactly one of Metrics, an expression, must have ReturnData true"
    try:
        for query in expressions:
            metric_math.evaluate(query["Expression"], dict.fromkeys(metrics, 0.0), metrics)
    except metric_math.UnsupportedExpressionError as error:
        return f"Invalid metrics list: {error}"
    return ""


def _complete(query: dict[str, Any]) -> dict[str, Any]:
    complete = json.loads(json.dumps(query))
    complete["ReturnData"] = str(query.get("ReturnData", True)).lower() == "true"
    if "MetricStat" in complete:
        complete["MetricStat"]["Period"] = int(complete["MetricStat"]["Period"])
    return dict(complete)


def _nested(params: Any, name: str) -> Any:
    """The argument of a Query request that is spread over `name.member.1.Id` and so on."""
    tree: dict[str, Any] = {}
    for key in params:
        first, *path = key.split(".")
        if first == name and path:
            node = tree
            for part in path[:-1]:
                node = node.setdefault(part, {})
            node[path[-1]] = cloudwatch._p(params, key)
    return _with_lists(tree)


def _with_lists(node: Any) -> Any:
    if not isinstance(node, dict):
        return node
    if set(node) == {"member"}:
        members = sorted(node["member"].items(), key=lambda entry: int(entry[0]))
        return [_with_lists(member) for _, member in members]
    return {key: _with_lists(value) for key, value in node.items()}
