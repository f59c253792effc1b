locals {
  # A hundred models: IAM lets ten managed policies be attached to a role, of 6,144 characters each,
  # white space not counted. Inline, all policies of a role together have 10,240.
  models_per_policy = 10
  policies_per_role = 10
  policy_characters = 6144

  chunks = {
    for index, types in chunklist(sort(distinct(flatten([for statement in values(var.statements) : keys(statement.resources)]))), local.models_per_policy) :
    format("%02d", index + 1) => types
  }

  documents = {
    for number, types in local.chunks : number => jsonencode({
      Version = "2012-10-17"
      Statement = [
        for sid, statement in var.statements : {
          Sid      = sid
          Effect   = "Allow"
          Action   = statement.actions
          Resource = flatten([for type in types : statement.resources[type]])
        }
      ]
    })
  }
}

resource "aws_iam_policy" "this" {
  for_each = local.documents

  name        = "${var.name}-${each.key}"
  description = "What the role ${var.role_name} may do with some of the models."
  policy      = each.value

  lifecycle {
    precondition {
      condition     = length(each.value) <= local.policy_characters
      error_message = "The policy ${var.name}-${each.key} has ${length(each.value)} characters, and IAM takes ${local.policy_characters}: shorten name_prefix or the model types in models.yaml."
    }

    precondition {
      condition     = length(local.chunks) <= local.policies_per_role
      error_message = "IAM attaches ${local.policies_per_role} policies to the role ${var.role_name}, which is ${local.policies_per_role * local.models_per_policy} models: take some out of models.yaml, or give them a stack of their own."
    }
  }
}

resource "aws_iam_role_policy_attachment" "this" {
  for_each = aws_iam_policy.this

  role       = var.role_name
  policy_arn = "arn:${var.stack.account.partition}:iam::${var.stack.account.id}:policy/${each.value.name}"
}
