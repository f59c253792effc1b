variable "repository" {
  description = "Path of the repository, which holds the functions' sources and the packager."
  type        = string
  nullable    = false
}
