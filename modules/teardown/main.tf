# Without a resource of its own, the module has to name the provider that a test mocks below it.
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

# Without an alarm: only Terraform invokes it, and an error fails the run.
module "function" {
  source = "../lambda_function"

  stack       = var.stack
  name        = "${var.stack.name_prefix}-teardown"
  description = "Removes what Terraform did not create, before Terraform removes the rest."
  handler     = "teardown.handler.handle"
  package     = var.package
  # Endpoints take minutes to update and to go: Lambda's limit, several times over.
  timeout_seconds = 900

  environment = {
    KEEP                    = jsonencode(var.keep)
    LOG_LEVEL               = "INFO"
    POWERTOOLS_SERVICE_NAME = "teardown"
    SETTLE_SECONDS          = tostring(var.settle_seconds)
    STACK_NAME              = var.stack.name_prefix
  }
}
