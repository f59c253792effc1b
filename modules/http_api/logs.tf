locals {
  log_group_arn = "arn:${var.stack.account.partition}:logs:${var.stack.account.region}:${var.stack.account.id}:log-group:${aws_cloudwatch_log_group.access.name}"

  # No header, query, address or claim of a person beside the random id that Cognito gave them. No
  # message either: the gateway puts them in as they are, and a quote would break the JSON. The one
  # that it quotes itself, $context.error.messageString, is a bare hyphen when there is none.
  log_fields = {
    errorType        = "$context.error.responseType"
    functionStatus   = "$context.integration.status"
    invocationStatus = "$context.integration.integrationStatus"
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
  #checkov:skip=CKV_AWS_158:CloudWatch encrypts logs with a key of its own; they hold no token, link or picture, and a key of ours costs $1 a month.
  name              = "/aws/apigateway/${local.name}"
  retention_in_days = var.access_log_retention_days
}
