output "pipeline_names" {
  description = "Pipeline of each model type."
  value       = { for type, pipeline in aws_sagemaker_pipeline.this : type => pipeline.pipeline_name }
}

output "role_names" {
  description = "Role of each pipeline, by model type."
  value       = { for type, role in aws_iam_role.pipeline : type => role.name }
}
