locals {
  model_package_arns = "arn:${var.account.partition}:sagemaker:${var.account.region}:${var.account.id}:model-package/"

  # IAM checks both the listing and the describing of versions against the versions of a group.
  version_arns = [
    for group in values(var.groups) :
    "${local.model_package_arns}${group}/*"
  ]

  model_object_arns = [for type in keys(var.groups) : "${var.production_bucket.arn}/${type}/*"]

  policy_statements = {
    ReadRegistry = {
      actions   = ["sagemaker:DescribeModelPackage", "sagemaker:ListModelPackages"]
      resources = local.version_arns
    }
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
