"""The entry point of the inference image, with its files below a folder; started as a script.

Does what the image's does (aws/deep-learning-containers, `mms-entrypoint.py`): runs the toolkit's
`serving.main()`, then sleeps. Changed is only what a test may not do: write to /etc, and take model
servers of other processes on this machine for its own.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psutil
from sagemaker_huggingface_inference_toolkit import mms_model_server, serving
from sagemaker_inference import model_server


def _of_this_container(*_: Any, **__: Any) -> Iterator[Any]:
    """Processes that lead back to this one, which leads their session."""
    for pid in psutil.pids():
        try:
            if os.getsid(pid) == os.getpid():
                yield psutil.Process(pid)
        except (OSError, psutil.Error):
            continue


if __name__ == "__main__":
    # What a shell starts in the background inherits that SIGINT is ignored; a container does not.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    properties = str(Path(sys.argv[1], "sagemaker-mms.properties"))
    model_server.MMS_CONFIG_FILE = mms_model_server.MMS_CONFIG_FILE = properties
    psutil.process_iter = _of_this_container
    serving.main()
    subprocess.call(["tail", "-f", "/dev/null"])
