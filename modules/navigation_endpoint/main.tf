data "aws_sagemaker_prebuilt_ecr_image" "hugging_face" {
  region          = var.stack.account.region
  repository_name = "huggingface-pytorch-inference"
  image_tag       = "2.6.0-transformers4.51.3-gpu-py312-cu124-ubuntu22.04"
}

locals {
  # The image needs CUDA 12.4. SageMaker's default driver of ml.g5 has 11.4, and no AMI is chosen unasked.
  has_gpu     = can(regex("^ml\\.(g|gr|p)[0-9]", var.hosting.instance_type))
  default_ami = local.has_gpu ? "al2-ami-sagemaker-inference-gpu-3-1" : ""
  ami_version = var.hosting.inference_ami_version == null ? local.default_ami : var.hosting.inference_ami_version

  # Models and endpoint configs are named after their content: the prefix, a hyphen, 26 characters.
  model_prefix = "${var.stack.name_prefix}-navigation"
  variant_name = "navigation"
  image_uri    = coalesce(var.hosting.image_uri, data.aws_sagemaker_prebuilt_ecr_image.hugging_face.registry_path)

  # One group for all events: the function works on one endpoint, so one run at a time.
  message_group_id = "navigation"

  endpoint_pattern = jsonencode({
    source      = ["aws.sagemaker"]
    detail-type = ["SageMaker Endpoint State Change"]
    detail      = { EndpointName = [var.endpoint_name] }
  })
}

# Made here, so that it expires and goes with the stack; SageMaker would make one that does neither.
resource "aws_cloudwatch_log_group" "endpoint" {
  #checkov:skip=CKV_AWS_158:CloudWatch encrypts logs with a key of its own; they hold no token, link or picture, and a key of ours costs $1 a month.
  #checkov:skip=CKV_AWS_338:Kept as log_retention_days says; the API's access log, which tells who called what, is kept for a year.
  name              = "/aws/sagemaker/Endpoints/${var.endpoint_name}"
  retention_in_days = var.stack.log_retention_days
}
