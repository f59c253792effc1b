output "access_logs" {
  description = "Name and ARN of the bucket with the access logs."
  value       = { arn = module.access_logs.arn, name = module.access_logs.name }
}

output "endpoint_models" {
  description = "Name and ARN of the bucket for uploads of the navigation model."
  value       = { arn = module.bucket["endpoint_models"].arn, name = module.bucket["endpoint_models"].name }
}

output "output" {
  description = "Name and ARN of the bucket with the pipelines' code and artifacts."
  value       = { arn = module.bucket["output"].arn, name = module.bucket["output"].name }
}

output "production" {
  description = "Name and ARN of the bucket that browsers get their models from."
  value       = { arn = module.bucket["production"].arn, name = module.bucket["production"].name }
}
