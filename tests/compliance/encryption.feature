Feature: What is stored is encrypted

  Scenario: Every bucket encrypts its objects
    Given I have aws_s3_bucket_server_side_encryption_configuration defined
    Then it must have rule
    Then it must have apply_server_side_encryption_by_default
    Then it must have sse_algorithm
    And its value must match the "^(AES256|aws:kms)$" regex

  Scenario: Every queue encrypts its messages
    Given I have aws_sqs_queue defined
    Then it must have sqs_managed_sse_enabled
    And its value must be true
