locals {
  # An editor's or a merge's leftovers beside the code would be a change of it.
  code_suffixes = ["csv", "in", "json", "py", "sh", "toml", "txt", "yaml", "yml"]

  code_files = {
    for file in fileset(var.code_dir, "**/*.{${join(",", local.code_suffixes)}}") :
    file => filesha256("${var.code_dir}/${file}")
    if !strcontains("/${file}", "/__pycache__/") && !strcontains("/${file}", "/.")
  }

  # Every change of the code gets a prefix of its own, which makes a definition name exactly its code.
  code_prefix = "code/${substr(sha256(jsonencode(local.code_files)), 0, 16)}"
}

resource "aws_s3_object" "code" {
  for_each = local.code_files

  bucket      = var.output_bucket.name
  key         = "${local.code_prefix}/${each.key}"
  source      = "${var.code_dir}/${each.key}"
  source_hash = each.value

  lifecycle {
    # Definitions move to the new prefix before the old one goes.
    create_before_destroy = true
  }
}
