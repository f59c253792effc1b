resource "aws_sagemaker_model_package_group" "this" {
  for_each = var.model_types

  model_package_group_name        = "${var.name_prefix}-${each.key}-model-package-group"
  model_package_group_description = "Versions of the ${each.key} model."

  # Studio lists the groups that carry the ARN of its domain.
  tags = var.studio_domain_arn == null ? {} : { "sagemaker:domain-arn" = var.studio_domain_arn }

  lifecycle {
    precondition {
      condition     = length("${var.name_prefix}-${each.key}-model-package-group") <= 63
      error_message = "Model type ${each.key} makes a model package group name above 63 characters: shorten the type in models.yaml or name_prefix."
    }
  }
}
