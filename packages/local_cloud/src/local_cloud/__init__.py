"""AWS on one loopback port: MiniStack and moto in one process, corrected where they differ."""

from local_cloud.launch.process import LocalCloud

__all__ = ["LocalCloud"]
