locals {
  # What the cleanup may take for ours; it removes nothing else.
  names = {
    endpoint     = var.endpoint_name
    groups       = [for model in values(var.models) : model.group_name]
    model_prefix = var.model_name_prefix
    pipelines    = [for model in values(var.models) : model.pipeline_name]
    writers      = var.writer_names
  }
}

# On destroy each of these runs before everything that this module depends on.
#
# An endpoint can be busy for longer than the 15 minutes that an invocation has. The next one goes
# on where the one before ran out of time; only the last calls what is still busy an error.
resource "aws_lambda_invocation" "first" {
  function_name   = var.function.name
  input           = jsonencode({ stage = "cleanup", is_last = false, names = local.names })
  lifecycle_scope = "CRUD"

  depends_on = [aws_lambda_invocation.second]
}

resource "aws_lambda_invocation" "second" {
  function_name   = var.function.name
  input           = jsonencode({ stage = "cleanup", is_last = false, names = local.names })
  lifecycle_scope = "CRUD"

  depends_on = [aws_lambda_invocation.third]
}

resource "aws_lambda_invocation" "third" {
  function_name   = var.function.name
  input           = jsonencode({ stage = "cleanup", is_last = false, names = local.names })
  lifecycle_scope = "CRUD"

  depends_on = [aws_lambda_invocation.last]
}

resource "aws_lambda_invocation" "last" {
  function_name   = var.function.name
  input           = jsonencode({ stage = "cleanup", is_last = true, names = local.names })
  lifecycle_scope = "CRUD"

  depends_on = [aws_iam_role_policy.cleanup, aws_lambda_invocation.model]
}

# When a model leaves the catalogue, only this runs: SageMaker deletes no pipeline with a running
# execution and no group with versions.
resource "aws_lambda_invocation" "model" {
  for_each = var.models

  function_name   = var.function.name
  input           = jsonencode({ stage = "model", names = { groups = [each.value.group_name], pipelines = [each.value.pipeline_name] } })
  lifecycle_scope = "CRUD"

  depends_on = [aws_iam_role_policy.cleanup, module.model_rights]
}
