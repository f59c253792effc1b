"""Lambda: the interpreter and surroundings of functions, limits, error types."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import tempfile
import types
import zipfile
from pathlib import Path
from typing import Any

from ministack.core import lambda_runtime
from ministack.services import lambda_svc

INTERPRETER_VARIABLE = "LOCAL_CLOUD_PYTHON_LAMBDA"
CODE_VARIABLE = "LOCAL_CLOUD_CODE"
RESPONSE_LIMIT_BYTES = (
    6_291_556  # https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
)

_ERROR_TYPE = re.compile(r"^(?:[\w.]*\.)?([A-Za-z_]\w*)(?::|$)")
_PASSED_ON = ("PATH", "LANG", "LC_ALL", "NO_PROXY", "no_proxy")


def apply() -> None:
    """Apply the corrections of this module."""
    functions_run_on_their_own_interpreter()
    functions_see_only_their_own_surroundings()
    code_is_unpacked_and_compiled_once()
    large_responses_fail()
    errors_carry_their_type()
    unset_event_age_is_absent()


def functions_run_on_their_own_interpreter() -> None:
    """AWS runs the Python that the runtime names; MiniStack ran the server's own.

    On AWS the file system is read-only but for /tmp; the sandbox put in front does that.
    """
    original = lambda_runtime._detect_runtime_binary
    sandbox = (Path(__file__).parent / "sandbox.py").read_text()

    def _detect_runtime_binary(runtime: str) -> tuple[str, str]:
        binary, script = original(runtime)
        if runtime.startswith("python"):
            return os.environ.get(INTERPRETER_VARIABLE) or binary, f"{sandbox}\n{script}"
        return binary, script

    lambda_runtime._detect_runtime_binary = _detect_runtime_binary


def functions_see_only_their_own_surroundings() -> None:
    """On AWS a function has a private /tmp and sees neither environment nor packages of a host.

    MiniStack handed its whole environment and import path on.
    """
    shim = types.ModuleType("subprocess")
    shim.__dict__.update(vars(subprocess))
    shim.Popen = _start_isolated  # type: ignore[attr-defined]
    lambda_runtime.subprocess = shim


def _start_isolated(command: list[str], **options: Any) -> subprocess.Popen[str]:
    private = tempfile.mkdtemp(prefix="tmp-", dir=Path(options["cwd"]).parent)
    given: dict[str, str] = options["env"]
    of_host = {name for name, value in os.environ.items() if given.get(name) == value}
    environment = {
        name: value
        for name, value in given.items()
        if name not in of_host or name.startswith("AWS_") or name in _PASSED_ON
    }
    environment.update(TMPDIR=private, HOME=private, PYTHONDONTWRITEBYTECODE="1")
    options["env"] = environment
    return subprocess.Popen([command[0], "-I", *command[1:]], **options)


def code_is_unpacked_and_compiled_once() -> None:
    """AWS lets no environment change its code: here, all that have the same share its folder.

    MiniStack unpacked it for each, which compiled all its packages anew: 0.6 s of processor time.
    Bytecode is written beside it. Clouds share it, too, when `LOCAL_CLOUD_CODE` names a place.
    """
    shim = types.ModuleType("zipfile")
    shim.__dict__.update(vars(zipfile))
    shim.ZipFile = _SharedCode  # type: ignore[attr-defined]
    lambda_runtime.zipfile = shim


class _SharedCode(zipfile.ZipFile):
    """A function's zip; a layer's is unpacked as ever, and so is what is not for Python."""

    def extractall(self, path: Any = None, *positional: Any, **named: Any) -> None:
        if Path(path).name != "code" or not any(n.endswith(".py") for n in self.namelist()):
            super().extractall(path, *positional, **named)
            return
        digest = hashlib.sha256(Path(str(self.filename)).read_bytes()).hexdigest()
        shared = Path(os.environ.get(CODE_VARIABLE) or tempfile.gettempdir(), f"code-{digest}")
        if not shared.exists():
            draft = tempfile.mkdtemp(dir=shared.parent)
            super().extractall(draft)
            try:
                Path(draft).rename(shared)
            except OSError:  # another was quicker
                shutil.rmtree(draft)
        Path(path).rmdir()
        Path(path).symlink_to(shared)


def large_responses_fail() -> None:
    """AWS fails a synchronous response above 6 MB; MiniStack returned it."""
    original = lambda_svc._execute_function_warm

    def _execute_function_warm(function: Any, event: Any, request_id: str) -> dict[str, Any]:
        result: dict[str, Any] = original(function, event, request_id)
        size = 0 if result.get("error") else len(json.dumps(result.get("body")).encode())
        if size <= RESPONSE_LIMIT_BYTES:
            return result
        message = (
            "Response payload size exceeded maximum allowed payload size "
            f"({RESPONSE_LIMIT_BYTES} bytes)."
        )
        body = {"errorType": "Function.ResponseSizeTooLarge", "errorMessage": message}
        return {**result, "error": True, "body": body}

    lambda_svc._execute_function_warm = _execute_function_warm


def errors_carry_their_type() -> None:
    """AWS answers the exception's class as errorType; MiniStack always `Runtime.HandlerError`."""
    original = lambda_svc._execute_function_warm

    def _execute_function_warm(function: Any, event: Any, request_id: str) -> dict[str, Any]:
        result: dict[str, Any] = original(function, event, request_id)
        body = result.get("body")
        if result.get("error") and isinstance(body, dict):
            lines = str(result.get("log") or "").strip().splitlines()
            raised = _ERROR_TYPE.match(_last_unindented(lines))
            if body.get("errorType") == "Runtime.HandlerError" and raised:
                body["errorType"] = raised.group(1)
        return result

    lambda_svc._execute_function_warm = _execute_function_warm


def _last_unindented(lines: list[str]) -> str:
    start = max(
        (i for i, line in enumerate(lines) if line.startswith("Traceback (most recent")), default=-1
    )
    after = [line for line in lines[start + 1 :] if start >= 0 and not line.startswith(" ")]
    return after[0] if after else ""


def unset_event_age_is_absent() -> None:
    """AWS answers no event age that nobody set; MiniStack answered a default: Terraform drifted."""
    original = lambda_svc._put_event_invoke_config

    def _put_event_invoke_config(name: str, qualifier: Any, data: dict[str, Any]) -> Any:
        answer = original(name, qualifier, data)
        if answer[0] != 200 or "MaximumEventAgeInSeconds" in data:
            return answer
        for stored in lambda_svc._functions[name]["event_invoke_configs"].values():
            if stored.get("FunctionArn") == json.loads(answer[2])["FunctionArn"]:
                stored.pop("MaximumEventAgeInSeconds", None)
        return answer

    lambda_svc._put_event_invoke_config = _put_event_invoke_config
