"""Which models and endpoint configs are the stack's."""

from __future__ import annotations

import re
from typing import Any

from teardown.kinds.pages import items
from teardown.settings import Stack

TAG = "Stack"


def is_ours(sagemaker: Any, stack: Stack, name: str, arn: str) -> bool:
    """Whether the controller derived the name, or the tag `Stack` says that it is ours.

    The name alone proves it only as a whole: another stack's prefix may begin like ours. The
    shorter form is of what was made before names grew.
    """
    if re.fullmatch(re.escape(stack.model_prefix) + "-([a-z2-7]{26}|[0-9a-f]{16})", name):
        return True
    if not name.startswith(f"{stack.name}-"):
        return False
    tags = items(sagemaker, "list_tags", "Tags", ResourceArn=arn)
    return any(tag["Key"] == TAG and tag["Value"] == stack.name for tag in tags)
