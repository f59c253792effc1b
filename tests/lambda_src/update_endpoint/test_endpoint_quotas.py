"""What is said of a quota that is too small; what follows is in test_endpoint_histories.py."""

from __future__ import annotations

import pytest

from tests.fakes.client import client_error
from update_endpoint import quota


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (
            "The account-level service limit 'ml.g5.xlarge for endpoint usage' is 1 Instances",
            "'ml.g5.xlarge for endpoint usage' is 1, which is too small: ask Service Quotas for 6",
        ),
        (
            "The account-level service limit 'Maximum number of models' is 1000, with",
            "'Maximum number of models' is 1000, which is too small; ask for more",
        ),
        ("You have reached your limit.", "is too small: You have reached your limit."),
    ],
)
def test_reason_names_the_quota(message: str, reason: str) -> None:
    error = client_error("ResourceLimitExceeded", "CreateEndpoint", message)
    assert reason in quota.explain(error, max_instances=3)
