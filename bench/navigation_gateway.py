"""From the gateway's request to its answer, deployed locally: `python -m bench.navigation_gateway`.

Deploys a stack with the stand-in of the model (a minute and a half), asks about a picture of 1 MB,
one request after the other, and shows what is not the model's. That includes the local cloud's own
work, which stands in for AWS's gateway, Lambda and SageMaker.
"""

from __future__ import annotations

import base64
import http.client
import json
import random
import time
from collections.abc import Callable
from statistics import median
from typing import Any
from urllib.parse import urlsplit

from navigation_model.packer.light import pack_light_release
from vis_assis.aws import users
from vis_assis.build.environments import ROOT
from vis_assis.journeys.edge_path import wait_for
from vis_assis.journeys.navigation_path import WIDE, NavigationPath, png
from vis_assis.local.local_stack import LocalStack, local_stack

REQUESTS, WARM_UP = 40, 5
IMAGE_BYTES = 1_000_000
# What is captured here is written within the request; SageMaker does so beside it.
VARIABLES = {"navigation_capture": {"percentage": 0}}


def main() -> None:
    """Prints the medians and the best of each part."""
    folder = ROOT / "build" / "bench-navigation"
    with local_stack(folder, variables=VARIABLES) as stack:
        path = NavigationPath(stack.client, stack.outputs)
        path.upload(pack_light_release(folder / "model.tar.gz", "bench").path)
        path.wait_until_serves("bench", 120)
        ask = _asker(stack)
        for _ in range(WARM_UP):
            ask()
        began = time.time()
        whole = [ask() for _ in range(REQUESTS)]
        function = _logged_seconds(stack)[-REQUESTS:]
        model = _model_seconds(stack, path, began)
    _show("gateway to answer", median(whole), min(whole))
    _show("  of which the function, with the endpoint", median(function), min(function))
    _show("  of which the stand-in of the model", *model)
    _show("not the model", median(whole) - model[0], min(whole) - model[1])


def _asker(stack: LocalStack) -> Callable[[], float]:
    """Asks once as a signed-in user over a kept connection; gives the seconds."""
    cognito, outputs = stack.client("cognito-idp"), stack.outputs
    email = "bench@example.org"
    password = users.create(cognito, outputs["user_pool_id"], email)
    token = cognito.initiate_auth(
        AuthFlow="USER_PASSWORD_AUTH",
        ClientId=outputs["user_pool_client_id"],
        AuthParameters={"USERNAME": email, "PASSWORD": password},
    )["AuthenticationResult"]["IdToken"]
    # What follows the end of a PNG is no part of the picture, but travels with it.
    content = png(*WIDE) + random.Random(3).randbytes(IMAGE_BYTES)  # noqa: S311 - any bytes
    image = base64.b64encode(content).decode()
    prompts = {f"prompt_{number}": "Is it wide?" for number in (1, 2, 3, 4)}
    body = json.dumps({"image_data": f"data:image/png;base64,{image}", **prompts}).encode()
    address = urlsplit(outputs["api_url"])
    connection = http.client.HTTPConnection(address.hostname or "", address.port)
    headers = {"Authorization": token, "Content-Type": "application/json"}

    def ask() -> float:
        begun = time.perf_counter()
        connection.request("POST", f"{address.path}/invokesagemakerinference", body, headers)
        answer = connection.getresponse()
        said = answer.read()
        if answer.status != 200:
            raise SystemExit(f"{answer.status}: {said[:200]!r}")
        return time.perf_counter() - begun

    return ask


def _logged_seconds(stack: LocalStack) -> list[float]:
    group = f"/aws/lambda/{stack.outputs['function_names']['invoke_navigation']}"
    pages = stack.client("logs").get_paginator("filter_log_events").paginate(logGroupName=group)
    lines = [event["message"] for page in pages for event in page["events"]]
    return [json.loads(line)["seconds"] for line in lines if '"message":"answered"' in line]


def _model_seconds(stack: LocalStack, path: NavigationPath, began: float) -> tuple[float, float]:
    """Mean and least of ModelLatency, which SageMaker counts in microseconds."""
    query: dict[str, Any] = {
        "Namespace": "AWS/SageMaker",
        "MetricName": "ModelLatency",
        "Dimensions": [
            {"Name": "EndpointName", "Value": path.endpoint},
            {"Name": "VariantName", "Value": stack.outputs["navigation_variant_name"]},
        ],
        "StartTime": began,
        "EndTime": time.time() + 60,
        "Period": 3600,
        "Statistics": ["Average", "Minimum"],
    }
    cloudwatch = stack.client("cloudwatch")
    points = wait_for(
        "the metric", lambda: cloudwatch.get_metric_statistics(**query)["Datapoints"] or None, 60
    )
    return points[0]["Average"] / 1e6, points[0]["Minimum"] / 1e6


def _show(what: str, usual: float, best: float) -> None:
    print(f"{what:45} {usual * 1000:6.1f} ms, at best {best * 1000:6.1f} ms")


if __name__ == "__main__":
    main()
