locals {
  name  = "${var.stack.name_prefix}-api"
  stage = "$default"
}

resource "aws_apigatewayv2_api" "this" {
  name          = local.name
  description   = "What the browser app talks to."
  protocol_type = "HTTP"

  # With this the gateway answers preflights itself and adds the headers to every answer of a
  # function, errors included; what it refuses on its own, such as a bad token, goes out without.
  cors_configuration {
    allow_headers  = ["authorization", "content-type", "if-none-match", "range"]
    allow_methods  = distinct([for route in local.routes : split(" ", route)[0]])
    allow_origins  = var.allowed_origins
    expose_headers = ["etag", "retry-after"]
    max_age        = 300
  }
}

# The header may hold the token alone or "Bearer" and the token.
resource "aws_apigatewayv2_authorizer" "this" {
  api_id           = aws_apigatewayv2_api.this.id
  name             = "user-pool"
  authorizer_type  = "JWT"
  identity_sources = ["$request.header.Authorization"]

  jwt_configuration {
    audience = [var.user_pool.client_id]
    issuer   = var.user_pool.issuer
  }
}

# One for each function: an interrupted deployment finds it again by the function's ARN.
resource "aws_apigatewayv2_integration" "this" {
  for_each = local.functions

  api_id                 = aws_apigatewayv2_api.this.id
  integration_type       = "AWS_PROXY"
  integration_uri        = each.value.invoke_arn
  payload_format_version = "2.0"
  timeout_milliseconds   = 30000

  # A new alias may be invoked before anything asks it.
  depends_on = [aws_lambda_permission.alias]
}

resource "aws_apigatewayv2_route" "this" {
  for_each = local.routes

  api_id             = aws_apigatewayv2_api.this.id
  route_key          = each.value
  target             = "integrations/${aws_apigatewayv2_integration.this[local.function_of[each.key]].id}"
  authorization_type = "JWT"
  authorizer_id      = aws_apigatewayv2_authorizer.this.id
}

resource "aws_lambda_permission" "this" {
  for_each = local.routes

  # Never to be renamed: Terraform removes the former statement a minute or more before it adds the new
  # one, and the API answers 500 meanwhile.
  statement_id  = each.key == local.function_of[each.key] ? "AllowRoute" : "AllowRoute-${each.key}"
  action        = "lambda:InvokeFunction"
  function_name = local.functions[local.function_of[each.key]].name
  principal     = "apigateway.amazonaws.com"
  source_arn    = "${aws_apigatewayv2_api.this.execution_arn}/*/${replace(each.value, " ", "")}"
}

# Beside the function's own, which an alias does not inherit and which still serves when there is none.
resource "aws_lambda_permission" "alias" {
  for_each = { for name, function in local.functions : name => function if function.alias != null }

  statement_id  = "AllowRouteByAlias"
  action        = "lambda:InvokeFunction"
  function_name = each.value.name
  qualifier     = each.value.alias
  principal     = "apigateway.amazonaws.com"
  source_arn    = aws_lambda_permission.this[each.key].source_arn
}

resource "aws_apigatewayv2_stage" "this" {
  api_id      = aws_apigatewayv2_api.this.id
  name        = local.stage
  auto_deploy = true

  default_route_settings {
    detailed_metrics_enabled = true
    throttling_burst_limit   = var.throttling.burst
    throttling_rate_limit    = var.throttling.requests_per_second
  }

  access_log_settings {
    destination_arn = local.log_group_arn
    format          = jsonencode(local.log_fields)
  }
}
