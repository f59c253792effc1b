Feature: Everything says where it belongs

  Scenario: Every resource that takes tags names its stack
    Given I have resource that supports tags_all defined
    Then it must have tags_all
    Then it must have project
