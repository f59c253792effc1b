"""One more cloud for the tests of the process, which are in one group."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from local_cloud import LocalCloud


@pytest.fixture(scope="session")
def other(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    """A cloud beside the one of all tests, of another account and region."""
    folder = tmp_path_factory.mktemp("other")
    account = "210987654321"
    with LocalCloud(folder, hub=False, account_id=account, region="us-east-2") as running:
        yield running
