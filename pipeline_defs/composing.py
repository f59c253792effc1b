"""The surroundings in which the SDK composes a definition; undone at the end."""

import logging
import warnings
from collections.abc import Iterator
from contextlib import contextmanager

from pipeline_defs import offline
from pipeline_defs.sdk import SageMakerConfig


@contextmanager
def composing() -> Iterator[None]:
    """No account, no network, and none of what the SDK tells about leaving out job names."""
    disabled = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        with offline.environment(), _without_config_checks(), warnings.catch_warnings():
            warnings.filterwarnings("ignore", message="Running within a PipelineSession")
            yield
    finally:
        logging.disable(disabled)


@contextmanager
def _without_config_checks() -> Iterator[None]:
    """Skip the SDK's schema check of our constant configuration: half a second per look-up."""
    check = SageMakerConfig.validate_sagemaker_config
    SageMakerConfig.validate_sagemaker_config = staticmethod(lambda _config=None: None)
    try:
        yield
    finally:
        SageMakerConfig.validate_sagemaker_config = staticmethod(check)
