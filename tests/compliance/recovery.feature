Feature: What is lost can be brought back

  Scenario: Every bucket keeps old versions
    Given I have aws_s3_bucket_versioning defined
    Then it must have versioning_configuration
    Then it must have status
    And its value must match the "^Enabled$" regex

  Scenario: Every bucket removes old versions some day
    Given I have aws_s3_bucket_lifecycle_configuration defined
    Then it must have rule
    Then it must have noncurrent_version_expiration
    Then it must have noncurrent_days
    And its value must be greater than 0

  Scenario: Every bucket removes unfinished uploads
    Given I have aws_s3_bucket_lifecycle_configuration defined
    Then it must have rule
    Then it must have abort_incomplete_multipart_upload
    Then it must have days_after_initiation
    And its value must be greater than 0

  Scenario: Every event queue has a dead-letter queue
    Given I have aws_sqs_queue defined
    When its name is not ".*-(dead-letters.fifo|undelivered)" regex
    Then it must have redrive_policy
    Then it must have deadLetterTargetArn
    And its value must match the ".*-dead-letters.fifo" regex

  Scenario: What EventBridge cannot deliver to a queue is kept
    Given I have aws_cloudwatch_event_target defined
    When its target_id is queue
    Then it must have dead_letter_config
    Then it must have arn
    And its value must match the "^arn:aws:sqs:.*-undelivered$" regex
