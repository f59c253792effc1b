output "allowed_origins" {
  description = "Origins that browsers may call the API and download models from."
  value       = local.allowed_origins
}

output "api_url" {
  description = "Base URL of the API; GET getmodelurl and POST invokesagemakerinference are below it."
  value       = module.http_api.api_url
}

output "env_local" {
  description = "What the front end's .env.local has to hold; `make env-local` writes it."
  value       = join("", [for name, value in merge(local.front_end_defaults, local.front_end_settings) : "${name}=${value}\n"])
}

output "front_end_defaults" {
  description = "Names of the settings in env_local that give way to what an Amplify app sets itself."
  value       = keys(local.front_end_defaults)
}

output "user_pool_client_id" {
  description = "App client that the front end signs users in with."
  value       = module.sign_in.client_id
}

output "user_pool_id" {
  description = "User pool of the app."
  value       = module.sign_in.user_pool_id
}
