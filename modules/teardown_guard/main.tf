# On destroy this runs before everything that the module depends on: as long as it refuses, nothing
# at all is removed.
resource "aws_lambda_invocation" "this" {
  function_name   = var.function_name
  input           = jsonencode({ stage = "guard" })
  lifecycle_scope = "CRUD"
}
