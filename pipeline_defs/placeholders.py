"""What Terraform fills into a definition with `templatefile()`.

The SDK looks into some values (an S3 URI must start with s3://, a role name would be looked up in
IAM): those are composed with a stand-in of the right form, which `templated` exchanges.
"""

import re

ALLOWED_LICENCES = "${allowed_licences}"
CODE_S3_URI = "s3://stand-in-code-s3-uri"
IMAGE_URI = "${image_uri}"
INSTANCE_TYPE = "${instance_type}"
JOB_ROLE_ARN = "arn:aws:iam::000000000000:role/stand-in-job-role-arn"
MODEL_PACKAGE_GROUP_NAME = "${model_package_group_name}"
OUTPUT_BUCKET = "${output_bucket}"
OUTPUT_PREFIX = "${output_prefix}"
REVISION = "${revision}"
TOKEN_SECRET_ARN = "${token_secret_arn}"  # noqa: S105 - names a secret, holds none

STAND_INS = {CODE_S3_URI: "${code_s3_uri}", JOB_ROLE_ARN: "${job_role_arn}"}
NAMES = frozenset(
    value.removeprefix("${").removesuffix("}")
    for value in (
        ALLOWED_LICENCES,
        IMAGE_URI,
        INSTANCE_TYPE,
        MODEL_PACKAGE_GROUP_NAME,
        OUTPUT_BUCKET,
        OUTPUT_PREFIX,
        REVISION,
        TOKEN_SECRET_ARN,
        *STAND_INS.values(),
    )
)


class TemplateError(ValueError):
    """A definition that Terraform would misread."""


def templated(definition: str) -> str:
    """Exchange the stand-ins and check that only known placeholders remain.

    Raises:
        TemplateError: names what Terraform would try to interpolate.
    """
    for stand_in, placeholder in STAND_INS.items():
        definition = definition.replace(stand_in, placeholder)
    found = re.findall(r"\$\{([^}]*)\}?|(%\{)", definition)
    foreign = sorted({directive or f"${{{name}}}" for name, directive in found} - _known())
    if foreign:
        raise TemplateError(
            f"{', '.join(foreign)} would be read by Terraform's templatefile(): use the "
            f"placeholders {', '.join(sorted(NAMES))} or pass the value as a pipeline parameter"
        )
    return definition


def _known() -> set[str]:
    return {f"${{{name}}}" for name in NAMES}
