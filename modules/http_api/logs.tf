locals {
  log_group_arn = "arn:${var.account.partition}:logs:${var.account.region}:${var.account.id}:log-group:${aws_cloudwatch_log_group.access.name}"

  # No header, query, address or claim of a person beside the random id that Cognito gave them.
  log_fields = {
    authorizerError  = "$context.authorizer.error"
    integrationError = "$context.integrationErrorMessage"
    latency          = "$context.responseLatency"
    requestId        = "$context.requestId"
    responseLength   = "$context.responseLength"
    routeKey         = "$context.routeKey"
    status           = "$context.status"
    time             = "$context.requestTime"
    user             = "$context.authorizer.claims.sub"
  }
}

resource "aws_cloudwatch_log_group" "access" {
  name              = "/aws/apigateway/${local.name}"
  retention_in_days = var.log_retention_days
}
