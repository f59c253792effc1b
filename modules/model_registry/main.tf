locals {
  sagemaker       = "arn:${var.stack.account.partition}:sagemaker:${var.stack.account.region}:${var.stack.account.id}"
  group_name_form = "${var.stack.name_prefix}-{type}-model-package-group"
  group_names     = { for type in var.model_types : type => replace(local.group_name_form, "{type}", type) }
}

resource "aws_sagemaker_model_package_group" "this" {
  for_each = local.group_names

  model_package_group_name        = each.value
  model_package_group_description = "Versions of the ${each.key} model."

  # Studio lists the groups that carry the ARN of its domain.
  tags = var.studio_domain_arn == null ? {} : { "sagemaker:domain-arn" = var.studio_domain_arn }
}
