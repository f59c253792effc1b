output "function_name" {
  description = "Name of the function that changes the Amplify app."
  value       = module.function.name
}
