"""The instances behind one endpoint configuration."""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from local_cloud.sagemaker.endpoints.instances.answer import Answer, Invocation
from local_cloud.sagemaker.endpoints.instances.container import Container
from local_cloud.sagemaker.endpoints.instances.errors import InstanceError
from local_cloud.sagemaker.endpoints.instances.instance import Instance, InstanceHost

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class VariantPlan:
    """What a variant is to run: `count` instances of `container`, `weight` of the traffic."""

    name: str
    container: Container
    count: int
    weight: float


class Loading:
    """Work in the background: `done` once it has ended, `problem` is empty if it went well."""

    def __init__(self, work: Callable[[], None]) -> None:
        self.problem = ""
        self._work = work
        self._thread = threading.Thread(target=self._run, name="endpoint-loads", daemon=True)
        self._thread.start()

    @property
    def done(self) -> bool:
        """Whether the work has ended."""
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            self._work()
        except InstanceError as error:
            self.problem = str(error)
        except Exception as error:
            logger.exception("an endpoint's instances could not be started")
            self.problem = f"Internal failure: {type(error).__name__}: {error}"


class Fleet:
    """Instances by variant; empty until `load` has ended.

    Parameters:
        host: what all instances share.
        endpoint: name of the endpoint.
        plans: its variants.
    """

    def __init__(self, host: InstanceHost, endpoint: str, plans: Sequence[VariantPlan]) -> None:
        self._host, self._endpoint = host, endpoint
        self._plans = {plan.name: plan for plan in plans}
        self._weights = {plan.name: plan.weight for plan in plans}
        self._instances: dict[str, list[Instance]] = {plan.name: [] for plan in plans}
        self._stopped = False
        self._lock = threading.Lock()

    @property
    def role_arn(self) -> str:
        """Execution role of the first variant."""
        return next(iter(self._plans.values())).container.role_arn

    def has(self, variant: str) -> bool:
        """Whether there is such a variant."""
        return variant in self._plans

    def counts(self) -> dict[str, int]:
        """Running instances by variant."""
        with self._lock:
            return {name: len(instances) for name, instances in self._instances.items()}

    def load(self) -> Loading:
        """Start all instances in the background."""
        return self.resize({name: plan.count for name, plan in self._plans.items()})

    def resize(self, wanted: Mapping[str, int]) -> Loading:
        """Change the number of instances; when one cannot start, everything stays as it was."""
        return Loading(lambda: self._resize(wanted))

    def weigh(self, weights: Mapping[str, float]) -> None:
        """Change how traffic is shared between variants."""
        with self._lock:
            self._weights.update(weights)

    def invoke(self, request: Invocation, variant: str = "") -> tuple[str, Answer]:
        """Variant that was asked and its answer; a variant is drawn by weight unless named."""
        with self._lock:
            name = variant or self._draw()
            instance = min(self._instances[name], key=lambda candidate: candidate.busy)
        return name, instance.invoke(request)

    def ship_logs(self) -> None:
        """Bring the containers' output to CloudWatch Logs."""
        for instance in self._all():
            instance.log.ship()

    def retire(self) -> None:
        """Stop every instance after what it is answering."""
        self._stopped = True
        for instance in self._all():
            instance.retire()

    def _resize(self, wanted: Mapping[str, int]) -> None:
        current = self.counts()
        fresh: list[Instance] = []
        try:
            for name, count in wanted.items():
                for _ in range(count - current[name]):
                    container = self._plans[name].container
                    fresh.append(Instance(self._host, self._endpoint, name, container))
                    fresh[-1].start()
        except Exception:
            for instance in fresh:
                instance.retire()
            raise
        with self._lock:
            for instance in fresh:
                self._instances[instance.variant].append(instance)
            surplus = [
                self._instances[name].pop()
                for name, count in wanted.items()
                for _ in range(current[name] - count)
            ]
        for instance in fresh if self._stopped else surplus:
            instance.retire()

    def _draw(self) -> str:
        names = list(self._weights)
        weights = [self._weights[name] for name in names]
        if not any(weights):
            return names[0]
        return random.choices(names, weights)[0]  # noqa: S311 - shares traffic

    def _all(self) -> list[Instance]:
        with self._lock:
            return [item for instances in self._instances.values() for item in instances]
