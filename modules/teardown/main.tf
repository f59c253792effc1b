module "function" {
  source = "../lambda_function"

  account            = var.account
  alarm_topic_arn    = var.alarm_topic_arn
  name               = "${var.name_prefix}-teardown"
  description        = "Removes what Terraform did not create, before Terraform removes the rest."
  handler            = "teardown.handler.handle"
  zip_path           = var.zip_path
  log_retention_days = var.log_retention_days
  # Endpoints take minutes to update and to go: Lambda's limit, several times over.
  timeout_seconds   = 900
  policy_statements = local.policy_statements

  environment = {
    KEEP                    = jsonencode(var.keep)
    LOG_LEVEL               = "INFO"
    POWERTOOLS_SERVICE_NAME = "teardown"
    STACK = jsonencode({
      endpoint     = var.endpoint_name
      groups       = var.group_names
      model_prefix = var.model_name_prefix
      name         = var.name_prefix
      pipelines    = var.pipeline_names
      writer_roles = var.writer_role_names
    })
  }
}
