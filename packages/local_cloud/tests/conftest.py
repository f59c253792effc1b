"""Fixtures of the package's own tests."""

from local_cloud.testing.fixtures import (  # noqa: F401
    client,
    cloud,
    make_role,
    unique,
    versioned_bucket,
)
