output "arn" {
  description = "ARN of the bucket."
  value       = local.arn
}

output "name" {
  description = "Name of the bucket."
  value       = aws_s3_bucket.this.bucket
}

output "policy" {
  description = "Policy of the bucket, as JSON."
  value       = aws_s3_bucket_policy.this.policy
}
