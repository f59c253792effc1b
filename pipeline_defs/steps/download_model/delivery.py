"""Delivers one model: fetch, check, pack, write down."""

from collections.abc import Callable
from pathlib import Path

from huggingface_hub import HfApi

from . import (
    archive,
    file_names,
    hub_errors,
    hub_token,
    licences,
    log,
    manifest,
    onnx_check,
    patterns,
)
from .errors import StepError
from .hub import Hub, RemoteFile
from .order import MIB, Order


def deliver(
    order: Order, api: HfApi | None = None, fetch_token: Callable[[str], str] = hub_token.fetch
) -> Path:
    """Leave zip, manifest.json and provenance.json in the order's output folder.

    Returns the zip.

    Raises:
        StepError: the model cannot be delivered as ordered.
    """
    licences.check_allowed(
        order.model_type,
        order.licences,
        allowed=order.allowed_licences,
        accepted=order.accept_licence,
    )
    api = api or HfApi()
    hub = Hub(api, order.repository, _token(order, api.endpoint, fetch_token))
    snapshot = hub.resolve(order.revision)
    licences.check_stated(
        order.model_type, order.licences, stated=snapshot.licences, repository=order.repository
    )
    log.info(f"{order.model_type}: {order.repository}@{order.revision} is {snapshot.commit}")
    files = _download(order, hub, snapshot.commit)
    for name, path in files.items():
        if name.endswith(".onnx"):
            onnx_check.check(path, name)
    order.output_dir.mkdir(parents=True, exist_ok=True)
    target = order.output_dir / order.archive_name
    archive.write(target, files)
    manifest.write(
        manifest.Delivered(order, snapshot.commit, bool(snapshot.licences), files, target)
    )
    size = target.stat().st_size
    log.info(f"{order.model_type}: {target.name}, {size} bytes, {len(files)} files")
    return target


def _token(order: Order, endpoint: str, fetch_token: Callable[[str], str]) -> str | None:
    if not order.gated:
        return None
    if order.token_secret_arn is None:
        raise StepError(hub_errors.gated_without_token(order.repository, endpoint))
    return fetch_token(order.token_secret_arn)


def _download(order: Order, hub: Hub, commit: str) -> dict[str, Path]:
    remote = hub.files(commit)
    source = f"{order.repository}@{order.revision} (commit {commit})"
    paths = patterns.select(remote, order.patterns, source=source)
    file_names.check(paths)
    chosen: list[RemoteFile] = [remote[path] for path in paths]
    _check_size(order, sum(file.bytes for file in chosen))
    folder = order.work_dir / "files"
    return {file.path: hub.download(file, commit, folder) for file in chosen}


def _check_size(order: Order, size: int) -> None:
    if size > order.max_bytes:
        raise StepError(
            f"{order.model_type}: the files of {order.repository} take {size / MIB:.1f} MiB, more "
            f"than the limit of {order.max_bytes // MIB}: choose a smaller variant in `files` or "
            "raise `max_size_mb` in models.yaml."
        )
