Feature: Nothing is public

  Scenario Outline: Every bucket blocks public access
    Given I have aws_s3_bucket_public_access_block defined
    Then it must have <setting>
    And its value must be true

    Examples:
      | setting                 |
      | block_public_acls       |
      | block_public_policy     |
      | ignore_public_acls      |
      | restrict_public_buckets |

  Scenario: No object has an owner of its own
    Given I have aws_s3_bucket_ownership_controls defined
    Then it must have rule
    Then it must have object_ownership
    And its value must match the "^BucketOwnerEnforced$" regex
