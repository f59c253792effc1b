locals {
  model_package_arns = "arn:${var.account.partition}:sagemaker:${var.account.region}:${var.account.id}:model-package/"

  model_object_arns = [for type in keys(var.groups) : "${var.production_bucket.arn}/${type}/*"]

  policy_statements = {
    ListBuckets = {
      actions   = ["s3:ListBucket"]
      resources = [var.output_bucket.arn, var.production_bucket.arn]
    }
    ReadArtifacts = {
      actions   = ["s3:GetObject", "s3:GetObjectVersion"]
      resources = ["${var.output_bucket.arn}/*"]
    }
    ListVersions = {
      actions   = ["s3:ListBucketVersions"]
      resources = [var.production_bucket.arn]
    }
    MaintainModels = {
      actions = [
        "s3:AbortMultipartUpload",
        "s3:DeleteObject",
        "s3:DeleteObjectVersion",
        "s3:GetObject",
        "s3:GetObjectVersion",
        "s3:GetObjectVersionTagging",
        "s3:PutObject",
        "s3:PutObjectTagging",
      ]
      resources = local.model_object_arns
    }
    MaintainRecords = {
      actions   = ["s3:GetObject", "s3:PutObject"]
      resources = ["${var.production_bucket.arn}/promotions/*"]
    }
  }
}

module "model_rights" {
  source = "../model_rights"

  account   = var.account
  name      = "${local.name}-models"
  role_name = module.function.role_name

  statements = {
    ReadRegistry = {
      actions = ["sagemaker:DescribeModelPackage", "sagemaker:ListModelPackages"]
      # IAM checks both the listing and the describing of versions against the versions of a group.
      resources = { for type, group in var.groups : type => ["${local.model_package_arns}${group}/*"] }
    }
  }
}
