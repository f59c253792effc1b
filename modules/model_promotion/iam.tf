locals {
  model_package_arns = "arn:${var.stack.account.partition}:sagemaker:${var.stack.account.region}:${var.stack.account.id}:model-package/"

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
    ServeCopies = {
      actions = [
        "s3:AbortMultipartUpload",
        "s3:DeleteObjectVersion",
        "s3:PutObject",
        "s3:PutObjectTagging",
      ]
      resources = ["${var.production_bucket.arn}/*/served/*", "${var.production_bucket.arn}/files/*"]
    }
    ReadModels = {
      actions   = ["s3:GetObject", "s3:GetObjectVersion"]
      resources = ["${var.production_bucket.arn}/*.zip", "${var.production_bucket.arn}/files/*"]
    }
    RemoveSuperseded = {
      actions   = ["s3:DeleteObject"]
      resources = ["${var.production_bucket.arn}/*/served/*", "${var.production_bucket.arn}/files/*"]
    }
    MaintainRecords = {
      actions   = ["s3:GetObject", "s3:PutObject"]
      resources = ["${var.production_bucket.arn}/index.json", "${var.production_bucket.arn}/promotions/*"]
    }
  }
}

module "model_rights" {
  source = "../model_rights"

  stack     = var.stack
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
