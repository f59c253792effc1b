output "alias" {
  description = "Alias by which to invoke the instances that are kept started; null without any."
  value       = var.started > 0 ? "started" : null
}

output "arn" {
  description = "ARN of the function."
  value       = "${local.function_arn}:${aws_lambda_function.this.function_name}"
}

output "invoke_arn" {
  description = "ARN by which to invoke the function: its alias's, where it has one."
  value       = join(":", concat(["${local.function_arn}:${aws_lambda_function.this.function_name}"], aws_lambda_alias.started[*].name))
}

output "name" {
  description = "Name of the function."
  value       = aws_lambda_function.this.function_name
}

output "role_arn" {
  description = "ARN of the function's role, for the policies of what it uses."
  value       = aws_iam_role.this.arn
}

output "role_name" {
  description = "Name of the function's role, to attach further policies to."
  value       = aws_iam_role.this.name
}

output "timeout_seconds" {
  description = "Longest run of one invocation in seconds."
  value       = aws_lambda_function.this.timeout
}
