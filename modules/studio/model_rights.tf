# Approving is a right of its own: who runs a pipeline does not decide what the app gets.
module "model_rights" {
  source = "../model_rights"

  stack     = var.stack
  name      = "${aws_iam_role.user.name}-models"
  role_name = aws_iam_role.user.name

  statements = {
    FollowExecutions = {
      actions = [
        "sagemaker:DescribePipelineDefinitionForExecution",
        "sagemaker:DescribePipelineExecution",
        "sagemaker:ListPipelineExecutionSteps",
        "sagemaker:RetryPipelineExecution",
        "sagemaker:StopPipelineExecution",
      ]
      resources = { for type, model in var.models : type => ["${local.sagemaker}:pipeline/${model.pipeline_name}/execution/*"] }
    }
    RunPipelines = {
      actions   = ["sagemaker:DescribePipeline", "sagemaker:ListPipelineExecutions", "sagemaker:StartPipelineExecution"]
      resources = { for type, model in var.models : type => ["${local.sagemaker}:pipeline/${model.pipeline_name}"] }
    }
    ViewGroups = {
      actions   = ["sagemaker:DescribeModelPackageGroup", "sagemaker:ListTags"]
      resources = { for type, model in var.models : type => ["${local.sagemaker}:model-package-group/${model.group_name}"] }
    }
    ViewVersions = {
      actions   = concat(["sagemaker:DescribeModelPackage", "sagemaker:ListModelPackages"], var.may_approve ? ["sagemaker:UpdateModelPackage"] : [])
      resources = { for type, model in var.models : type => ["${local.sagemaker}:model-package/${model.group_name}/*"] }
    }
  }
}
