output "api_id" {
  description = "Id of the API."
  value       = aws_apigatewayv2_api.this.id
}

output "api_url" {
  description = "Base URL of the API; routes are appended."
  value       = aws_apigatewayv2_api.this.api_endpoint
}

output "function_names" {
  description = "Lambda functions of the API by package name."
  value       = { for name, function in local.functions : name => function.name if name != "models" }
}
