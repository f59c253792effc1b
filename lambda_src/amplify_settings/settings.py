"""Which app the function may change, and which of its variables."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from common.errors import SettingsError
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
        """Reads APP_ID and VARIABLE_NAMES; `SettingsError` names what is missing or malformed."""
        app_id, names = text(environment, "APP_ID"), text(environment, "VARIABLE_NAMES")
        try:
            parsed = json.loads(names)
        except json.JSONDecodeError:
            parsed = None
        if not isinstance(parsed, list) or not all(isinstance(name, str) for name in parsed):
            raise SettingsError(
                "environment variable VARIABLE_NAMES must hold a JSON list of names"
            )
        return cls(app_id, frozenset(parsed))
