output "approver_role_arn" {
  description = "Role that approves models; null when nobody may take it on."
  value       = length(var.approvers) > 0 ? "arn:${var.stack.account.partition}:iam::${var.stack.account.id}:role/${aws_iam_role.approver[0].name}" : null
}

output "group_name_form" {
  description = "Name of the model package group of a type, with `{type}` in its place."
  value       = local.group_name_form
}

output "group_names" {
  description = "Model package group of each model type."
  value       = { for type, group in aws_sagemaker_model_package_group.this : type => group.model_package_group_name }
}
