output "domain_arn" {
  description = "ARN of the domain, which the console shows tagged resources in."
  value       = aws_sagemaker_domain.this.arn
}
