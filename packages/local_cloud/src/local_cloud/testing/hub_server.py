"""A hub of its own for a test, and the unmodified client in a process of its own."""

from __future__ import annotations

import http.client
import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from local_cloud.hub.process import Hub

_CLIENT_SECONDS = 60
_CLIENT_PRELUDE = """
import json, sys
from pathlib import Path
import huggingface_hub
from huggingface_hub import HfApi, ModelCard, hf_hub_download, snapshot_download
from huggingface_hub.errors import *
def answer(value):
    print("ANSWER " + json.dumps(value))
def refusal(call):
    try:
        call()
    except Exception as error:
        status = getattr(getattr(error, "response", None), "status_code", None)
        return [type(error).__name__, status]
    return None
"""


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


class HubServer(Hub):
    """A hub while the context lasts, with requests to it and its real client."""

    def request(self, method: str, url: str, body: object = None, **headers: str) -> Answer:
        """One request without following redirects; header names with `_` for `-`."""
        parts = urlsplit(url if "://" in url else self.url + url)
        connection = http.client.HTTPConnection(str(parts.hostname), parts.port, timeout=30)
        target = parts.path + (f"?{parts.query}" if parts.query else "")
        try:
            connection.request(
                method,
                target,
                body=None if body is None else json.dumps(body),
                headers={name.replace("_", "-"): value for name, value in headers.items()},
            )
            response = connection.getresponse()
            names = {name.lower(): value for name, value in response.getheaders()}
            return Answer(response.status, names, response.read())
        finally:
            connection.close()

    def requests(self, origin: str) -> list[dict[str, Any]]:
        """What the hub remembers of the requests to one origin."""
        remembered = self.request("GET", "/_hub/requests").json()
        return [request for request in remembered if request["origin"] == origin]

    def client(self, folder: Path, code: str, token: str | None = None) -> Any:
        """Run `code` with huggingface_hub on this hub; gives what it passed to `answer()`.

        It has `folder` (a Path), `refusal(call)` (name of the exception, HTTP status) and the
        client's functions.
        """
        folder.mkdir(parents=True, exist_ok=True)
        environment = {k: v for k, v in os.environ.items() if not k.startswith("HF_")}
        environment |= {
            "HF_ENDPOINT": self.url,
            "HF_HOME": str(folder / "home"),
            "NO_PROXY": "127.0.0.1,localhost",
        }
        if token:
            environment["HF_TOKEN"] = token
        prelude = f"{_CLIENT_PRELUDE}\nfolder = Path({str(folder)!r})\n"
        done = subprocess.run(
            [sys.executable, "-c", prelude + code],
            env=environment,
            capture_output=True,
            text=True,
            timeout=_CLIENT_SECONDS,
            check=False,
        )
        answers = [line for line in done.stdout.splitlines() if line.startswith("ANSWER ")]
        if done.returncode or not answers:
            raise RuntimeError(f"the client failed:\n{done.stdout}\n{done.stderr}")
        return json.loads(answers[-1].removeprefix("ANSWER "))
