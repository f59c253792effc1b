"""Errors that the pipeline runtime raises."""

from __future__ import annotations


class RuntimeValidationError(Exception):
    """The request is refused; the message becomes a ValidationException."""


class DefinitionError(RuntimeValidationError):
    """The pipeline definition is malformed."""


class ParameterError(RuntimeValidationError):
    """The parameters passed to StartPipelineExecution do not fit the definition."""


class ExpressionError(Exception):
    """A reference or function of the definition has no value; fails the step that uses it."""


class StepFailedError(Exception):
    """A step failed; the message is its FailureReason as ListPipelineExecutionSteps shows it."""


class StepStoppedError(Exception):
    """A step ended because its execution was stopped."""
