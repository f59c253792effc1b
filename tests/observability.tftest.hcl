mock_provider "aws" {}

variables {
  stack = {
    account              = { id = "123456789012", partition = "aws", region = "eu-west-1" }
    log_retention_days   = 30
    name_prefix          = "vis-assis"
    permissions_boundary = null
  }
}

run "lets_only_this_accounts_alarms_publish" {
  command = plan

  module {
    source = "./modules/observability"
  }

  assert {
    condition = one([
      for statement in jsondecode(aws_sns_topic.alarms.policy).Statement :
      statement.Condition.StringEquals["aws:SourceAccount"] if statement.Effect == "Allow"
    ]) == "123456789012"
    error_message = "Another account's alarms could publish."
  }

  assert {
    condition     = length(aws_sns_topic_subscription.email) == 0
    error_message = "Somebody is subscribed although no address was given."
  }
}

run "sends_e_mail_when_asked" {
  command = plan

  module {
    source = "./modules/observability"
  }

  variables {
    alarm_email = "someone@example.org"
  }

  assert {
    condition     = aws_sns_topic_subscription.email[0].endpoint == "someone@example.org"
    error_message = "The address is not subscribed."
  }
}
