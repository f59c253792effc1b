"""S3 of a local cloud."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
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

    def client(self) -> Any:
        """An S3 client."""
        return boto3.client(
            "s3",
            endpoint_url=self.endpoint_url,
            region_name=self.region,
            aws_access_key_id=self.access_key_id,
            aws_secret_access_key=self.secret_access_key,
            config=client_config(CONNECTIONS).merge(Config(proxies={})),
        )

    def new_bucket(self, name: str) -> str:
        """Makes an empty bucket with versions and gives its name back."""
        s3 = self.client()
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": self.region})
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
