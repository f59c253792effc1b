locals {
  # IAM checks both the listing and the describing of versions against the versions of a group.
  version_arns = [
    for group in values(var.groups) :
    "arn:${var.account.partition}:sagemaker:${var.account.region}:${var.account.id}:model-package/${group}/*"
  ]

  production_object_arns = concat(
    [for type in keys(var.groups) : "${var.production_bucket.arn}/${type}/*"],
    ["${var.production_bucket.arn}/promotions/*"],
  )

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
    MaintainProduction = {
      actions = [
        "s3:AbortMultipartUpload",
        "s3:DeleteObject",
        "s3:DeleteObjectVersion",
        "s3:GetObject",
        "s3:GetObjectTagging",
        "s3:GetObjectVersion",
        "s3:GetObjectVersionTagging",
        "s3:PutObject",
        "s3:PutObjectTagging",
      ]
      resources = local.production_object_arns
    }
  }
}
