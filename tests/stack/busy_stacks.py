"""Makes a destroy meet what it has to wait for, or is not allowed to do."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from tests.stack.navigation_driver import NavigationDriver
from vis_assis.local.local_stack import LocalStack

BUSY_SECONDS = 15


def make_way(navigation: NavigationDriver) -> None:
    """Lets the next upload create an endpoint rather than update one."""
    status = navigation.wait_until_at_rest()["EndpointStatus"]
    navigation.quicken(Creating=3600)  # the controller may be as quick as the upload
    if status != "Missing":
        navigation.sagemaker.delete_endpoint(EndpointName=navigation.endpoint)


@contextmanager
def busy(navigation: NavigationDriver, status: str) -> Iterator[None]:
    """Keeps the endpoint in a transition for longer than a destroy needs to get there."""
    navigation.quicken(**{status: 3600})
    navigation.upload_light()
    navigation.wait_for_status(status)
    released = threading.Timer(BUSY_SECONDS, _release, [navigation])
    released.start()
    yield
    released.join()


def _release(navigation: NavigationDriver) -> None:
    navigation.pass_time(3700)
    navigation.quicken()


@contextmanager
def denied(doomed: LocalStack, role: str, action: str) -> Iterator[None]:
    """Refuses an action to a role."""
    statement: dict[str, Any] = {"Effect": "Deny", "Action": action, "Resource": "*"}
    names = {"RoleName": role, "PolicyName": "refuse"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    iam = doomed.client("iam")
    iam.put_role_policy(**names, PolicyDocument=document)
    yield
    iam.delete_role_policy(**names)
