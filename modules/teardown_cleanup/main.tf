# On destroy these run before everything that this module depends on. One that fails says what is
# still busy or refused, and the next destroy goes on from there.
resource "aws_lambda_invocation" "navigation" {
  function_name   = var.function.name
  lifecycle_scope = "CRUD"

  input = jsonencode({
    stage        = "navigation"
    endpoint     = var.endpoint_name
    model_prefix = "${var.stack.name_prefix}-navigation"
    writers      = var.writer_names
  })

  depends_on = [aws_iam_role_policy.cleanup, aws_lambda_invocation.model]
}

# Runs on its own when a model leaves the catalogue, too: SageMaker deletes no pipeline with a
# running execution and no group with versions.
resource "aws_lambda_invocation" "model" {
  for_each = var.models

  function_name   = var.function.name
  input           = jsonencode({ stage = "model", group = each.value.group_name, pipeline = each.value.pipeline_name })
  lifecycle_scope = "CRUD"

  depends_on = [aws_iam_role_policy.cleanup, module.model_rights]
}

moved {
  from = aws_lambda_invocation.last
  to   = aws_lambda_invocation.navigation
}

# Forgotten, as destroying one would run the cleanup.
removed {
  from = aws_lambda_invocation.first

  lifecycle {
    destroy = false
  }
}

removed {
  from = aws_lambda_invocation.second

  lifecycle {
    destroy = false
  }
}

removed {
  from = aws_lambda_invocation.third

  lifecycle {
    destroy = false
  }
}
