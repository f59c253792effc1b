"""Releases for the endpoint tests, and endpoints that serve them."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path
from typing import Any

from local_cloud.testing import endpoint

SERVER_ENVIRONMENT = {
    "MMS_INFERENCE_ADDRESS": "http://127.0.0.1:8081",
    "SAGEMAKER_PROGRAM": "port_server",
}
IMAGE = endpoint.IMAGE
ECHO = """
import json, os
def model_fn(model_dir):
    print("loading", flush=True)
    return open(os.path.join(model_dir, "name")).read()
def predict_fn(data, model):
    print("asked", flush=True)
    return {"model": model, "data": data, "colour": os.environ.get("COLOUR")}
"""
BROKEN = """
def model_fn(model_dir):
    raise RuntimeError("the weights do not fit")
def predict_fn(data, model):
    return data
"""


def archive(script: str = ECHO, name: str = "one", link: str = "", *, server: bool = True) -> bytes:
    """A release: `code/inference.py` and a file that tells releases apart.

    Args:
        link: name of a link in it, if any.
        server: whether it brings the server that opens the port when the model can answer.
    """
    contents: dict[str, bytes | Path] = {
        "code/inference.py": script.encode(),
        "name": name.encode(),
    }
    if server:
        contents["code/port_server.py"] = Path(__file__).with_name("port_server.py")
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz", compresslevel=1) as tar:
        for path, content in contents.items():
            data = content if isinstance(content, bytes) else content.read_bytes()
            info = tarfile.TarInfo(path)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
        if link:
            info = tarfile.TarInfo(link)
            info.type, info.linkname = tarfile.SYMTYPE, "name"
            tar.addfile(info)
    return buffer.getvalue()


class Endpoint(endpoint.Endpoint):
    """An endpoint whose releases bring their own server unless told otherwise."""

    def config(
        self,
        release: str,
        content: bytes | None = None,
        *,
        environment: dict[str, str] | None = None,
        server: bool = True,
        **more: Any,
    ) -> str:
        """As its parent's; `server` gives SageMaker's port to the release's own server."""
        variables = {**(SERVER_ENVIRONMENT if server else {}), **(environment or {})}
        return super().config(release, content, environment=variables, **more)
