"""What the fake clients share: checked parameters, injected failures, a recorded history."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import botocore.session
from botocore.exceptions import ClientError
from botocore.validate import ParamValidator

Arguments = dict[str, Any]


class Crash(BaseException):
    """The function's process ends here: no handler and no clean-up runs against the service."""


def client_error(code: str, operation: str, message: str = "") -> ClientError:
    """The error that boto3 raises for a service's answer."""
    return ClientError({"Error": {"Code": code, "Message": message or code}}, operation)


@cache
def service_model(service: str) -> Any:
    return botocore.session.get_session().get_service_model(service)


@dataclass
class Fault:
    """An injected failure: `after` matching calls pass, the next `times` fail."""

    operation: str
    error: str | type[Crash]
    after: int = 0
    times: int = 1
    when: Callable[[Arguments], bool] = lambda arguments: True
    after_effect: bool = False


class FakeClient:
    """Calls `_<operation>` after checking the arguments against botocore's model of the service."""

    service = ""

    def __init__(self) -> None:
        self.faults: list[Fault] = []
        self.history: list[tuple[str, Arguments]] = []
        self.crashed = False
        self.before: dict[str, tuple[Callable[[Arguments], object], str | None]] = {}

    def __getattr__(self, name: str) -> Callable[..., Any]:
        implementation = None if name.startswith("_") else getattr(type(self), f"_{name}", None)
        if implementation is None:
            raise AttributeError(f"{type(self).__name__} does not know {name}")
        operation = "".join(part.capitalize() for part in name.split("_"))

        def call(**arguments: Any) -> Any:
            return self._call(operation, implementation, arguments)

        return call

    def inject(self, operation: str, error: str | type[Crash], **options: Any) -> None:
        """Makes calls fail.

        Parameters:
            operation: as AWS spells it, for example "CopyObject".
            error: an error code, or `Crash`.
            options: `after`, `times`, `when`, `after_effect` of a `Fault`.
        """
        self.faults.append(Fault(operation, error, **options))

    def once_before(
        self, operation: str, action: Callable[[Arguments], object], bucket: str | None = None
    ) -> None:
        """Runs `action` right before the next call (on `bucket`), as a concurrent actor would."""
        self.before[operation] = (action, bucket)

    def restart(self) -> None:
        """A new process after a crash; leftover faults go with the old one."""
        self.crashed = False
        self.faults.clear()

    def get_paginator(self, name: str) -> Paginator:
        return Paginator(getattr(self, name))

    def _call(self, operation: str, implementation: Any, arguments: Arguments) -> Any:
        if self.crashed:
            raise Crash(f"{operation} after the crash")
        self._check(operation, arguments)
        action, bucket = self.before.get(operation, (None, None))
        if action is not None and bucket in (None, arguments.get("Bucket")):
            del self.before[operation]
            action(arguments)
        fault = self._due(operation, arguments)
        if fault and not fault.after_effect:
            self._fail(fault)
        self.history.append((operation, arguments))
        answer = implementation(self, **arguments)
        if fault:
            self._fail(fault)
        return answer

    def _check(self, operation: str, arguments: Arguments) -> None:
        # boto3 turns a CopySource dictionary into text before it checks parameters.
        sent = {key: "text" if key == "CopySource" else arguments[key] for key in arguments}
        model = service_model(self.service).operation_model(operation)
        report = ParamValidator().validate(sent, model.input_shape)
        if report.has_errors():
            raise AssertionError(f"{operation}: {report.generate_report()}")

    def _due(self, operation: str, arguments: Arguments) -> Fault | None:
        for fault in self.faults:
            if fault.operation != operation or fault.times < 1 or not fault.when(arguments):
                continue
            if fault.after > 0:
                fault.after -= 1
                continue
            fault.times -= 1
            return fault
        return None

    def _fail(self, fault: Fault) -> None:
        if isinstance(fault.error, str):
            raise client_error(fault.error, fault.operation, "injected")
        self.crashed = True
        raise fault.error(fault.operation)


class Paginator:
    """Follows whatever token the operation answers with."""

    def __init__(self, call: Callable[..., Any]) -> None:
        self.call = call

    def paginate(self, **arguments: Any) -> Iterator[Any]:
        token: Arguments = {}
        while True:
            page = self.call(**arguments, **token)
            yield page
            if "NextContinuationToken" in page:
                token = {"ContinuationToken": page["NextContinuationToken"]}
            elif "NextToken" in page:
                token = {"NextToken": page["NextToken"]}
            elif "NextKeyMarker" in page:
                token = {
                    "KeyMarker": page["NextKeyMarker"],
                    "VersionIdMarker": page["NextVersionIdMarker"],
                }
            else:
                return
