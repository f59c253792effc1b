"""An in-memory scope for expressions, and the definition that the pipeline tests share."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from local_cloud.sagemaker.pipelines.engine.errors import ExpressionError


@dataclass
class FakeScope:
    """Values by name; files by (step, property file)."""

    parameters: dict[str, Any] = field(default_factory=dict)
    variables: dict[str, Any] = field(default_factory=dict)
    properties: dict[str, dict[str, Any]] = field(default_factory=dict)
    files: dict[tuple[str, str], Any] = field(default_factory=dict)
    objects: dict[str, Any] = field(default_factory=dict)

    def parameter(self, name: str) -> Any:
        return self._of(self.parameters, name)

    def execution(self, name: str) -> Any:
        return self._of(self.variables, name)

    def step_properties(self, step: str) -> dict[str, Any]:
        found: dict[str, Any] = self._of(self.properties, step)
        return found

    def property_file(self, step: str, name: str) -> Any:
        return self._of(self.files, (step, name))

    def json_object(self, uri: str) -> Any:
        return self._of(self.objects, uri)

    @staticmethod
    def _of(values: dict[Any, Any], key: Any) -> Any:
        if key not in values:
            raise ExpressionError(f"no value for {key}")
        return values[key]
