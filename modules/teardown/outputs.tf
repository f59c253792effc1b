output "function" {
  description = "Name of the teardown function and of its role, for modules that leave something behind themselves."
  value       = { name = module.function.name, role_name = module.function.role_name }
}
