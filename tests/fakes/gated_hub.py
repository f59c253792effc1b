"""A hub with one gated repository, spoken to by the hub's own client over HTTP."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

REPOSITORY = "google/paligemma-3b-mix-224"
COMMIT = "0123456789abcdef0123456789abcdef01234567"
ACCEPTED = "hf_accepted"
NOT_ACCEPTED = "hf_not_accepted"
NARROW = "hf_fine_grained_without_gated_repositories"


class GatedHub:
    """What the hub holds and was asked.

    Args:
        files: names to contents, the same at every revision.
        branches: names that stand for COMMIT beside the commit itself.
    """

    def __init__(self, files: Mapping[str, bytes], branches: tuple[str, ...] = ("main",)) -> None:
        self.files = files
        self.branches = branches
        self.downloads: list[str] = []
        self.revisions: list[str] = []
        self.url = ""

    def refusal(self, authorization: str | None) -> tuple[int, str] | None:
        """Status and error code for whoever may not see the repository."""
        token = (authorization or "").removeprefix("Bearer ")
        if token == ACCEPTED:
            return None
        refusals = {NOT_ACCEPTED: (403, "GatedRepo"), NARROW: (403, "")}
        return refusals.get(token, (401, "GatedRepo"))

    def model_info(self) -> dict[str, Any]:
        siblings = [{"rfilename": name} for name in self.files]
        return {"id": REPOSITORY, "modelId": REPOSITORY, "sha": COMMIT, "siblings": siblings}

    def tree(self) -> list[dict[str, Any]]:
        return [
            {"type": "file", "path": name, "size": len(content), "oid": _etag(content)}
            for name, content in self.files.items()
        ]


@contextmanager
def serving(hub: GatedHub) -> Iterator[GatedHub]:
    """Serves the hub on a loopback port."""

    class Handler(_Handler):
        served = hub

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    hub.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    served: GatedHub

    def do_GET(self) -> None:
        """Answers model info, tree and files."""
        path = self.path.partition("?")[0]
        api = f"/api/models/{REPOSITORY}"
        if refusal := self.served.refusal(self.headers["Authorization"]):
            self._send(refusal[0], b"{}", {"X-Error-Code": refusal[1]} if refusal[1] else {})
        elif path == f"{api}/auth-check":
            self._send(200, b"{}", {})
        elif path.startswith(f"{api}/revision/"):
            self._at(path.removeprefix(f"{api}/revision/"), self.served.model_info())
        elif path.startswith(f"{api}/tree/"):
            self._at(path.removeprefix(f"{api}/tree/"), self.served.tree())
        elif path.startswith(f"/{REPOSITORY}/resolve/{COMMIT}/"):
            self._file(path.removeprefix(f"/{REPOSITORY}/resolve/{COMMIT}/"))
        else:
            self._send(404, b"{}", {"X-Error-Code": "RepoNotFound"})

    do_HEAD = do_GET  # noqa: N815 - named by the protocol

    def log_message(self, format: str, *args: object) -> None:
        """Says nothing."""

    def _at(self, revision: str, answer: Any) -> None:
        self.served.revisions.append(revision)
        if revision not in (COMMIT, *self.served.branches):
            self._send(404, b"{}", {"X-Error-Code": "RevisionNotFound"})
            return
        self._send(200, json.dumps(answer).encode(), {"Content-Type": "application/json"})

    def _file(self, name: str) -> None:
        content = self.served.files[name]
        if self.command == "GET":
            self.served.downloads.append(name)
        self._send(200, content, {"ETag": f'"{_etag(content)}"', "X-Repo-Commit": COMMIT})

    def _send(self, status: int, body: bytes, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)


def _etag(content: bytes) -> str:
    return hashlib.sha1(content, usedforsecurity=False).hexdigest()
