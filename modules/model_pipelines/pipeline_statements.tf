locals {
  pipeline_statements = {
    for type, model in var.models : type => [
      {
        # Pipelines names its jobs `pipelines-{execution}-{step}-…`.
        Sid      = "StartJobs"
        Effect   = "Allow"
        Action   = [for kind in local.job_kinds[type] : "sagemaker:Create${kind}Job"]
        Resource = local.job_arns[type]
        Condition = {
          "ForAllValues:StringEquals" = { "sagemaker:InstanceTypes" = distinct(concat([model.instance_type], var.allowed_instance_types)) }
          # Without the key, ForAllValues would hold.
          Null = { "sagemaker:InstanceTypes" = "false" }
        }
      },
      {
        Sid      = "FollowJobs"
        Effect   = "Allow"
        Action   = concat(["sagemaker:AddTags"], flatten([for kind in local.job_kinds[type] : ["sagemaker:Describe${kind}Job", "sagemaker:Stop${kind}Job"]]))
        Resource = local.job_arns[type]
      },
      {
        Sid       = "PassJobRole"
        Effect    = "Allow"
        Action    = ["iam:PassRole"]
        Resource  = [local.job_role_arns[type]]
        Condition = { StringEquals = { "iam:PassedToService" = "sagemaker.amazonaws.com" } }
      },
      {
        Sid      = "ReadArtifacts"
        Effect   = "Allow"
        Action   = ["s3:GetObject"]
        Resource = ["${var.output_bucket.arn}/*/${type}/*"]
      },
      {
        # The registry takes a version only with model data that it finds. AWS's own policy for it,
        # AmazonSageMakerModelRegistryFullAccess, lists buckets as the caller.
        Sid      = "ListOutput"
        Effect   = "Allow"
        Action   = ["s3:ListBucket"]
        Resource = [var.output_bucket.arn]
      },
      {
        # A version names its image by digest, which that policy looks up as the caller.
        Sid      = "ResolveImage"
        Effect   = "Allow"
        Action   = ["ecr:BatchGetImage"]
        Resource = [local.image_arn]
      },
      {
        Sid       = "RegisterAsPending"
        Effect    = "Allow"
        Action    = ["sagemaker:CreateModelPackage"]
        Resource  = local.registry_arns[type]
        Condition = { StringEquals = { "sagemaker:ModelApprovalStatus" = "PendingManualApproval" } }
      },
      {
        Sid      = "ViewVersions"
        Effect   = "Allow"
        Action   = ["sagemaker:AddTags", "sagemaker:DescribeModelPackage", "sagemaker:DescribeModelPackageGroup"]
        Resource = local.registry_arns[type]
      },
      {
        Sid    = "NeverRegisterOtherwise"
        Effect = "Deny"
        Action = ["sagemaker:CreateModelPackage"]
        # Whatever rights of one's own are added: in any group.
        Resource  = "*"
        Condition = { StringNotEquals = { "sagemaker:ModelApprovalStatus" = "PendingManualApproval" } }
      },
      {
        Sid    = "NeverApprove"
        Effect = "Deny"
        Action = ["sagemaker:UpdateModelPackage"]
        # Whatever rights of one's own are added: in any group.
        Resource = "*"
      },
    ]
  }

  # A pipeline may start the kinds of jobs that its definition has steps of.
  job_kinds = {
    for type in keys(var.models) : type => compact([
      "Processing",
      can(regex("\"Type\": \"Training\"", file("${var.definitions_dir}/${type}.json"))) ? "Training" : "",
    ])
  }

  job_arns = {
    for type, kinds in local.job_kinds : type => [for kind in kinds : "${local.sagemaker_prefix}:${lower(kind)}-job/pipelines-*"]
  }

  registry_arns = {
    for type, model in var.models : type => [
      "${local.sagemaker_prefix}:model-package-group/${model.group_name}",
      "${local.sagemaker_prefix}:model-package/${model.group_name}/*",
    ]
  }
}
