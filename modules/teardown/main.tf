# Without an alarm: only Terraform invokes it, and an error fails the run.
module "function" {
  source = "../lambda_function"

  account              = var.account
  name                 = "${var.name_prefix}-teardown"
  description          = "Removes what Terraform did not create, before Terraform removes the rest."
  handler              = "teardown.handler.handle"
  package              = var.package
  permissions_boundary = var.permissions_boundary
  log_retention_days   = var.log_retention_days
  # Endpoints take minutes to update and to go: Lambda's limit, several times over.
  timeout_seconds = 900

  environment = {
    KEEP                    = jsonencode(var.keep)
    LOG_LEVEL               = "INFO"
    POWERTOOLS_SERVICE_NAME = "teardown"
    SETTLE_SECONDS          = tostring(var.settle_seconds)
    STACK_NAME              = var.name_prefix
  }
}
