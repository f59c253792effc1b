"""Saves what the account holds to a folder, and starts another local cloud with it.

A saved account is loaded in about a second, however long it took to make. The file is a pickle:
load only what you saved yourself, with the same versions of everything.
"""

from __future__ import annotations

import importlib
import io
import os
import pickle
import re
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path
from types import ModuleType
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from ministack.core.responses import AccountRegionScopedDict, AccountScopedDict
from ministack.services import lambda_svc, sqs
from moto.applicationautoscaling.models import applicationautoscaling_backends
from moto.core.base_backend import BaseBackend
from moto.sagemaker.models import sagemaker_backends

from local_cloud import clock
from local_cloud.amplify import apps as amplify_apps
from local_cloud.gateway import calls
from local_cloud.sagemaker.endpoints import state as endpoint_state
from local_cloud.sagemaker.pipelines import state as pipelines_state

STATE_FILE = "account.pickle"
_KEYS = "cognito-pool-keys"  # with which the user pools sign tokens
_BACKENDS = {
    "sagemaker": sagemaker_backends,
    "application-autoscaling": applicationautoscaling_backends,
}
# MiniStack's stores that are neither of its two scoped kinds.
_PLAIN_STORES = {
    "cognito": ("_refresh_tokens", "_revoked_tokens"),
    "ec2": ("_default_initialized_scopes",),
    "eventbridge": ("_rule_last_fired",),
    "sts": ("_sessions",),
}
_OWN_STORES: tuple[dict[Any, Any], ...] = (
    amplify_apps._apps,
    amplify_apps._branches,
    amplify_apps.jobs,
)
# They live in processes, or are made anew when needed.
_NOT_OF_BACKENDS = (
    "_local_cloud_endpoints_running",
    "_local_cloud_pipeline_executions",
    "_local_cloud_pipeline_shared",
)
_PORT = "{local cloud's port}"
_ADDRESS = re.compile(r"(127\.0\.0\.1|localhost):(\d+)")
_PRIVATE_KEYS = (ec.EllipticCurvePrivateKey, rsa.RSAPrivateKey)
_LONGER_THAN_SAVING = 60.0  # seconds


class NotSavedError(ValueError):
    """The account holds something that lives in processes, or the folder cannot be used."""


class NotLoadedError(ValueError):
    """The folder holds no account that this version can load."""


def save(folder: Path) -> None:
    """Write everything that the account holds, but the history of executions and jobs.

    Args:
        folder: made when missing; what was saved there before is replaced.

    Raises:
        NotSavedError: when an endpoint, a pipeline execution or a job runs.
    """
    _refuse_what_runs()
    content = pickle.dumps(_versions()) + _pickled(_snapshot)
    folder.mkdir(parents=True, exist_ok=True)
    shutil.rmtree(folder / _KEYS, ignore_errors=True)
    if _keys().exists():
        shutil.copytree(_keys(), folder / _KEYS)
    draft = folder / f"{STATE_FILE}.draft"
    draft.write_bytes(content)
    draft.replace(folder / STATE_FILE)


def load(folder: Path) -> None:
    """Put a saved account into this process, which holds none yet.

    Raises:
        NotLoadedError: when the folder holds no account, or one of other versions.
    """
    try:
        with (folder / STATE_FILE).open("rb") as file:
            versions = pickle.load(file)  # noqa: S301 - see the module's docstring
            if versions != _versions():
                raise NotLoadedError(f"{folder} was saved with {versions}, this is {_versions()}")
            saved = _Unpickler(file).load()
    except FileNotFoundError as error:
        raise NotLoadedError(f"{folder} holds no saved account: {error}") from error
    if (folder / _KEYS).exists():
        shutil.copytree(folder / _KEYS, _keys(), dirs_exist_ok=True)
    _restore(saved)
    _return_received_messages()
    if lambda_svc._esms.has_any():
        lambda_svc._ensure_poller()


def _keys() -> Path:
    return Path(os.environ["STATE_DIR"]) / _KEYS


def _versions() -> dict[str, str]:
    parents = {name: metadata.version(name) for name in ("ministack", "moto")}
    return {"python": ".".join(map(str, sys.version_info[:2])), **parents}


def _refuse_what_runs() -> None:
    for regions in list(sagemaker_backends.values()):
        for backend in list(regions.values()):
            if endpoint_state.fleets(backend):
                raise NotSavedError("an endpoint runs instances: delete it before you save")
            running = pipelines_state.executions(backend).values()
            if any(execution.status in ("Executing", "Stopping") for execution in running):
                raise NotSavedError("a pipeline execution is under way: wait for its end")


def _snapshot() -> dict[str, Any]:
    """The content of every store, by where it stands."""
    return {
        "ministack": {
            (module, name): store._data if hasattr(store, "_data") else store
            for module, name, store in _ministack_stores()
        },
        "moto": {
            (service, account, region): _of_backend(backend)
            for service, backends in _BACKENDS.items()
            for account, regions in list(backends.items())
            for region, backend in list(regions.items())
        },
        "own": _OWN_STORES,
        "calls": calls._calls,
        "clock_offset": clock.now() - time.time(),
    }


def _ministack_stores() -> Iterator[tuple[str, str, Any]]:
    for full_name, module in list(sys.modules.items()):
        package, _, name = full_name.rpartition(".")
        if package != "ministack.services" or not isinstance(module, ModuleType):
            continue
        for attribute, value in list(vars(module).items()):
            scoped = isinstance(value, AccountScopedDict | AccountRegionScopedDict)
            if scoped or attribute in _PLAIN_STORES.get(name, ()):
                yield name, attribute, value


def _of_backend(backend: BaseBackend) -> dict[str, Any]:
    values = {k: v for k, v in vars(backend).items() if k not in _NOT_OF_BACKENDS}
    return {
        **values,
        **{name: {} for name in ("processing_jobs", "training_jobs") if name in values},
    }


def _restore(saved: dict[str, Any]) -> None:
    for (module, name), content in saved["ministack"].items():
        store = getattr(importlib.import_module(f"ministack.services.{module}"), name)
        target = store._data if hasattr(store, "_data") else store
        target.clear()
        target.update(content)
    for (service, account, region), values in saved["moto"].items():
        vars(_BACKENDS[service][account][region]).update(values)
    for store, content in zip(_OWN_STORES, saved["own"], strict=True):
        store.update(content)
    calls._calls.extend(saved["calls"])
    clock.advance(max(0.0, saved["clock_offset"]))


def _return_received_messages() -> None:
    """Whoever worked on a message is gone; in a FIFO queue its whole group would wait for them."""
    now = time.time()
    for queue in sqs._queues._data.values():
        for message in queue["messages"]:
            if message["receive_count"]:
                message["visible_at"] = min(message["visible_at"], now)


def _pickled(snapshot: Callable[[], Any]) -> bytes:
    """Requests and background threads wait meanwhile: what is saved fits together."""
    stream = io.BytesIO()
    interval = sys.getswitchinterval()
    sys.setswitchinterval(_LONGER_THAN_SAVING)
    try:
        _Pickler(stream, pickle.HIGHEST_PROTOCOL).dump(snapshot())
    finally:
        sys.setswitchinterval(interval)
    return stream.getvalue()


class _Pickler(pickle.Pickler):
    """Leaves the port out of addresses, writes keys as PEM, refers to moto's backends by name."""

    def persistent_id(self, value: Any) -> tuple[str, ...] | None:
        if isinstance(value, str):
            own = os.environ["GATEWAY_PORT"]
            text = _ADDRESS.sub(
                lambda found: f"{found[1]}:{_PORT}" if found[2] == own else found[0], value
            )
            return None if text == value else ("text", text)
        if isinstance(value, BaseBackend):
            service = next(n for n, known in _BACKENDS.items() if known.backend is type(value))
            return ("backend", service, value.account_id, value.region_name)
        if isinstance(value, _PRIVATE_KEYS):
            form = (Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
            return ("key", value.private_bytes(*form).decode())
        return None


class _Unpickler(pickle.Unpickler):
    def persistent_load(self, identifier: tuple[str, ...]) -> Any:
        kind, *rest = identifier
        if kind == "text":
            return rest[0].replace(_PORT, os.environ["GATEWAY_PORT"])
        if kind == "key":
            return load_pem_private_key(rest[0].encode(), password=None)
        service, account, region = rest
        return _BACKENDS[service][account][region]
