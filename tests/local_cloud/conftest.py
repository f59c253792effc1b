"""What the product does on the local cloud, without a deployed stack."""

from collections.abc import Iterator

import pytest

from local_cloud import LocalCloud
from local_cloud.testing.fixtures import client, make_role, unique, versioned_bucket
from vis_assis.build import environments

__all__ = ["client", "cloud", "make_role", "unique", "versioned_bucket"]


@pytest.fixture(scope="session")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalCloud]:
    """As `make local` starts it: functions run on the interpreter of their runtime."""
    with pytest.MonkeyPatch.context() as patch:
        interpreter = environments.ensure(environments.LAMBDA)
        patch.setenv("LOCAL_CLOUD_PYTHON_LAMBDA", str(interpreter))
        with LocalCloud(tmp_path_factory.mktemp("cloud"), hub=False) as running:
            yield running
