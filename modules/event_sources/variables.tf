variable "consumers" {
  description = "Functions and the queues that they read, one event at a time per message group."
  type = map(object({
    function_name = string
    queue_arn     = string
  }))
  nullable = false
}
