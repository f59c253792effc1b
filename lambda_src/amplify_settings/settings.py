"""Which app the function may change, and which of its variables."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from common.settings import text


@dataclass(frozen=True)
class Settings:
    """What no caller can widen.

    Parameters:
        app_id: of the Amplify app.
        variable_names: of the environment variables that may be written in it.
    """

    app_id: str
    variable_names: frozenset[str]

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> Settings:
        """Reads APP_ID and VARIABLE_NAMES; `SettingsError` names what is missing."""
        names = json.loads(text(environment, "VARIABLE_NAMES"))
        return cls(text(environment, "APP_ID"), frozenset(names))
