output "domain_arn" {
  description = "ARN of the domain, which the console shows tagged resources in."
  value       = aws_sagemaker_domain.this.arn
}

output "domain_id" {
  description = "Identifier of the domain."
  value       = aws_sagemaker_domain.this.id
}

output "user_role_name" {
  description = "Name of the role that Studio's users have."
  value       = aws_iam_role.user.name
}
