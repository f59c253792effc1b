data "aws_sagemaker_prebuilt_ecr_image" "scikit_learn" {
  region          = var.stack.account.region
  repository_name = local.image_repository
  image_tag       = "1.9-0-cpu-py3"
}

locals {
  image_repository = "sagemaker-scikit-learn"

  tagged_image = data.aws_sagemaker_prebuilt_ecr_image.scikit_learn.registry_path
  image_uri    = var.processing_image_digest == null ? local.tagged_image : "${split(":", local.tagged_image)[0]}@${var.processing_image_digest}"

  # The definitions are made beforehand, and readers of YAML differ about values such as 4472e73 or y: what
  # Python read when it made them is compared with what Terraform reads.
  bases = try(jsondecode(file("${var.definitions_dir}/_inputs.json")), {})
}

resource "aws_sagemaker_pipeline" "this" {
  for_each = var.models

  pipeline_name         = "${var.stack.name_prefix}-${each.key}-pipeline"
  pipeline_display_name = "${var.stack.name_prefix}-${each.key}-pipeline"
  pipeline_description  = "Downloads, checks and registers the ${each.key} model."
  role_arn              = local.pipeline_role_arns[each.key]

  pipeline_definition = templatefile("${var.definitions_dir}/${each.key}.json", {
    allowed_licences         = join(",", var.allowed_licences)
    code_s3_uri              = "s3://${var.output_bucket.name}/${local.code_prefix}"
    image_uri                = local.image_uri
    instance_type            = each.value.instance_type
    job_role_arn             = local.job_role_arns[each.key]
    model_package_group_name = each.value.group_name
    output_bucket            = var.output_bucket.name
    output_prefix            = "pipelines"
    revision                 = each.value.revision
    token_secret_arn         = each.value.gated ? var.hugging_face_token_secret_arn : "none"
  })

  lifecycle {
    precondition {
      condition     = each.value.basis == jsonencode(try(local.bases[each.key], null))
      error_message = "models.yaml says something else of ${each.key} than its pipeline definition: run `make pipelines` and commit what it writes; if that changes nothing, put the model's values in quotes."
    }
  }

  depends_on = [
    aws_iam_role_policy.job,
    aws_iam_role_policy.own_starts,
    aws_iam_role_policy.own_steps,
    aws_iam_role_policy.pipeline,
    aws_s3_object.code,
  ]
}
