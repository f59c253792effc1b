output "client_id" {
  description = "Id of the front end's app client."
  value       = aws_cognito_user_pool_client.this.id
}

output "issuer" {
  description = "Who signs the pool's tokens, as their iss claim says."
  value       = "https://${aws_cognito_user_pool.this.endpoint}"
}

output "user_pool_id" {
  description = "Id of the user pool."
  value       = aws_cognito_user_pool.this.id
}
