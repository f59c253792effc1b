output "pipeline_names" {
  description = "Pipeline of each model type."
  value       = { for type, pipeline in aws_sagemaker_pipeline.this : type => pipeline.pipeline_name }
}
