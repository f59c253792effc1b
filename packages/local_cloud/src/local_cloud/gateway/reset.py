"""Back to an empty account."""

from __future__ import annotations

from ministack import app
from moto.moto_api._internal.models import moto_api_backend

from local_cloud import clock
from local_cloud.amplify import apps as amplify_apps
from local_cloud.gateway import calls


def reset_everything() -> None:
    """Drop every resource, event, call and clock offset; Lambda workers end."""
    app._reset_all_state()
    moto_api_backend.reset()
    amplify_apps.clear()
    calls.clear()
    clock.reset()
