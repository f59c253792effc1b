mock_provider "aws" {}

variables {
  alarm_thresholds     = { client_errors = 100, latency_ms = 1000, server_errors = 5 }
  alarms               = { runbooks = "docs/operations.md", topic_arn = "arn:aws:sns:eu-west-1:123456789012:alarms" }
  allowed_origins      = ["https://app.example.org"]
  endpoint_name        = "paligemma-endpoint-123456789012"
  model_index_key      = "index.json"
  model_types          = ["depth", "tts"]
  navigation           = { answer_seconds = 1, started_functions = 0 }
  production_bucket    = { arn = "arn:aws:s3:::production", name = "production" }
  throttling           = { burst = 50, requests_per_second = 20 }
  url_lifetime_seconds = 3600
  user_pool            = { client_id = "client", issuer = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_pool" }
  packages             = { invoke_navigation = { path = "./no-such.zip", source_hash = "one" }, model_urls = { path = "./no-such.zip", source_hash = "one" } }

  stack = {
    account              = { id = "123456789012", partition = "aws", region = "eu-west-1" }
    log_retention_days   = 30
    name_prefix          = "vis-assis"
    permissions_boundary = null
  }
}

run "lets_nobody_in_without_a_token_of_the_pool" {
  command = plan

  module {
    source = "./modules/http_api"
  }

  assert {
    condition     = toset([for route in aws_apigatewayv2_route.this : route.route_key]) == toset(["GET /getmodelurl", "GET /models", "POST /invokesagemakerinference"])
    error_message = "The routes are not the front end's."
  }

  assert {
    condition     = alltrue([for route in aws_apigatewayv2_route.this : route.authorization_type == "JWT"])
    error_message = "A route is open."
  }

  assert {
    condition     = one(aws_apigatewayv2_authorizer.this.jwt_configuration).audience == toset(["client"]) && one(aws_apigatewayv2_authorizer.this.jwt_configuration).issuer == var.user_pool.issuer
    error_message = "Tokens of another pool or client get in."
  }

  assert {
    condition = toset([
      for query in aws_cloudwatch_metric_alarm.this.metric_query : query.expression if length(query.metric) == 0
    ]) == toset(["IF(FILL(failed, 0) > 5, 1, 0) + IF(FILL(latency, 0) > 1000, 1, 0) + IF(FILL(refused, 0) > 100, 1, 0)"])
    error_message = "Refusals, failures and slow answers are not all alarmed."
  }

  assert {
    condition = toset([
      for query in aws_cloudwatch_metric_alarm.this.metric_query :
      join(" ", [for dimension, value in one(query.metric).dimensions : value if dimension != "ApiId"]) if length(query.metric) == 1
    ]) == toset(["", "POST /invokesagemakerinference $default"])
    error_message = "Slow answers of other routes count as slow navigation."
  }

  assert {
    condition     = aws_apigatewayv2_integration.this["invoke_navigation"].integration_uri == "arn:aws:lambda:eu-west-1:123456789012:function:vis-assis-invoke-navigation"
    error_message = "A function is kept started unasked."
  }

  assert {
    condition     = alltrue([for value in values(jsondecode(one(aws_apigatewayv2_stage.this.access_log_settings).format)) : !can(regex("(?i)message|authorizer\\.error", value))])
    error_message = "The access log holds free text, in which a quote would break its JSON."
  }

  assert {
    condition     = !can(regex("(?i)authorization|header|query|body|sourceIp|email", one(aws_apigatewayv2_stage.this.access_log_settings).format))
    error_message = "The access log holds what it must not."
  }
}

run "asks_the_instances_that_are_kept_started" {
  command = plan

  module {
    source = "./modules/http_api"
  }

  variables {
    navigation = { answer_seconds = 1, started_functions = 3 }
  }

  assert {
    condition     = aws_apigatewayv2_integration.this["invoke_navigation"].integration_uri == "arn:aws:lambda:eu-west-1:123456789012:function:vis-assis-invoke-navigation:started"
    error_message = "The gateway does not ask the alias."
  }

  assert {
    condition     = { for name, permission in aws_lambda_permission.alias : name => permission.qualifier } == { invoke_navigation = "started" }
    error_message = "The gateway may not ask the alias."
  }

  assert {
    condition     = { for name, permission in aws_lambda_permission.this : name => permission.statement_id } == { invoke_navigation = "AllowRoute", model_urls = "AllowRoute", models = "AllowRoute-models" }
    error_message = "The gateway may not ask a function, or not while an older stack is upgraded, whose statements have these ids."
  }
}
