"""What a user may change per pipeline execution."""

from pipeline_defs import placeholders
from pipeline_defs.sdk import ParameterString


class Parameters:
    """The parameters of every pipeline; Terraform sets the defaults."""

    def __init__(self) -> None:
        self.revision = _string("Revision", placeholders.REVISION)
        self.instance_type = _string("InstanceType", placeholders.INSTANCE_TYPE)
        self.output_prefix = _string("OutputPrefix", placeholders.OUTPUT_PREFIX)
        self.allowed_licences = _string("AllowedLicences", placeholders.ALLOWED_LICENCES)

    def all(self) -> list[ParameterString]:
        """In the order of the definition."""
        return [
            self.revision,
            self.instance_type,
            self.output_prefix,
            self.allowed_licences,
        ]


def _string(name: str, default: str) -> ParameterString:
    return ParameterString(name=name, default_value=default)
