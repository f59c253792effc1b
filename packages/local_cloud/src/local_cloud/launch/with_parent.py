"""A server that ends with the process that started it."""

from __future__ import annotations

import os
import signal
import threading


def end_with_parent() -> None:
    """Send SIGTERM to this process when standard input, a pipe of the parent's, is closed."""
    threading.Thread(target=_stop_at_end_of_input, daemon=True).start()


def _stop_at_end_of_input() -> None:
    while os.read(0, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
