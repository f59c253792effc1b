"""What happens on AWS without any request: endpoints settle, metrics appear, alarms change."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from moto.sagemaker.models import sagemaker_backends

from local_cloud.cloudwatch import alarms
from local_cloud.sagemaker.endpoints import service as endpoints

_INTERVAL_SECONDS = 0.5

logger = logging.getLogger(__name__)


def _settle_endpoints() -> None:
    for regions in list(sagemaker_backends.values()):
        endpoints.settle_all(list(regions.values()))


_TASKS: tuple[Callable[[], None], ...] = (_settle_endpoints, alarms.tick)


def start_ticker() -> Callable[[], None]:
    """Run the tasks in the background; the answer stops them."""
    stopped = threading.Event()

    def run() -> None:
        while not stopped.wait(_INTERVAL_SECONDS):
            for task in _TASKS:
                try:
                    task()
                except Exception:
                    logger.exception("background task %s failed", task.__name__)

    threading.Thread(target=run, name="local-cloud-ticker", daemon=True).start()
    return stopped.set
