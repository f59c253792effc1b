"""POST /invokesagemakerinference: one invocation with the whole tree, or one per question."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from typing import Any

import boto3
from botocore.config import Config

from bench.comparison import Comparison, Outcome, Way
from bench.navigation_endpoint import serving
from invoke_navigation.decision_tree import NO, YES, contract_answers, says
from invoke_navigation.endpoint import JSON, ask, client_config
from invoke_navigation.image_data import ImageData
from invoke_navigation.request import PROMPTS, Request

NAME = "navigation"
SECONDS = 24
_JPEG = b"\xff\xd8\xff\xe0"
_QUESTIONS = {name: f"answer en question {name}" for name in PROMPTS}
_SAYS = {"prompt_2": YES, "prompt_3": "a chair", "prompt_4": "a wall"}


@contextmanager
def comparison(image_bytes: int, asked: int, latency_seconds: float) -> Iterator[Comparison]:
    """The three answers about an image; the endpoint is there for the time of the block.

    Parameters:
        image_bytes: size of the image before base64.
        asked: questions that the answers call for: 1 or 3.
        latency_seconds: that the endpoint adds to each request.
    """
    said = {"prompt_1": YES if asked > 1 else NO, **_SAYS}
    answers = {_QUESTIONS[name]: answer for name, answer in said.items()}
    image = _JPEG + Random(3).randbytes(image_bytes - len(_JPEG))  # noqa: S311 - any picture
    request = Request(ImageData(base64.b64encode(image), "jpeg", len(image)), _QUESTIONS)
    with serving(answers, latency_seconds) as endpoint:
        runtime = boto3.client(
            "sagemaker-runtime",
            endpoint_url=endpoint.url,
            region_name="eu-west-1",
            aws_access_key_id="bench",
            aws_secret_access_key="bench",  # noqa: S106 - the stand-in does not look at it
            config=client_config(SECONDS).merge(Config(proxies={})),
        )

        def whole_tree() -> Outcome:
            given = ask(runtime, NAME, request, {}, seconds=SECONDS)
            return Outcome(lambda: given and given.answers, endpoint.taken())

        def one_by_one() -> Outcome:
            given = _walk(runtime, request)
            return Outcome(lambda: given, endpoint.taken())

        yield Comparison(
            "navigation request",
            f"{image_bytes / 1e6:g} MB image, {asked} "
            f"{'answer' if asked == 1 else 'answers'}, {latency_seconds * 1000:.0f} ms per request",
            Way("image once, with the tree", whole_tree),
            Way("one invocation per question", one_by_one),
        )


def _walk(runtime: Any, request: Request) -> dict[str, str]:
    """The same tree, with the caller deciding what to ask next."""
    answers: dict[str, str] = {}

    def put(name: str) -> str:
        image = request.image.base64.decode()
        body = json.dumps({"image": image, "prompt": request.prompts[name]})
        answer = runtime.invoke_endpoint(
            EndpointName=NAME, ContentType=JSON, Accept=JSON, Body=body.encode()
        )
        answers[name] = json.loads(answer["Body"].read())["answer"]
        return answers[name]

    if says(put("prompt_1"), YES):
        second = put("prompt_2")
        if says(second, YES):
            put("prompt_3")
        elif says(second, NO):
            put("prompt_4")
    return contract_answers({"answers": answers})
