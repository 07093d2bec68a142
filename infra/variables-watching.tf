# What is watched.

variable "log_retention_days" {
  description = "How long logs are kept."
  type        = number
  default     = 90

  validation {
    condition     = contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "log_retention_days: a number of days that CloudWatch Logs knows, such as 30, 90 or 365."
  }
}

variable "log_class" {
  description = "Class of the logs that no metric is made of, which are the handler's and the APIs': `STANDARD` or `INFREQUENT_ACCESS`. The trigger's and the authorizer's are `STANDARD`. Another class is another log group: what was in the old one is lost."
  type        = string
  default     = "STANDARD"

  validation {
    condition     = contains(["STANDARD", "INFREQUENT_ACCESS"], var.log_class)
    error_message = "log_class: STANDARD or INFREQUENT_ACCESS."
  }
}

variable "alarm_topic_arn" {
  description = "SNS topic that hears of alarms. Null: alarms only change their colour."
  type        = string
  default     = null
}

variable "alarm_thresholds" {
  description = "In five minutes, more than so many refusals or omitted claims raise an alarm; so does a deadline with less than so many milliseconds left."
  type = object({
    refusals         = optional(number, 10)
    omitted_claims   = optional(number, 10)
    deadline_left_ms = optional(number, 1000)
  })
  default = {}
}
