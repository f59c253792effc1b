"""S3 of a local cloud, with the time that a call to a distant service takes added to each call."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from time import sleep
from typing import Any

import boto3
from botocore.config import Config

from local_cloud import LocalCloud
from model_urls.links import client_config

CONNECTIONS = 64


@dataclass(frozen=True)
class Store:
    """Where S3 is.

    Parameters:
        endpoint_url: of a local cloud, on loopback.
        access_key_id, secret_access_key: root's of that cloud.
    """

    endpoint_url: str
    region: str
    access_key_id: str
    secret_access_key: str

    def client(self, latency_seconds: float = 0.0, operation: str = "") -> Any:
        """An S3 client whose calls wait in their own thread before they are sent.

        Parameters:
            latency_seconds: added to each call, or to those of `operation` (such as
                `UploadPartCopy`) only.
        """
        s3 = boto3.client(
            "s3",
            endpoint_url=self.endpoint_url,
            region_name=self.region,
            aws_access_key_id=self.access_key_id,
            aws_secret_access_key=self.secret_access_key,
            config=client_config(CONNECTIONS).merge(Config(proxies={})),
        )
        if latency_seconds:
            event = f"before-send.s3.{operation}" if operation else "before-send.s3"
            s3.meta.events.register(event, lambda **_: sleep(latency_seconds))
        return s3

    def new_bucket(self, name: str, *, versioned: bool = True) -> str:
        """Makes an empty bucket and gives its name back."""
        s3 = self.client()
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": self.region})
        if versioned:
            s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
        return name


@contextmanager
def local_store(state_dir: Path) -> Iterator[Store]:
    """A local cloud's S3 for the time of the block.

    Parameters:
        state_dir: folder for all that the cloud writes.
    """
    with LocalCloud(state_dir, hub=False) as cloud:
        settings = cloud.environment()
        yield Store(
            endpoint_url=cloud.endpoint_url,
            region=settings["AWS_REGION"],
            access_key_id=settings["AWS_ACCESS_KEY_ID"],
            secret_access_key=settings["AWS_SECRET_ACCESS_KEY"],
        )
