"""The edge path, walked without users getting other bytes than they have."""

from __future__ import annotations

import hashlib
import time
from contextlib import suppress
from typing import Any

from botocore.exceptions import ClientError

import catalogue
from common.model_index import Model
from vis_assis.aws import model_status, registry
from vis_assis.aws.cloud import is_not_found
from vis_assis.build.environments import ROOT
from vis_assis.errors import CommandError
from vis_assis.journeys import edge_path
from vis_assis.terraform.interruption import deferred
from vis_assis.verify.api import model_list
from vis_assis.verify.services import remove_versions
from vis_assis.verify.session import Deviation, NotChecked, Session, request

METADATA = {"repository", "revision", "licence", "zip_sha256", "zip_bytes"}
SINGLE_FILE = ("S3Object", "None")
LONGEST_EXECUTION, LONGEST_PROMOTION, LONGEST_DELETION = 1800, 120, 60


def pipeline(session: Session) -> str:
    """Runs the pipeline of the smallest model that is shown, at the commit that is shown."""
    sagemaker = session.cloud.client("sagemaker")
    session.model_type, session.shown = _choice(session)
    name = session.outputs["pipeline_names"][session.model_type]
    session.report(f"Running {name} (on AWS some five minutes)")
    with deferred():
        revision = session.shown.revision if session.shown else None
        parameters = {"Revision": revision} if revision else {}
        execution = edge_path.run_pipeline(sagemaker, name, session.name, **parameters)
        session.made.callback(_remove_execution, session, execution)
    status = edge_path.wait_for_execution(sagemaker, execution, LONGEST_EXECUTION, session.pause)
    if status != "Succeeded":
        reason = edge_path.failure_reason(sagemaker, execution)
        raise CommandError(f"{execution} ended as {status}: {reason}")
    found = edge_path.registrations(sagemaker, execution)
    if not found:
        raise Deviation("registration-in-steps", f"the steps of {execution} name no version")
    session.package = found[0]
    return f"{name} registered a version"


def _choice(session: Session) -> tuple[str, Model | None]:
    """The type to run, and the model of it whose bytes its pipeline should make again."""
    models = catalogue.load(ROOT / "models.yaml").models
    shown = _served(session)
    again = [
        name
        for name in session.outputs["pipeline_names"]
        if name in shown and name in models and shown[name].repository == models[name].repository
    ]
    if again:
        smallest = min(again, key=lambda name: shown[name].bytes)
        return smallest, shown[smallest]
    return min(
        session.outputs["pipeline_names"],
        key=lambda name: models[name].max_size_mb if name in models else float("inf"),
    ), None


def _served(session: Session) -> dict[str, Model]:
    return model_status.served(session.cloud.client("s3"), session.outputs["production_bucket"])


def registration(session: Session) -> str:
    """The version is as the pipeline's definition says, and waits for approval."""
    if not session.package:
        raise NotChecked("no version was registered: see pipeline")
    package = session.cloud.client("sagemaker").describe_model_package(
        ModelPackageName=session.package
    )
    container = package["InferenceSpecification"]["Containers"][0]
    source = container.get("ModelDataSource", {}).get("S3DataSource", {})
    metadata = package.get("CustomerMetadataProperties", {})
    session.version = registry.version_of(package)
    if (source.get("S3DataType"), source.get("CompressionType")) != SINGLE_FILE:
        raise Deviation("data-source-of-a-registration", f"ModelDataSource holds {source}")
    if absent := sorted(name for name in METADATA if not metadata.get(name)):
        raise Deviation("metadata-from-a-property-file", f"without {', '.join(absent)}")
    if (status := package["ModelApprovalStatus"]) != "PendingManualApproval":
        raise Deviation("pending-registration", f"the version is {status}")
    if not container.get("ImageDigest", "").startswith("sha256:"):
        raise Deviation("image-digest", f"ImageDigest is {container.get('ImageDigest')}")
    if session.shown and session.shown.sha256 != metadata["zip_sha256"]:
        if _is_of_an_earlier_pipeline(session, session.shown):
            raise NotChecked(
                f"the pipeline of {session.model_type} was changed since the shown version: "
                "run it and approve what it registers, then its bytes can be compared"
            )
        found = f"{session.model_type} at the same commit has {metadata['zip_sha256']}"
        raise Deviation("same-bytes-from-the-job", f"{found}, shown is {session.shown.sha256}")
    return f"version {session.version.version}, pending approval"


def _is_of_an_earlier_pipeline(session: Session, shown: Model) -> bool:
    """Whether a version was registered before the pipeline was last changed."""
    sagemaker = session.cloud.client("sagemaker")
    package = _described(sagemaker, shown.package_arn) if shown.package_arn else None
    name = session.outputs["pipeline_names"][session.model_type]
    changed = sagemaker.describe_pipeline(PipelineName=name)["LastModifiedTime"]
    return bool(package and package["CreationTime"] < changed)


def promotion(session: Session) -> str:
    """An approval is promoted, if that gives nobody other bytes."""
    version = session.registered
    shown = _served(session)
    session.shown = shown.get(session.model_type)
    if shown and (session.shown is None or session.shown.sha256 != version.sha256):
        raise NotChecked("the version was not approved, as users would get other bytes")
    began = time.monotonic()
    s3, bucket = session.cloud.client("s3"), session.outputs["production_bucket"]
    edge_path.set_approval(session.cloud.client("sagemaker"), version.arn, "Approved")
    edge_path.wait_for_promotion(s3, bucket, version, LONGEST_PROMOTION)
    session.is_served = True
    return f"served {time.monotonic() - began:.0f} s after its approval"


def download(session: Session) -> str:
    """A link leads to the registered bytes, whole or in part, and takes no second signature."""
    links = model_list(session)
    if not links:
        raise NotChecked("no model is shown")
    kind = session.model_type if session.is_served else min(links, key=lambda k: links[k]["bytes"])
    url, sha256 = links[kind]["download_url"], links[kind]["sha256"]
    if session.is_served:
        sha256 = session.registered.sha256 or sha256
    whole = request("GET", url)
    if whole.status != 200 or hashlib.sha256(whole.body).hexdigest() != sha256:
        found = f"the link is answered {whole.status} with {len(whole.body)} bytes"
        raise Deviation("bytes-of-a-link", f"{found}, of another sha256 than {sha256}")
    part = request("GET", url, {"Range": "bytes=2-9"})
    if (part.status, part.body) != (206, whole.body[2:10]):
        raise Deviation("ranges-of-a-link", f"bytes=2-9 is answered {part.status}")
    both = request("GET", url, {"Authorization": session.id_token})
    if both.status != 400:
        raise Deviation("two-ways-to-sign", f"it is answered {both.status}")
    return f"{len(whole.body):,} bytes of {kind} with the right sha256"


def withdrawal(session: Session) -> str:
    """A rejected version gives way to what was shown before, and is gone once deleted."""
    version, sagemaker = session.registered, session.cloud.client("sagemaker")
    _withdraw(session, version.arn)
    if session.is_served:
        now, before = _served(session).get(session.model_type), session.shown
        if (now and now.sha256) != (before and before.sha256):
            raise CommandError(f"{session.model_type} is not shown as before: `vis-assis status`")

    def gone() -> bool | None:
        return _described(sagemaker, version.arn) is None or None

    try:
        edge_path.wait_for(version.arn, gone, LONGEST_DELETION, session.pause)
    except edge_path.EdgePathError as error:
        raise Deviation("deleted-versions-go", f"{version.arn} is still described") from error
    return "what was shown before is shown again"


def _described(sagemaker: Any, arn: str) -> dict[str, Any] | None:
    try:
        package: dict[str, Any] = sagemaker.describe_model_package(ModelPackageName=arn)
    except ClientError as error:
        if is_not_found(error):
            return None
        raise
    return package


def _withdraw(session: Session, arn: str) -> None:
    """Rejects and deletes a version; a deletion alone emits no event and would wait for a sweep."""
    sagemaker = session.cloud.client("sagemaker")
    package = _described(sagemaker, arn)
    if package is None:
        return

    def hidden() -> bool | None:
        model = _served(session).get(session.model_type)
        return not (model and model.package_arn == arn) or None

    try:
        if package["ModelApprovalStatus"] == "Approved":
            edge_path.set_approval(sagemaker, arn, "Rejected")
            what = f"{session.model_type} as it was before"
            edge_path.wait_for(what, hidden, LONGEST_PROMOTION, session.pause)
    finally:
        sagemaker.delete_model_package(ModelPackageName=arn)


def _remove_execution(session: Session, execution: str) -> None:
    """Ends an execution and removes its versions and artifacts."""
    sagemaker = session.cloud.client("sagemaker")
    with suppress(ClientError):  # it has ended, which the wait tells
        sagemaker.stop_pipeline_execution(PipelineExecutionArn=execution)
    edge_path.wait_for_execution(sagemaker, execution, LONGEST_EXECUTION, session.pause)
    for arn in edge_path.registrations(sagemaker, execution):
        _withdraw(session, arn)
    folder = f"pipelines/{session.model_type}/{execution.rpartition('/')[2]}/"
    remove_versions(session.cloud.client("s3"), session.outputs["output_bucket"], folder)
