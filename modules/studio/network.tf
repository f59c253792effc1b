# Apps reach the internet through SageMaker's own network (PublicInternetOnly): this VPC holds the
# file system only, and needs neither a NAT gateway nor an internet gateway.
data "aws_availability_zones" "available" {
  #checkov:skip=CKV_AWS_394:A zone that AWS adds moves no subnet: they ignore what comes after the first two at their creation.
  state = "available"
}

resource "aws_vpc" "this" {
  cidr_block           = local.cidr_block
  enable_dns_hostnames = true
  tags                 = { Name = local.name }
}

resource "aws_subnet" "this" {
  count = 2

  vpc_id                  = aws_vpc.this.id
  availability_zone       = data.aws_availability_zones.available.names[count.index]
  cidr_block              = cidrsubnet(local.cidr_block, 2, count.index)
  map_public_ip_on_launch = false
  tags                    = { Name = "${local.name}-${count.index}" }

  lifecycle {
    ignore_changes = [availability_zone]
  }
}

# Without rules: what is put into the default group by accident reaches nothing.
resource "aws_default_security_group" "this" {
  vpc_id = aws_vpc.this.id
  tags   = { Name = "${local.name}-unused" }
}

resource "aws_cloudwatch_log_group" "flow" {
  #checkov:skip=CKV_AWS_158:CloudWatch encrypts logs with a key of its own; they hold no token, link or picture, and a key of ours costs $1 a month.
  #checkov:skip=CKV_AWS_338:Kept as log_retention_days says; the API's access log, which tells who called what, is kept for a year.
  name              = "/${var.stack.name_prefix}/studio/flow"
  retention_in_days = var.stack.log_retention_days
}

resource "aws_iam_role" "flow" {
  name                 = "${local.name}-flow-logs"
  description          = "Role of the flow logs of the Studio network."
  permissions_boundary = var.stack.permissions_boundary

  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = "vpc-flow-logs.amazonaws.com" }
      Action    = "sts:AssumeRole"
      Condition = { StringEquals = { "aws:SourceAccount" = var.stack.account.id } }
    }]
  })
}

resource "aws_iam_role_policy" "flow" {
  name = "write"
  role = aws_iam_role.flow.name

  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Sid      = "WriteFlowLogs"
      Effect   = "Allow"
      Action   = ["logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"]
      Resource = [local.flow_log_arn, "${local.flow_log_arn}:log-stream:*"]
    }]
  })
}

resource "aws_flow_log" "this" {
  vpc_id          = aws_vpc.this.id
  iam_role_arn    = aws_iam_role.flow.arn
  log_destination = aws_cloudwatch_log_group.flow.arn
  traffic_type    = "ALL"

  depends_on = [aws_iam_role_policy.flow]
}
