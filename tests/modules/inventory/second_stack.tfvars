# A second stack in the same account, with the choices that a team would make.
alarm_email             = "team@example.org"
amplify_app_id          = "d1abc2defghij"
force_destroy           = false
log_retention_days      = 90
model_approvers         = ["studio", "arn:aws:iam::123456789012:role/Reviewer"]
model_revisions         = { depth = "0123456789abcdef0123456789abcdef01234567" }
monthly_budget          = 20
name_prefix             = "vis-assis-staging-eu-01"
navigation_capture      = { percentage = 0 }
navigation_hosting      = { instance_type = "ml.m5.xlarge", network_isolation = false }
navigation_office_hours = { timezone = "Europe/Berlin", from = "08:00", to = "18:00" }
permissions_boundary    = "arn:aws:iam::123456789012:policy/vis-assis-boundary"
promotion_sweep_rate    = "rate(1 hour)"
tags                    = { team = "vision" }
