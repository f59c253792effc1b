"""Serves a release over HTTP once its model can answer; until then, no port is open.

The image's own server answers `/ping` with 200 while a model loads and after it failed to. So
`navigation_model/server_environment.json` moves that server to another port and lets it load this
package in place of `inference.py`; SageMaker's port is opened here. The packer puts the package
beside every `inference.py`, with uvicorn below `vendor/`.
"""

from __future__ import annotations

from typing import Any


def model_fn(model_dir: str, context: Any) -> None:
    """Called by the image's toolkit in each of its workers; returns at once.

    Args:
        model_dir: folder of the extracted release.
        context: `mms.context.Context`.
    """
    from release_server.start import start  # noqa: PLC0415 - its packages come with a release

    start(model_dir, context.system_properties.get("gpu_id"))
