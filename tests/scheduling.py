"""Hands the tests to the workers of pytest-xdist so that waiting and computing overlap."""

from __future__ import annotations

from xdist.scheduler import LoadGroupScheduling
from xdist.workermanage import WorkerController


def waits(scope: str) -> bool:
    """Whether a group of tests mostly waits for deployments and deadlines.

    Args:
        scope: name of the group, or id of a test without one.
    """
    return scope.startswith("stack-") or "tests/stack/" in scope


class OneDeploymentEach(LoadGroupScheduling):  # type: ignore[misc]
    """Gives a worker no second group that waits before it is done with the first.

    pytest-xdist asks for a worker's next group when it still has two tests of the last one, which
    may take minutes, while other workers have nothing left to do.
    """

    def _assign_work_unit(self, node: WorkerController) -> None:
        under_way = (
            scope
            for scope, tests in self.assigned_work.get(node, {}).items()
            if not all(tests.values())
        )
        if any(map(waits, under_way)):
            light = next((scope for scope in self.workqueue if not waits(scope)), None)
            if light is not None:
                self.workqueue.move_to_end(light, last=False)
        super()._assign_work_unit(node)
