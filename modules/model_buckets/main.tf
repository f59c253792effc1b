locals {
  names = {
    access_logs     = "${var.name_prefix}-access-logs-${var.account.id}"
    endpoint_models = "${var.name_prefix}-sagemaker-endpoint-model-${var.account.id}"
    output          = "${var.name_prefix}-model-sagemaker-output-${var.account.id}"
    production      = "${var.name_prefix}-model-artifacts-production-${var.account.id}"
  }

  data_buckets = { for role, name in local.names : role => name if role != "access_logs" }
}

module "access_logs" {
  source = "../private_bucket"

  name                    = local.names.access_logs
  partition               = var.account.partition
  force_destroy           = var.force_destroy
  noncurrent_version_days = 1

  expiration_rules = { expire-logs = { days = var.access_log_days } }

  service_grants = {
    AllowAccessLogs = {
      actions        = ["s3:PutObject"]
      service        = "logging.s3.amazonaws.com"
      source_account = var.account.id
      source_arns    = [for name in values(local.data_buckets) : "arn:${var.account.partition}:s3:::${name}"]
    }
  }
}

module "bucket" {
  source   = "../private_bucket"
  for_each = local.data_buckets

  name                    = each.value
  partition               = var.account.partition
  access_log_bucket       = module.access_logs.name
  force_destroy           = var.force_destroy
  noncurrent_version_days = var.noncurrent_version_days
}
