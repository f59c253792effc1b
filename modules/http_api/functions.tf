locals {
  routes = {
    model_urls        = "GET /getmodelurl"
    models            = "GET /models"
    invoke_navigation = "POST /invokesagemakerinference"
  }
  function_of = {
    model_urls        = "model_urls"
    models            = "model_urls"
    invoke_navigation = "invoke_navigation"
  }
  functions = {
    model_urls        = module.model_urls
    invoke_navigation = module.invoke_navigation
  }

  # The bucket is the stack's own; a list of all types would outgrow the role.
  object_arns  = ["${var.production_bucket.arn}/*.zip", "${var.production_bucket.arn}/files/*"]
  endpoint_arn = "arn:${var.stack.account.partition}:sagemaker:${var.stack.account.region}:${var.stack.account.id}:endpoint/${var.endpoint_name}"
}

module "model_urls" {
  source = "../lambda_function"

  stack           = var.stack
  alarms          = var.alarms
  name            = "${var.stack.name_prefix}-model-urls"
  failure_metrics = ["Faults"]
  description     = "Answers with links to what is served of each type."
  handler         = "model_urls.handler.handle"
  package         = var.packages.model_urls
  # Lambda gives processor time by memory: signing 50 links takes 26 ms of a whole processor, which
  # a function has from 1769 MB on; here it takes some 45 ms, and then nothing for half their lifetime.
  memory_mb       = 1024
  timeout_seconds = 29

  policy_statements = {
    # Without the variable, so that the right is there well before the code that needs it.
    ReadIndex = {
      actions   = ["s3:GetObject"]
      resources = ["${var.production_bucket.arn}/index.json"]
    }
    # The links act with it.
    ReadModels = {
      actions   = ["s3:GetObjectVersion"]
      resources = local.object_arns
    }
  }

  environment = {
    CATALOGUE               = jsonencode({ for type in var.model_types : type => {} })
    LOG_LEVEL               = "INFO"
    MODEL_INDEX_KEY         = var.model_index_key
    POWERTOOLS_SERVICE_NAME = "model-urls"
    PRODUCTION_BUCKET       = var.production_bucket.name
    URL_LIFETIME_SECONDS    = tostring(var.url_lifetime_seconds)
  }
}

module "invoke_navigation" {
  source = "../lambda_function"

  stack           = var.stack
  alarms          = var.alarms
  name            = "${var.stack.name_prefix}-invoke-navigation"
  failure_metrics = ["Faults"]
  description     = "Asks the navigation model about an image."
  handler         = "invoke_navigation.handler.handle"
  package         = var.packages.invoke_navigation
  # Of the time that a 1 MB picture takes here, 8 ms are a whole processor's: 14 ms with this share of one.
  memory_mb = 1024
  started   = var.navigation.started_functions
  # Above its own deadline, so that the client is told.
  timeout_seconds = var.navigation.answer_seconds + 2

  policy_statements = {
    AskModel = {
      actions   = ["sagemaker:InvokeEndpoint"]
      resources = [local.endpoint_arn]
    }
  }

  environment = {
    ANSWER_WITHIN_SECONDS   = tostring(var.navigation.answer_seconds)
    ENDPOINT_NAME           = var.endpoint_name
    LOG_LEVEL               = "INFO"
    POWERTOOLS_SERVICE_NAME = "invoke-navigation"
  }
}
