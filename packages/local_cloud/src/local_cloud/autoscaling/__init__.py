"""Application Auto Scaling."""

import sys
from collections import defaultdict
from types import ModuleType

# moto's looks for services in moto's ECS, which loads its EC2: 0.8 s of processor time at every
# start. `targets` looks in MiniStack's ECS instead.
if "moto.ecs" not in sys.modules:
    _ecs = sys.modules["moto.ecs"] = ModuleType("moto.ecs")
    _ecs.ecs_backends = defaultdict(lambda: defaultdict(lambda: None))  # type: ignore[attr-defined]
    import moto.applicationautoscaling.models  # noqa: F401

    del sys.modules["moto.ecs"]
