"""Removes old releases: endpoint configs, then models, then archives; never one in use."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from update_endpoint import names, resources
from update_endpoint.record import Record
from update_endpoint.resources import Resources
from update_endpoint.settings import RELEASES, STAGING, Settings


@dataclass(frozen=True)
class Inventory:
    """What exists, by release.

    Parameters:
        archives: when each release was last asked for (ISO 8601); else when it was copied.
        configs: release and model by endpoint config.
        models: release by model.
        ages: creation time (ISO 8601) by endpoint config.
    """

    archives: Mapping[str, str]
    configs: Mapping[str, tuple[str, str]]
    models: Mapping[str, str]
    ages: Mapping[str, str]


@dataclass(frozen=True)
class Removal:
    """What may go, in the order in which it must."""

    configs: tuple[str, ...]
    models: tuple[str, ...]
    releases: frozenset[str]


def plan(inventory: Inventory, in_use: frozenset[str], wanted_release: str, keep: int) -> Removal:
    """Pure: what is older than the last `keep` releases and not in use.

    Parameters:
        in_use: endpoint configs that the endpoint has, gets, or would go back to.
        wanted_release: release of the current upload, "" without one.
    """
    by_age = sorted(inventory.archives, key=lambda item: inventory.archives[item], reverse=True)
    needed = {inventory.configs[config][0] for config in in_use if config in inventory.configs}
    kept = set(by_age[:keep]) | needed | {wanted_release}
    newest: dict[str, str] = {}
    for config in sorted(inventory.configs, key=lambda item: inventory.ages[item]):
        newest[inventory.configs[config][0]] = config
    staying = {
        config
        for config, (release, _) in inventory.configs.items()
        # A config whose release is unknown is left alone.
        if config in in_use or not release or (release in kept and newest[release] == config)
    }
    models = {inventory.configs[config][1] for config in staying}
    return Removal(
        configs=tuple(sorted(set(inventory.configs) - staying)),
        models=tuple(
            sorted(
                name for name, release in inventory.models.items() if release and name not in models
            )
        ),
        releases=frozenset(set(inventory.archives) - kept),
    )


def sweep(
    s3: Any,
    sagemaker: Any,
    settings: Settings,
    *,
    record: Record,
    found: Resources,
    in_use: frozenset[str],
    wanted_release: str,
) -> Removal:
    """Removes what `plan` names; safe to repeat after it was interrupted."""
    inventory = Inventory(
        archives=_archives(s3, settings.bucket, record),
        configs=_configs(sagemaker, record, found.configs),
        models=_models(sagemaker, record, found.models),
        ages={name: created.isoformat() for name, created in found.configs.items()},
    )
    removal = plan(inventory, in_use, wanted_release, settings.keep_releases)
    for config in removal.configs:
        sagemaker.delete_endpoint_config(EndpointConfigName=config)
    for model in removal.models:
        sagemaker.delete_model(ModelName=model)
    for release in sorted(removal.releases):
        _delete_versions(s3, settings.bucket, names.release_key(release))
    # What an interrupted run had staged; nothing else runs in this queue meanwhile.
    _delete_versions(s3, settings.bucket, STAGING)
    return removal


def _archives(s3: Any, bucket: str, record: Record) -> dict[str, str]:
    archives: dict[str, str] = {}
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=RELEASES):
        for item in page.get("Contents", ()):
            if release := names.release_of_key(item["Key"]):
                archives[release] = item["LastModified"].isoformat()
    for entry in record.entries:
        if entry.release in archives:
            archives[entry.release] = max(archives[entry.release], entry.accepted_at)
    return archives


def _configs(sagemaker: Any, record: Record, listed: Iterable[str]) -> dict[str, tuple[str, str]]:
    found = {}
    for config in listed:
        if entry := record.of_config(config):
            found[config] = (entry.release, entry.model)
        else:
            model = resources.model_of_config(sagemaker, config)
            known = _models(sagemaker, record, [model])
            found[config] = (known[model], model)
    return found


def _models(sagemaker: Any, record: Record, listed: Iterable[str]) -> dict[str, str]:
    known = {entry.model: entry.release for entry in record.entries if entry.model}
    return {
        model: known.get(model) or resources.release_of_model(sagemaker, model) for model in listed
    }


def _delete_versions(s3: Any, bucket: str, prefix: str) -> None:
    for page in s3.get_paginator("list_object_versions").paginate(Bucket=bucket, Prefix=prefix):
        for item in (*page.get("Versions", ()), *page.get("DeleteMarkers", ())):
            s3.delete_object(Bucket=bucket, Key=item["Key"], VersionId=item["VersionId"])
