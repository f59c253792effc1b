"""The fixtures that pytest finds wherever this package is installed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from local_cloud import LocalCloud
from local_cloud.testing.clients import Clients, clients_of


@pytest.fixture(scope="session")
def local_cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    """An empty local cloud for the whole run."""
    with LocalCloud(tmp_path_factory.mktemp("local-cloud")) as running:
        yield running


@pytest.fixture(scope="session")
def local_cloud_client(local_cloud: LocalCloud) -> Clients:
    """`local_cloud_client("s3")` as root, with `role_arn` as the second argument as that role."""
    return clients_of(local_cloud)
