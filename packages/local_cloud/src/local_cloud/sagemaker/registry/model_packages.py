"""Versions in model package groups."""

from __future__ import annotations

import copy
import hashlib
import threading
from typing import Any

from moto.sagemaker.exceptions import ValidationError
from moto.sagemaker.models import SageMakerModelBackend

from local_cloud import clock
from local_cloud.eventbridge.events import emit_event
from local_cloud.sagemaker.operations import Backend, Parameters, add_operation, state
from local_cloud.sagemaker.registry.customer_metadata import check_metadata

# Pipelines register at the same time, each from a thread of its own, and others list meanwhile.
_LOCK = threading.Lock()


def apply() -> None:
    """Apply the corrections of this module."""
    version_numbers_are_never_reused()
    lists_bear_registrations()
    updates_keep_what_they_do_not_name()
    missing_version_does_not_exist()
    customer_metadata_is_limited()
    images_have_digests()
    add_operation(delete_model_package)


def version_numbers_are_never_reused() -> None:
    """AWS counts versions up for the life of a group and registers them as pending approval.

    moto numbered by count, so that a create after a delete overwrote a live version, and left
    the approval status empty. Emits the state change event.
    """
    original = SageMakerModelBackend.create_model_package

    def create_model_package(self: Backend, **named: Any) -> str:
        group = (named.get("model_package_group_name") or "").rpartition("/")[2] or None
        named["model_package_group_name"] = group
        if group:
            named["model_approval_status"] = (
                named.get("model_approval_status") or "PendingManualApproval"
            )
        with _LOCK:
            live, names = dict(self.model_packages), dict(self.model_package_name_mapping)
            arn = original(self, **named)
            package = self.model_packages[arn]
            if group:
                versions = state(self, "versions")
                versions[group] = versions.get(group, 0) + 1
                package.model_package_version = versions[group]
                package.arn = arn = f"{arn.rpartition('/')[0]}/{versions[group]}"
            self.model_packages = {**live, arn: package}
            self.model_package_name_mapping = {**names, arn: arn}
            if not group:
                self.model_package_name_mapping[package.model_package_name] = arn
        _emit_state_change(self, package)
        return str(arn)

    SageMakerModelBackend.create_model_package = create_model_package


def lists_bear_registrations() -> None:
    """AWS lists versions at any time; moto failed when one was registered during a list."""
    original = SageMakerModelBackend.list_model_packages

    def list_model_packages(self: Backend, *given: Any, **named: Any) -> Any:
        with _LOCK:
            return original(self, *given, **named)

    SageMakerModelBackend.list_model_packages = list_model_packages


def updates_keep_what_they_do_not_name() -> None:
    """AWS changes only what a request names, and merges customer metadata; moto wiped the rest.

    Emits the state change event, as AWS does for every edit of a version.
    """
    original = SageMakerModelBackend.update_model_package

    def update_model_package(self: Backend, **named: Any) -> str:
        package = _existing(self, named["model_package_arn"])
        before = copy.copy(package.__dict__)
        metadata = dict(package.customer_metadata_properties or {})
        removed = named.pop("customer_metadata_properties_to_remove", None) or []
        arn = original(self, **named, customer_metadata_properties_to_remove=[])
        for field in ("model_approval_status", "approval_description"):
            if named.get(field) is None:
                setattr(package, field, before[field])
        metadata.update(named.get("customer_metadata_properties") or {})
        package.customer_metadata_properties = {
            key: value for key, value in metadata.items() if key not in removed
        }
        _emit_state_change(self, package)
        return str(arn)

    SageMakerModelBackend.update_model_package = update_model_package


def missing_version_does_not_exist() -> None:
    """AWS answers a ValidationException `… does not exist`; moto failed with an internal error."""
    original = SageMakerModelBackend.describe_model_package

    def describe_model_package(self: Backend, model_package_name: str) -> Any:
        return original(self, _existing(self, model_package_name).arn)

    SageMakerModelBackend.describe_model_package = describe_model_package


def images_have_digests() -> None:
    """AWS notes the digest of each container's image at registration; moto stored the tag only.

    Source: the event "SageMaker Model Package State Change" in SageMaker's developer guide. There
    is no registry of images here, so the digest is that of the name.
    """
    original = SageMakerModelBackend.create_model_package

    def create_model_package(self: Backend, **named: Any) -> str:
        for container in (named.get("inference_specification") or {}).get("Containers", ()):
            digest = hashlib.sha256(str(container.get("Image")).encode()).hexdigest()
            container.setdefault("ImageDigest", f"sha256:{digest}")
        return str(original(self, **named))

    SageMakerModelBackend.create_model_package = create_model_package


def customer_metadata_is_limited() -> None:
    """AWS refuses customer metadata that is too much, too long or oddly spelled; moto took all."""
    create = SageMakerModelBackend.create_model_package
    update = SageMakerModelBackend.update_model_package

    def create_model_package(self: Backend, **named: Any) -> str:
        check_metadata(named.get("customer_metadata_properties") or {})
        return str(create(self, **named))

    def update_model_package(self: Backend, **named: Any) -> str:
        check_metadata(named.get("customer_metadata_properties") or {})
        return str(update(self, **named))

    SageMakerModelBackend.create_model_package = create_model_package
    SageMakerModelBackend.update_model_package = update_model_package


def delete_model_package(backend: Backend, get: Parameters) -> None:
    """AWS deletes a version without any event; moto lacks the operation."""
    with _LOCK:
        package = _existing(backend, get("ModelPackageName"))
        del backend.model_packages[package.arn]
        names = backend.model_package_name_mapping
        for name in [name for name, arn in names.items() if arn == package.arn]:
            del names[name]


def _existing(backend: Backend, name_or_arn: str) -> Any:
    arn = backend.model_package_name_mapping.get(name_or_arn, name_or_arn)
    if arn not in backend.model_packages:
        raise ValidationError(f"ModelPackage {name_or_arn} does not exist.")
    return backend.model_packages[arn]


def _emit_state_change(backend: Backend, package: Any) -> None:
    """In the shape that the EventBridge reference of SageMaker documents."""
    created = clock.iso(package.creation_time)
    modified = package.last_modified_time
    detail = {
        "ModelPackageGroupName": package.model_package_group_name,
        "ModelPackageVersion": package.model_package_version,
        "ModelPackageArn": package.arn,
        "CreationTime": created,
        "InferenceSpecification": package.inference_specification or {},
        "ModelPackageStatus": package.model_package_status,
        "ModelPackageStatusDetails": {},
        "CertifyForMarketplace": bool(package.certify_for_marketplace),
        "ModelApprovalStatus": package.model_approval_status,
        "MetadataProperties": package.metadata_properties or {},
        "ModelMetrics": package.model_metrics or {},
        "LastModifiedTime": clock.iso(modified) if modified else created,
    }
    emit_event(
        "aws.sagemaker",
        "SageMaker Model Package State Change",
        detail,
        [package.arn],
        account=backend.account_id,
        region=backend.region_name,
    )
