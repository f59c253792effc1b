Feature: Only TLS gets in

  Scenario: Bucket policies deny plain HTTP
    Given I have aws_s3_bucket_policy defined
    Then it must have policy
    Then it must have Statement
    Then it must have Sid
    And any of its values must match the "^DenyInsecureTransport$" regex

  Scenario: Bucket policies deny outdated TLS
    Given I have aws_s3_bucket_policy defined
    Then it must have policy
    Then it must have Statement
    Then it must have Sid
    And any of its values must match the "^DenyOutdatedTls$" regex

  Scenario: Queue policies deny plain HTTP
    Given I have aws_sqs_queue defined
    Then it must have policy
    Then it must have Statement
    Then it must have Sid
    And any of its values must match the "^DenyInsecureTransport$" regex

  Scenario: Topic policies deny plain HTTP
    Given I have aws_sns_topic defined
    Then it must have policy
    Then it must have Statement
    Then it must have Sid
    And any of its values must match the "^DenyInsecureTransport$" regex
