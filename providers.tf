provider "aws" {
  region = var.region

  default_tags {
    # Ours count: the commands tell one stack from another by the tag `project`.
    tags = merge(var.tags, { project = var.name_prefix, managed-by = "terraform" })
  }
}
