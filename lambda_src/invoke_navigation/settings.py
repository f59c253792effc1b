"""What the function is told by its environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from common import settings


@dataclass(frozen=True)
class Settings:
    """Settings of the function.

    Parameters:
        endpoint_name: of the navigation endpoint.
        answer_seconds: after which the client is told that the model is slow.
    """

    endpoint_name: str
    answer_seconds: int

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Reads ENDPOINT_NAME and ANSWER_WITHIN_SECONDS."""
        return cls(
            endpoint_name=settings.text(environment, "ENDPOINT_NAME"),
            answer_seconds=settings.positive_integer(environment, "ANSWER_WITHIN_SECONDS"),
        )
