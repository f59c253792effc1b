"""AWS on one loopback port: MiniStack and moto in one process, corrected where they differ.

What stands here and in `local_cloud.testing` is the public interface; the rest may change.
"""

from local_cloud.hub.process import Hub
from local_cloud.launch.child import StartupError
from local_cloud.launch.process import LocalCloud
from local_cloud.settings import client_environment

__all__ = ["Hub", "LocalCloud", "StartupError", "client_environment"]
