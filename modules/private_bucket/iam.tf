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

resource "aws_s3_bucket_policy" "this" {
  bucket = aws_s3_bucket.this.bucket

  policy = jsonencode({
    Version   = "2012-10-17"
    Statement = concat(local.transport_statements, local.service_statements)
  })

  # S3 refuses a policy while the public access block of the same bucket is being changed.
  depends_on = [aws_s3_bucket_public_access_block.this]
}
