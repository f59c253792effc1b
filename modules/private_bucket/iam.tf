locals {
  transport_statements = [
    {
      Sid       = "DenyInsecureTransport"
      Effect    = "Deny"
      Principal = "*"
      Action    = "s3:*"
      Resource  = [local.arn, "${local.arn}/*"]
      Condition = { Bool = { "aws:SecureTransport" = "false" } }
    },
    {
      Sid       = "DenyOutdatedTls"
      Effect    = "Deny"
      Principal = "*"
      Action    = "s3:*"
      Resource  = [local.arn, "${local.arn}/*"]
      Condition = { NumericLessThan = { "s3:TlsVersion" = "1.2" } }
    },
  ]

  service_statements = [
    for sid, grant in var.service_grants : {
      Sid       = sid
      Effect    = "Allow"
      Principal = { Service = grant.service }
      Action    = grant.actions
      Resource  = "${local.arn}/${grant.key_pattern}"
      Condition = {
        ArnLike      = { "aws:SourceArn" = grant.source_arns }
        StringEquals = { "aws:SourceAccount" = grant.source_account }
      }
    }
  ]
}

locals {
  # Deletes are not among them: nothing false can be served by a delete, and a repair needs it.
  writes = [
    "s3:PutObject",
    "s3:PutObjectTagging",
    "s3:PutObjectVersionTagging",
    # Replication from another bucket writes with these, not with PutObject.
    "s3:ReplicateObject",
    "s3:ReplicateTags",
  ]
  deletes = [
    "s3:DeleteObject",
    "s3:DeleteObjectTagging",
    "s3:DeleteObjectVersion",
    "s3:DeleteObjectVersionTagging",
    "s3:ReplicateDelete",
  ]

  # aws:PrincipalArn of a role's session is the role's ARN.
  writer_statements = [
    for sid, limit in var.writers : {
      Sid       = sid
      Effect    = "Deny"
      Principal = "*"
      Action    = limit.deletes ? concat(local.deletes, local.writes) : local.writes
      Resource  = [for pattern in limit.key_patterns : "${local.arn}/${pattern}"]
      Condition = { ArnNotLike = { "aws:PrincipalArn" = limit.principal_arns } }
    }
  ]
}

resource "aws_s3_bucket_policy" "this" {
  bucket = aws_s3_bucket.this.bucket

  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = concat(local.transport_statements, local.writer_statements, local.service_statements)
  })

  # S3 refuses a policy while the public access block of the same bucket is being changed.
  depends_on = [aws_s3_bucket_public_access_block.this]
}
