locals {
  endpoint  = ["EndpointName", var.endpoint.name, "VariantName", var.endpoint.variant]
  instances = "/aws/sagemaker/Endpoints"
  pipelines = "AWS/Sagemaker/ModelBuildingPipeline"

  # An endpoint has no metric of its instances: SageMaker divides each request by their number.
  instance_count = [
    [{ expression = "requests / each", id = "instances", label = "instances that answer" }],
    concat(["AWS/SageMaker", "Invocations"], local.endpoint, [{ id = "requests", visible = false }]),
    concat(["AWS/SageMaker", "InvocationsPerInstance"], local.endpoint, [{ id = "each", visible = false }]),
  ]

  # The first three dashboards of an account are free up to 50 metrics each.
  metrics = [
    { title = "Approval to users: seconds", stat = "Maximum", metrics = [["VisAssis", "ServedSeconds", "FunctionName", var.promotion_function]] },
    { title = "Queues: messages", stat = "Maximum", metrics = [for name in concat(var.queues, var.dead_letter_queues) : ["AWS/SQS", "ApproximateNumberOfMessagesVisible", "QueueName", name]] },
    { title = "Queues: age of the oldest message in seconds", stat = "Maximum", metrics = [for name in var.queues : ["AWS/SQS", "ApproximateAgeOfOldestMessage", "QueueName", name]] },
    { title = "Pipelines: succeeded", stat = "Sum", metrics = [for name in var.pipelines : [local.pipelines, "ExecutionSucceeded", "PipelineName", name]] },
    { title = "Pipelines: failed", stat = "Sum", metrics = [for name in var.pipelines : [local.pipelines, "ExecutionFailed", "PipelineName", name]] },
    { title = "API: requests, refusals (4xx), failures (5xx)", stat = "Sum", metrics = [for name in ["Count", "4xx", "5xx"] : ["AWS/ApiGateway", name, "ApiId", var.api_id]] },
    { title = "API: milliseconds, median and one in a hundred", stat = "p50", metrics = [for stat in ["p50", "p99"] : ["AWS/ApiGateway", "Latency", "ApiId", var.api_id, { stat = stat, label = stat }]] },
    { title = "Endpoint: requests and errors", stat = "Sum", metrics = [for name in ["Invocations", "Invocation4XXErrors", "Invocation5XXErrors"] : concat(["AWS/SageMaker", name], local.endpoint)] },
    { title = "Endpoint: microseconds in the model", stat = "p50", metrics = [for stat in ["p50", "p90"] : concat(["AWS/SageMaker", "ModelLatency"], local.endpoint, [{ stat = stat, label = stat }])] },
    { title = "Endpoint: instances", stat = "Sum", metrics = local.instance_count },
    { title = "Endpoint: GPU in percent", stat = "Maximum", metrics = [for name in ["GPUUtilization", "GPUMemoryUtilization"] : concat([local.instances, name], local.endpoint)] },
    { title = "Models: bytes stored", stat = "Average", metrics = [["AWS/S3", "BucketSizeBytes", "BucketName", var.production_bucket, "StorageType", "StandardStorage", { period = 86400 }]] },
  ]

  # S3 counts downloaded bytes only with paid request metrics. A query costs by what it reads, when somebody looks.
  handed_out = "SOURCE '/aws/lambda/${var.link_function}' | filter message = 'linked' | stats sum(bytes) as handed_out by bin(1h)"

  # In rows of three.
  widgets = concat(
    [for each in local.metrics : { type = "metric", properties = merge({ period = 300, view = "timeSeries" }, each) }],
    [{ type = "log", properties = { title = "Models: bytes handed out as links, per hour", query = local.handed_out, view = "timeSeries" } }],
  )
}

resource "aws_cloudwatch_dashboard" "this" {
  dashboard_name = var.stack.name_prefix

  dashboard_body = jsonencode({
    widgets = [
      for index, widget in local.widgets : {
        type       = widget.type
        x          = index % 3 * 8
        y          = floor(index / 3) * 6
        width      = 8
        height     = 6
        properties = merge({ region = var.stack.account.region }, widget.properties)
      }
    ]
  })
}
