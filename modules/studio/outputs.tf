output "domain_arn" {
  description = "ARN of the domain, which the console shows tagged resources in."
  value       = aws_sagemaker_domain.this.arn
}

output "domain_id" {
  description = "Id of the domain."
  value       = aws_sagemaker_domain.this.id
}

output "url" {
  description = "Address of the domain, for whoever the console has signed in to it."
  value       = aws_sagemaker_domain.this.url
}

output "user_profile_name" {
  description = "User profile that people open Studio with."
  value       = aws_sagemaker_user_profile.this.user_profile_name
}
