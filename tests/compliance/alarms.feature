Feature: Failures are told

  Scenario: Every alarm goes to somebody
    Given I have aws_cloudwatch_metric_alarm defined
    Then it must have alarm_actions
    And its value must match the "arn:aws:sns:.*" regex

  Scenario: The first dead letter alarms
    Given I have aws_cloudwatch_metric_alarm defined
    When its metric_name is ApproximateNumberOfMessagesVisible
    Then it must have threshold
    And its value must be 0
