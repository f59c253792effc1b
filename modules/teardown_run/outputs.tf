output "guard" {
  description = "Invocation that refuses a destroy while something is to be kept, to forget once that is safe."
  value       = aws_lambda_invocation.guard.id
}
