mock_provider "aws" {}

variables {
  capture            = { prefix = "data-capture/", retention_days = 14 }
  force_destroy      = true
  promotion_role_arn = "arn:aws:iam::123456789012:role/vis-assis-promote-model"

  stack = {
    account              = { id = "123456789012", partition = "aws", region = "eu-west-1" }
    log_retention_days   = 30
    name_prefix          = "vis-assis"
    permissions_boundary = null
  }
}

run "leaves_what_promotion_decides_to_promotion" {
  command = plan

  module {
    source = "./modules/model_buckets"
  }

  assert {
    condition = one([
      for statement in jsondecode(module.bucket["production"].policy).Statement :
      [statement.Effect, statement.Action, statement.Resource, statement.Condition]
      if statement.Sid == "PromotionDecides"
      ]) == [
      "Deny",
      ["s3:PutObject", "s3:PutObjectTagging", "s3:PutObjectVersionTagging", "s3:ReplicateObject", "s3:ReplicateTags"],
      [for pattern in ["files/*", "index.json", "promotions/*", "*/served/*"] : "arn:aws:s3:::vis-assis-model-artifacts-production-123456789012/${pattern}"],
      { ArnNotLike = { "aws:PrincipalArn" = ["arn:aws:iam::123456789012:role/vis-assis-promote-model"] } },
    ]
    error_message = "Others than promotion may write what the API reads."
  }

  assert {
    condition     = !strcontains(module.bucket["production"].policy, "UploadersWrite") && !strcontains(module.bucket["output"].policy, "PromotionDecides")
    error_message = "Uploads are restricted although nobody asked for it."
  }
}

run "leaves_uploads_to_the_uploaders" {
  command = plan

  module {
    source = "./modules/model_buckets"
  }

  variables {
    production_uploaders = ["arn:aws:iam::123456789012:role/uploaders"]
  }

  assert {
    condition = one([
      for statement in jsondecode(module.bucket["production"].policy).Statement :
      [contains(statement.Action, "s3:PutObject"), contains(statement.Action, "s3:DeleteObjectVersion"), statement.Condition.ArnNotLike["aws:PrincipalArn"]]
      if statement.Sid == "UploadersWrite"
    ]) == [true, true, ["arn:aws:iam::123456789012:role/vis-assis-promote-model", "arn:aws:iam::123456789012:role/uploaders"]]
    error_message = "Others than the uploaders may write."
  }
}
