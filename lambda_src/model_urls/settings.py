"""What the function is told by its environment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from common import settings
from common.errors import SettingsError

DEFAULT_LIFETIME_SECONDS = 3600
# A link ends with the credentials that signed it, whatever it says itself. Those of a function's
# role last for hours, not days, and the function is not told how many: see docs/api.md.
MAX_LIFETIME_SECONDS = 43_200
MIN_LIFETIME_SECONDS = 60


@dataclass(frozen=True)
class Settings:
    """Settings of the function.

    Parameters:
        types: the model types of the catalogue.
        index_key: key of the model index in that bucket.
        production_bucket: name of the bucket that the browsers are served from.
        lifetime_seconds: for how long a link works.
    """

    types: tuple[str, ...]
    index_key: str
    production_bucket: str
    lifetime_seconds: int

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Reads what `modules/http_api` sets; only URL_LIFETIME_SECONDS may be left out."""
        return cls(
            types=tuple(sorted(settings.json_object(environment, "CATALOGUE"))),
            index_key=settings.text(environment, "MODEL_INDEX_KEY"),
            production_bucket=settings.text(environment, "PRODUCTION_BUCKET"),
            lifetime_seconds=_lifetime(environment),
        )


def _lifetime(environment: Mapping[str, str]) -> int:
    if not environment.get("URL_LIFETIME_SECONDS"):
        return DEFAULT_LIFETIME_SECONDS
    seconds = settings.positive_integer(environment, "URL_LIFETIME_SECONDS")
    if not MIN_LIFETIME_SECONDS <= seconds <= MAX_LIFETIME_SECONDS:
        raise SettingsError(
            f"environment variable URL_LIFETIME_SECONDS is {seconds}: "
            f"set it to {MIN_LIFETIME_SECONDS} to {MAX_LIFETIME_SECONDS}"
        )
    return seconds
