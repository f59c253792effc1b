locals {
  names = [for file in fileset(var.repository, "lambda_src/*/handler.py") : basename(dirname(file))]

  # What changes the packages of all functions: the packager's own code, too.
  of_all = setunion(
    fileset(var.repository, "lambda_src/common/**/*.{jpg,py}"),
    fileset(var.repository, "requirements/{lambda,lambda_runtime}.txt"),
    fileset(var.repository, "vis_assis/build/{lambda_dependencies,package_lambdas,reproducible_zip}.py"),
  )

  # Known while planning, on any machine and without a zip. `source_hash` of the packager is the same.
  hashes = {
    for name in local.names : name => sha256(jsonencode({
      for file in setunion(local.of_all, fileset(var.repository, "lambda_src/${name}/**/*.{jpg,py}")) :
      file => filesha256("${var.repository}/${file}") if !strcontains(file, "/.") && !strcontains(file, "/__pycache__/")
    }))
  }
}

# Runs when a source changed, and not because a zip is missing: a function that has not changed
# needs none, and the plan is empty in every clone.
resource "terraform_data" "zips" {
  triggers_replace = local.hashes

  provisioner "local-exec" {
    command     = "PYTHON=$(sh vis_assis/build/check_tools.sh python) && \"$PYTHON\" -B -m vis_assis.build.package_lambdas"
    interpreter = ["sh", "-c"]
    working_dir = var.repository
  }
}
