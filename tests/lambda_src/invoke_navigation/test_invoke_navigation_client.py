"""The real SageMaker runtime client: one attempt, and errors as the service words them."""

from __future__ import annotations

import base64
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import StringIO
from typing import Any

import boto3

from common.http_api import Response, answered
from common.logging import build_logger
from invoke_navigation import handler
from invoke_navigation.endpoint import client_config
from invoke_navigation.settings import Settings

PNG = base64.b64encode(b"\x89PNG\r\n\x1a\n" + b"picture").decode()
BODY = json.dumps(
    {"image_data": PNG, **{f"prompt_{number}": "What is it?" for number in (1, 2, 3, 4)}}
)
LOGGER = build_logger(service="test-navigation-client", stream=StringIO())


def post(client: Any) -> Response:
    configured = Settings("navigation", 24)
    return answered(
        lambda: handler.respond({"body": BODY}, client, configured, LOGGER), LOGGER, "ask"
    )


@contextmanager
def runtime_over_http(status: int, kind: str, body: bytes) -> Iterator[Any]:
    """The real client against a server that answers every request alike."""

    class Answering(BaseHTTPRequestHandler):
        requests = 0

        def do_POST(self) -> None:
            Answering.requests += 1
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(status)
            self.send_header("x-amzn-ErrorType", kind)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Says nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield boto3.client(
            "sagemaker-runtime",
            region_name="eu-west-1",
            endpoint_url=f"http://127.0.0.1:{server.server_port}",
            aws_access_key_id="example",
            aws_secret_access_key="example",
            config=client_config(5),
        )
        assert Answering.requests == 1, "the image was sent again"
    finally:
        server.shutdown()
        server.server_close()


def test_failures_as_the_service_words_them() -> None:
    message = {"OriginalStatusCode": 413, "OriginalMessage": '{"code": 413, "message": "pixels"}'}
    body = json.dumps({"Message": "Received client error", "LogStreamArn": "arn", **message})
    with runtime_over_http(424, "ModelError", body.encode()) as runtime:
        assert post(runtime)["statusCode"] == 413
    with runtime_over_http(503, "ServiceUnavailable", b"{}") as runtime:
        assert post(runtime)["statusCode"] == 503
    with runtime_over_http(429, "ThrottlingException", b"{}") as runtime:
        assert post(runtime)["statusCode"] == 429


def test_an_answer_as_the_service_sends_it() -> None:
    with runtime_over_http(200, "", b'{"answers": {"prompt_1": "No"}}') as runtime:
        assert json.loads(post(runtime)["body"])["first_prompt_answer"] == "No"
