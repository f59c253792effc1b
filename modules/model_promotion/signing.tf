locals {
  # The account manages the key and hands out its public half. To sign it would have to change this policy.
  key_managers = [
    "kms:CancelKeyDeletion",
    "kms:DescribeKey",
    "kms:DisableKey",
    "kms:EnableKey",
    "kms:GetKeyPolicy",
    "kms:GetKeyRotationStatus",
    "kms:GetPublicKey",
    "kms:ListResourceTags",
    "kms:PutKeyPolicy",
    "kms:ScheduleKeyDeletion",
    "kms:TagResource",
    "kms:UntagResource",
    "kms:UpdateKeyDescription",
  ]

  key_policy = {
    Version = "2012-10-17"
    Statement = [
      {
        Sid       = "AccountManages"
        Effect    = "Allow"
        Principal = { AWS = "arn:${var.stack.account.partition}:iam::${var.stack.account.id}:root" }
        Action    = local.key_managers
        # In a key's policy: this key.
        Resource = "*"
      },
      {
        Sid       = "PromotionSigns"
        Effect    = "Allow"
        Principal = { AWS = module.function.role_arn }
        Action    = ["kms:Sign"]
        # In a key's policy: this key.
        Resource  = "*"
        Condition = { StringEquals = { "kms:MessageType" = "DIGEST", "kms:SigningAlgorithm" = "ECDSA_SHA_256" } }
      },
    ]
  }

  # As front ends take them; the first signs.
  signing_keys = [
    for name in var.index.signing_keys : "${aws_kms_key.signing[name].key_id}=${data.aws_kms_public_key.signing[name].public_key}"
  ]
  signing_key = length(local.signing_keys) == 0 ? "" : local.signing_keys[0]
}

# AWS keeps a deleted key for a week, unbilled, in which it can be brought back.
resource "aws_kms_key" "signing" {
  for_each = toset(var.index.signing_keys)

  description              = "Signs which models ${var.stack.name_prefix} serves: ${each.key}."
  key_usage                = "SIGN_VERIFY"
  customer_master_key_spec = "ECC_NIST_P256"
  deletion_window_in_days  = 7
  policy                   = jsonencode(local.key_policy)
}

data "aws_kms_public_key" "signing" {
  for_each = aws_kms_key.signing

  key_id = each.value.key_id
}
