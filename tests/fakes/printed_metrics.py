"""Metrics that a function printed in embedded metric format."""

from __future__ import annotations

import json


def printed_metrics(output: str) -> dict[tuple[str, str], float]:
    """The sum of each metric, by name and function.

    Parameters:
        output: what was printed, one JSON document per line.
    """
    sums: dict[tuple[str, str], float] = {}
    for line in output.splitlines():
        document = json.loads(line)
        for directive in document["_aws"]["CloudWatchMetrics"]:
            if directive["Namespace"] != "VisAssis" or directive["Dimensions"] != [
                ["FunctionName"]
            ]:
                raise ValueError(f"no alarm finds this metric: {directive}")
            for metric in directive["Metrics"]:
                key = metric["Name"], document["FunctionName"]
                sums[key] = sums.get(key, 0) + sum(document[metric["Name"]])
    return sums
