"""A proxy in front of a local cloud that changes some of its answers: what AWS might do instead."""

from __future__ import annotations

import http.client
import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

_NOT_PASSED_ON = {"connection", "content-length", "transfer-encoding"}


@dataclass
class Exchange:
    """A request and its answer, which a lie may change."""

    method: str
    path: str
    asked: dict[str, str]
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def operation(self) -> str:
        """Of AWS's JSON protocols."""
        return self.asked.get("x-amz-target", "").rpartition(".")[2]

    def refuse(self, code: str, message: str = "a lie") -> None:
        self.status, self.body = 400, json.dumps({"__type": code, "message": message}).encode()


Change = Callable[[Exchange], None]


@dataclass(frozen=True)
class Lie:
    """One thing that AWS might do otherwise.

    Args:
        check: the line of `make verify` that has to fail.
        belief: the belief that it has to name.
        change: changes what was answered.
        swallows: operations that never reach the cloud.
    """

    check: str
    belief: str
    change: Change
    swallows: frozenset[str] = frozenset()


@dataclass
class LyingProxy:
    """The proxy while it runs.

    Args:
        url: of the proxy.
        lie: what it lies about; None tells the truth.
    """

    url: str
    lie: Lie | None = field(default=None)


@contextmanager
def lying_proxy(endpoint: str) -> Iterator[LyingProxy]:
    """Runs a proxy in front of a local cloud.

    Args:
        endpoint: the cloud's.
    """
    cloud = urlsplit(endpoint).netloc

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: Any) -> None:
            """Says nothing."""

        def pass_on(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            asked = {name.lower(): value for name, value in self.headers.items()}
            if not asked.get("authorization", "").startswith("AWS4"):
                asked["host"] = cloud  # for which the functions signed their links
            exchange = Exchange(self.command, self.path, asked, 200, {}, b"{}")
            if not (proxy.lie and exchange.operation in proxy.lie.swallows):
                connection = http.client.HTTPConnection(cloud, timeout=120)
                connection.request(self.command, self.path, body, asked)
                answer = connection.getresponse()
                exchange.status, exchange.body = answer.status, answer.read()
                exchange.headers = {
                    name: value
                    for name, value in answer.getheaders()
                    if name.lower() not in _NOT_PASSED_ON
                }
                connection.close()
                # Links that a function made lead here, too.
                exchange.body = exchange.body.replace(cloud.encode(), self.headers["host"].encode())
            if proxy.lie:
                proxy.lie.change(exchange)
            self.send_response(exchange.status)
            for name, value in exchange.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(exchange.body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(exchange.body)

        do_DELETE = do_GET = do_HEAD = do_OPTIONS = do_POST = do_PUT = pass_on  # noqa: N815

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    proxy = LyingProxy(f"http://127.0.0.1:{server.server_address[1]}")
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield proxy
    finally:
        server.shutdown()
        server.server_close()


def _status(path: str, status: int, instead: int) -> Change:
    """Another status for requests whose path matches."""

    def change(exchange: Exchange) -> None:
        if re.search(path, exchange.path) and exchange.status == status:
            exchange.status = instead

    return change


def _json(operation: str, edit: Callable[[dict[str, Any]], object]) -> Change:
    """Another document for an operation that succeeded."""

    def change(exchange: Exchange) -> None:
        if exchange.operation == operation and exchange.status == 200:
            document = json.loads(exchange.body)
            edit(document)
            exchange.body = json.dumps(document).encode()

    return change


def _text(path: str, pattern: str, instead: str) -> Change:
    """Another text in answers to requests whose path matches."""

    def change(exchange: Exchange) -> None:
        if re.search(path, exchange.path):
            exchange.body = re.sub(pattern.encode(), instead.encode(), exchange.body)

    return change


def _refusal(operation: str, code: str) -> Change:
    """Another error for an operation that was refused."""

    def change(exchange: Exchange) -> None:
        if exchange.operation == operation and exchange.status == 400:
            exchange.refuse(code)

    return change


def _refresh_tokens_pass(exchange: Exchange) -> None:
    if re.search("[^/]/getmodelurl$", exchange.path) and "authorization" in exchange.asked:
        exchange.status = 200


def _foreign_origins_pass(exchange: Exchange) -> None:
    if exchange.method == "OPTIONS":
        exchange.headers["Access-Control-Allow-Origin"] = "*"


def _everybody_writes(exchange: Exchange) -> None:
    if "/promotions/verify-" in exchange.path and exchange.status == 403:
        exchange.status, exchange.body = 200, b""


def _late_conditions_hold(exchange: Exchange) -> None:
    if "uploadId" in exchange.path and exchange.status in (409, 412):
        exchange.status, exchange.headers["x-amz-version-id"] = 200, "of-a-lie"
        exchange.body = (
            b"<CompleteMultipartUploadResult><ETag>x</ETag></CompleteMultipartUploadResult>"
        )


def _downloads(status: int, change: Callable[[bytes], bytes], header: str = "") -> Change:
    """Another answer to downloads of models with this header, or without any."""

    def lie(exchange: Exchange) -> None:
        special = {"range", "authorization"} & set(exchange.asked)
        is_download = "/served/" in exchange.path and "X-Amz-" in exchange.path
        if is_download and special == ({header} if header else set()):
            exchange.status, exchange.body = status, change(exchange.body)

    return lie


def _container(package: dict[str, Any]) -> dict[str, Any]:
    container: dict[str, Any] = package["InferenceSpecification"]["Containers"][0]
    return container


LIES = {
    "unknown users are named": Lie(
        "sign-in", "wrong-password", _refusal("InitiateAuth", "UserNotFoundException")
    ),
    "refresh tokens pass": Lie("tokens", "refused-tokens", _refresh_tokens_pass),
    "a slash makes no difference": Lie(
        "paths", "slash-in-front", _status("/getmodelurl/$", 404, 200)
    ),
    "large bodies get another status": Lie(
        "large-body", "body-above-lambdas-limit", _status("/invokesagemakerinference", 413, 400)
    ),
    "foreign origins pass": Lie("origins", "foreign-origins", _foreign_origins_pass),
    "an overtaken upload is current": Lie(
        "versions",
        "overtaken-upload",
        _text("versions.*overtaken", "<IsLatest>false<", "<IsLatest>true<"),
    ),
    "a late condition holds": Lie("versions", "unfinished-condition", _late_conditions_hold),
    "copies have no checksum": Lie(
        "checksums",
        "sha256-of-a-copy",
        _text("/checksums/copy", "<ChecksumSHA256>[^<]*</ChecksumSHA256>", ""),
    ),
    "everybody writes": Lie("writers", "only-promotion-writes", _everybody_writes),
    "what is missing has other words": Lie(
        "missing", "wording-of-missing-resources", _refusal("DescribeEndpoint", "Nonsense")
    ),
    "metadata are dropped": Lie(
        "registration",
        "metadata-from-a-property-file",
        _json("DescribeModelPackage", lambda found: found.pop("CustomerMetadataProperties", None)),
    ),
    "registrations are approved": Lie(
        "registration",
        "pending-registration",
        _json("DescribeModelPackage", lambda found: found.update(ModelApprovalStatus="Approved")),
    ),
    "images have no digest": Lie(
        "registration",
        "image-digest",
        _json("DescribeModelPackage", lambda found: _container(found).pop("ImageDigest")),
    ),
    "approvals change nothing": Lie(
        "promotion", "approval-event", lambda exchange: None, frozenset({"UpdateModelPackage"})
    ),
    "links lead to other bytes": Lie(
        "download", "bytes-of-a-link", _downloads(200, lambda body: body[::-1])
    ),
    "links know no ranges": Lie(
        "download", "ranges-of-a-link", _downloads(200, lambda body: body, "range")
    ),
    "two signatures pass": Lie(
        "download", "two-ways-to-sign", _downloads(200, lambda body: body, "authorization")
    ),
}
