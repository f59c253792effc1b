output "arn" {
  description = "ARN of the function."
  value       = "${local.function_arn}:${aws_lambda_function.this.function_name}"
}

output "name" {
  description = "Name of the function."
  value       = aws_lambda_function.this.function_name
}

output "role_name" {
  description = "Name of the function's role, to attach further policies to."
  value       = aws_iam_role.this.name
}

output "timeout_seconds" {
  description = "Longest run of one invocation in seconds."
  value       = aws_lambda_function.this.timeout
}
