"""The alarms that roll an update back."""

from __future__ import annotations

from botocore.exceptions import BotoCoreError, ClientError

from local_cloud.iam.identity import UnknownRoleError
from local_cloud.sagemaker.aws_errors import error_details
from local_cloud.sagemaker.endpoints.state import Change
from local_cloud.sagemaker.operations import Backend
from local_cloud.sagemaker.pipelines.state import role_clients


def alarm_problem(backend: Backend, change: Change) -> str:
    """Why the alarms want a rollback, empty when they do not.

    The execution role looks: it needs cloudwatch:DescribeAlarms, as on AWS.
    """
    configured = (change.deployment_config.get("AutoRollbackConfiguration") or {}).get("Alarms")
    names = [alarm["AlarmName"] for alarm in configured or []]
    if not names:
        return ""
    try:
        client = role_clients(backend).client("cloudwatch", change.role_arn)
        answer = client.describe_alarms(
            AlarmNames=names, AlarmTypes=["MetricAlarm", "CompositeAlarm"]
        )
    except (ClientError, BotoCoreError) as error:
        return f"The auto-rollback alarms cannot be described: {error_details(error)}"
    except UnknownRoleError as error:
        return f"The auto-rollback alarms cannot be described: {error}"
    found = {
        alarm["AlarmName"]: alarm["StateValue"]
        for alarm in [*answer.get("MetricAlarms", []), *answer.get("CompositeAlarms", [])]
    }
    missing = [name for name in names if name not in found]
    if missing:
        return f"The auto-rollback alarm {missing[0]} does not exist."
    raised = [name for name in names if found[name] == "ALARM"]
    if raised:
        return f"One or more auto-rollback alarms went into ALARM: {', '.join(raised)}."
    return ""
