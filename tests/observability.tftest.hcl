mock_provider "aws" {}

variables {
  runbook_url = "docs/operations.md"
  stack = {
    account              = { id = "123456789012", partition = "aws", region = "eu-west-1" }
    log_retention_days   = 30
    name_prefix          = "vis-assis"
    permissions_boundary = null
  }
}

run "lets_only_this_account_publish" {
  command = plan

  module {
    source = "./modules/observability"
  }

  assert {
    condition = toset([
      for statement in jsondecode(aws_sns_topic.alarms.policy).Statement :
      statement.Condition.StringEquals["aws:SourceAccount"] if statement.Effect == "Allow"
    ]) == toset(["123456789012"])
    error_message = "Another account's alarms or budgets could publish."
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
