"""Endpoints: creating, updating, deleting, and what each status allows."""

from __future__ import annotations

import atexit
from typing import Any

from moto.core.exceptions import ServiceException
from moto.sagemaker.exceptions import ValidationError
from moto.sagemaker.models import SageMakerModelBackend

from local_cloud.sagemaker.endpoints import (
    descriptions as endpoint_descriptions,
    scaling as endpoint_scaling,
    update as endpoint_update,
)
from local_cloud.sagemaker.endpoints.instances.instance import kill_all_instances
from local_cloud.sagemaker.endpoints.lifecycle import begin, settle, settle_all
from local_cloud.sagemaker.endpoints.plans import new_fleet
from local_cloud.sagemaker.endpoints.quotas import instances, require_room
from local_cloud.sagemaker.endpoints.state import LOCK, Change, forget, running
from local_cloud.sagemaker.endpoints.status import find, require_deletable
from local_cloud.sagemaker.operations import Backend

__all__ = ["apply", "settle_all"]


def apply() -> None:
    """Apply the corrections of endpoints."""
    endpoints_take_time_and_unique_names()
    deleting_respects_the_status()
    _processes_end_with_the_server()
    endpoint_descriptions.apply()
    endpoint_scaling.apply()
    endpoint_update.apply()


def endpoints_take_time_and_unique_names() -> None:
    """AWS starts instances in the background and refuses a taken name.

    moto was InService at once, without anything running, and replaced an endpoint of that name.
    """
    original = SageMakerModelBackend.create_endpoint

    def create_endpoint(
        self: Backend, endpoint_name: str, endpoint_config_name: str, tags: Any
    ) -> Any:
        with LOCK:
            settle(self, endpoint_name)
            if endpoint_name in self.endpoints:
                arn = self.endpoints[endpoint_name].arn
                raise ValidationError(f'Cannot create already existing endpoint "{arn}".')
            endpoint = original(self, endpoint_name, endpoint_config_name, tags)
            try:
                config = self.endpoint_configs[endpoint_config_name]
                del self.endpoints[endpoint_name]  # it uses no instances yet
                require_room(self, instances(config, endpoint.production_variants))
                self.endpoints[endpoint_name] = endpoint
                fleet = new_fleet(self, endpoint_name, config, endpoint.production_variants)
            except ServiceException:
                self.endpoints.pop(endpoint_name, None)
                raise
            forget(self, endpoint_name)
            change = Change(due=0.0, fleet=fleet, loading=fleet.load())
            begin(self, endpoint, "Creating", change)
            return endpoint

    SageMakerModelBackend.create_endpoint = create_endpoint


def deleting_respects_the_status() -> None:
    """AWS refuses to delete an endpoint in progress and takes a while; moto did neither."""

    def delete_endpoint(self: Backend, endpoint_name: str) -> None:
        with LOCK:
            settle(self, endpoint_name)
            endpoint = find(self, endpoint_name)
            require_deletable(endpoint)
            record = running(self, endpoint_name)
            if record.fleet:
                record.fleet.retire()
                record.fleet = None
            begin(self, endpoint, "Deleting", Change(due=0.0))

    SageMakerModelBackend.delete_endpoint = delete_endpoint


def _processes_end_with_the_server() -> None:
    """Instances end with the server and with a reset; both would leave processes behind."""
    atexit.register(kill_all_instances)
    original = SageMakerModelBackend.reset

    def reset(self: Backend) -> None:
        with LOCK:
            original(self)
        kill_all_instances()

    SageMakerModelBackend.reset = reset
