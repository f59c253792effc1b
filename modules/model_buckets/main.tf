# Without a resource of its own, the module has to name the provider that a test mocks below it.
terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

locals {
  names = {
    access_logs     = "${var.stack.name_prefix}-access-logs-${var.stack.account.id}"
    endpoint_models = "${var.stack.name_prefix}-sagemaker-endpoint-model-${var.stack.account.id}"
    output          = "${var.stack.name_prefix}-model-sagemaker-output-${var.stack.account.id}"
    production      = "${var.stack.name_prefix}-model-artifacts-production-${var.stack.account.id}"
  }

  # Captured requests show what a person saw, and staged copies are of no use after the run.
  navigation_expiration = {
    expire-captured-requests = {
      days            = var.capture.retention_days
      noncurrent_days = 1
      prefix          = var.capture.prefix
    }
    expire-staged-copies = { days = 1, noncurrent_days = 1, prefix = "staging/" }
  }

  # What a browser needs to compare, fetch and resume.
  browser_access = length(var.browser_origins) == 0 ? null : {
    allowed_headers = ["Content-Type", "If-Match", "If-None-Match", "If-Range", "Range"]
    allowed_origins = var.browser_origins
    expose_headers  = ["Accept-Ranges", "Content-Length", "Content-Range", "ETag"]
  }

  # Whatever IAM allows to others: what promotion decided, and what it serves, only it writes.
  promotion_only = {
    PromotionDecides = {
      deletes        = false
      key_patterns   = ["files/*", "index.json", "promotions/*", "*/served/*"]
      principal_arns = [var.promotion_role_arn]
    }
  }
  uploaders_only = {
    for sid in ["UploadersWrite"] : sid => {
      deletes        = true
      key_patterns   = ["*"]
      principal_arns = concat([var.promotion_role_arn], var.production_uploaders)
    } if length(var.production_uploaders) > 0
  }

  data_buckets = { for role, name in local.names : role => name if role != "access_logs" }
}

module "access_logs" {
  source = "../private_bucket"

  name                    = local.names.access_logs
  partition               = var.stack.account.partition
  force_destroy           = var.force_destroy
  noncurrent_version_days = 1

  expiration_rules = { expire-logs = { days = 90 } }

  service_grants = {
    AllowAccessLogs = {
      actions        = ["s3:PutObject"]
      service        = "logging.s3.amazonaws.com"
      source_account = var.stack.account.id
      source_arns    = [for name in values(local.data_buckets) : "arn:${var.stack.account.partition}:s3:::${name}"]
    }
  }
}

module "bucket" {
  source   = "../private_bucket"
  for_each = local.data_buckets

  name                    = each.value
  partition               = var.stack.account.partition
  access_log_bucket       = module.access_logs.name
  force_destroy           = var.force_destroy
  noncurrent_version_days = var.noncurrent_version_days
  cors                    = each.key == "production" ? local.browser_access : null

  # Uploads of the navigation model, and of models by hand, are acted on.
  eventbridge_notifications = contains(["endpoint_models", "production"], each.key)
  expiration_rules          = each.key == "endpoint_models" ? local.navigation_expiration : {}
  writers                   = { for sid, limit in merge(local.promotion_only, local.uploaders_only) : sid => limit if each.key == "production" }
}
