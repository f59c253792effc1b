locals {
  # Amplify serves each branch under its own host name.
  amplify_origins = [
    for branch in var.amplify_branches :
    "https://${replace(lower(branch), "/[^a-z0-9-]+/", "-")}.${coalesce(var.amplify_app_id, "-")}.amplifyapp.com"
  ]

  development_origin = "http://localhost:3000"
  custom_origins     = [for domain in var.custom_domains : "https://${domain}"]

  allowed_origins = (
    var.amplify_app_id != null
    ? distinct(concat(local.amplify_origins, [local.development_origin], local.custom_origins, var.allowed_origins))
    : length(var.allowed_origins) + length(local.custom_origins) > 0
    ? distinct(concat(local.custom_origins, var.allowed_origins))
    : ["*"]
  )

  front_end_debug = {
    NEXT_PUBLIC_DEBUG_AUDIO            = var.front_end_debug.audio
    NEXT_PUBLIC_DEBUG_DEPTH            = var.front_end_debug.depth
    NEXT_PUBLIC_DEBUG_DETECTION        = var.front_end_debug.detection
    NEXT_PUBLIC_DEBUG_IMAGE_CAPTIONING = var.front_end_debug.image_captioning
  }

  # What the front end has to read, whoever hosts it.
  front_end_settings = merge(
    {
      NEXT_PUBLIC_API_GATEWAY_ENDPOINT        = module.http_api.api_url
      NEXT_PUBLIC_COGNITO_USER_POOL_CLIENT_ID = module.sign_in.client_id
      NEXT_PUBLIC_COGNITO_USER_POOL_ID        = module.sign_in.user_pool_id
      NEXT_PUBLIC_REGION_NAME                 = local.account.region
    },
    var.model_signing ? { NEXT_PUBLIC_MODEL_SIGNING_KEYS = join(",", module.model_promotion.signing_keys) } : {},
    { for name, shown in local.front_end_debug : name => tostring(shown) if shown != null },
  )

  # What it reads where nobody has set anything else.
  front_end_defaults = { for name, shown in local.front_end_debug : name => "false" if shown == null }
}

module "sign_in" {
  source = "./modules/sign_in"

  deletion_protection     = var.sign_in.deletion_protection
  mfa                     = var.sign_in.mfa
  name_prefix             = var.name_prefix
  refresh_token_days      = var.sign_in.refresh_token_days
  refresh_token_rotation  = var.sign_in.refresh_token_rotation
  temporary_password_days = var.sign_in.temporary_password_days
  threat_protection       = var.sign_in.threat_protection
  token_minutes           = var.sign_in.token_minutes
}

module "http_api" {
  source = "./modules/http_api"

  stack                     = local.stack
  access_log_retention_days = var.access_log_retention_days
  alarm_thresholds          = var.api_alarm_thresholds
  alarms                    = module.observability.alarms
  allowed_origins           = local.allowed_origins
  endpoint_name             = local.endpoint_name
  model_index_key           = module.model_promotion.index_key
  model_types               = toset(keys(local.catalogue))
  navigation                = var.navigation_requests
  packages                  = module.lambda_packages.packages
  production_bucket         = module.model_buckets.production
  throttling                = var.api_throttling
  url_lifetime_seconds      = var.model_url_lifetime_seconds

  user_pool = {
    client_id = module.sign_in.client_id
    issuer    = module.sign_in.issuer
  }
}

module "amplify_settings" {
  source = "./modules/amplify_settings"
  # An instance per app: moving to another one takes the settings out of the former with rights on it.
  for_each = toset(compact([var.amplify_app_id]))

  stack             = local.stack
  app_id            = each.key
  branches_to_build = var.amplify_start_builds ? var.amplify_branches : []
  defaults          = local.front_end_defaults
  package           = module.lambda_packages.packages["amplify_settings"]
  variables         = local.front_end_settings
}
