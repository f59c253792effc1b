mock_provider "aws" {}

run "knows_every_function_while_planning" {
  command = plan

  module {
    source = "./modules/lambda_packages"
  }

  variables {
    repository = "."
  }

  assert {
    condition     = keys(output.packages) == [for file in fileset(".", "lambda_src/*/handler.py") : basename(dirname(file))]
    error_message = "A function has no package."
  }

  assert {
    condition     = alltrue([for name, package in output.packages : package.path == "./build/lambda/${name}-${substr(package.source_hash, 0, 12)}.zip"])
    error_message = "A zip does not tell the sources that it is made from."
  }

  assert {
    condition     = length(distinct([for package in output.packages : package.source_hash])) == length(output.packages)
    error_message = "Two functions have the same hash."
  }
}
