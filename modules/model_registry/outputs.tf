output "group_names" {
  description = "Model package group of each model type."
  value       = { for type, group in aws_sagemaker_model_package_group.this : type => group.model_package_group_name }
}
