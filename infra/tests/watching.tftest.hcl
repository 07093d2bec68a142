# Tables, alarms and the dashboard.

mock_provider "aws" {
  source = "./tests/mocks"
}

variables {
  name           = "demo"
  trigger_zip    = "trigger.tf" # any files
  authorizer_zip = "authorizer.tf"
  handler_zip    = "handler.tf"
  rest_api       = true
}

run "by_default" {

  # Tables are protected.
  assert {
    condition     = aws_dynamodb_table.claims[0].ttl[0].enabled && aws_dynamodb_table.claims[0].ttl[0].attribute_name == "revoked_until"
    error_message = "Revocations that have ended are deleted."
  }
  assert {
    condition     = alltrue([for table in [aws_dynamodb_table.claims[0], aws_dynamodb_table.items[0]] : table.billing_mode == "PAY_PER_REQUEST" && table.point_in_time_recovery[0].enabled && table.deletion_protection_enabled && table.hash_key == "pk" && table.range_key == "sk"])
    error_message = "On demand, with recovery and protection."
  }
  assert {
    condition     = !aws_dynamodb_table.claims[0].stream_enabled && length(aws_dynamodb_table.claims[0].replica) == 0
    error_message = "No stream without replicas."
  }

  # Refusals are no errors.
  assert {
    condition     = one([for query in aws_cloudwatch_metric_alarm.errors.metric_query : query.expression if query.return_data == true]) == "FILL(errors, 0) - FILL(refused, 0)"
    error_message = "Lambda counts refusals as errors."
  }
  assert {
    condition     = aws_cloudwatch_metric_alarm.errors.evaluation_periods == 1 && aws_cloudwatch_metric_alarm.errors.datapoints_to_alarm == null && toset([for query in aws_cloudwatch_metric_alarm.errors.metric_query : query.metric[0].period if length(query.metric) > 0]) == toset([300])
    error_message = "One failed sign-in on a quiet night must raise the alarm."
  }
  assert {
    condition     = { for query in aws_cloudwatch_metric_alarm.store.metric_query : query.id => query.metric[0].dimensions if length(query.metric) > 0 } == { deadline_passed = tomap({ FunctionName = "demo-pre-token-generation", Reason = "deadline_passed" }), store_failed = tomap({ FunctionName = "demo-pre-token-generation", Reason = "store_failed" }) }
    error_message = "The table's reasons."
  }
  assert {
    condition     = aws_cloudwatch_log_metric_filter.authorizer[0].pattern == "{ ($.outcome = \"error\") || ($.level = \"ERROR\") || ($.record.status = \"timeout\") || ($.record.errorType = \"Runtime.*\") }" && aws_cloudwatch_log_metric_filter.authorizer[0].metric_transformation[0].name == aws_cloudwatch_metric_alarm.simple["authorizer-5xx"].metric_name && aws_cloudwatch_log_metric_filter.authorizer[0].metric_transformation[0].namespace == aws_cloudwatch_metric_alarm.simple["authorizer-5xx"].namespace
    error_message = "The authorizer's faults by its log: a 401 is an error to Lambda."
  }
}

run "on_demand" {
  variables {
    table_replicas   = { eu-central-1 = {} }
    alarm_topic_arn  = "arn:aws:sns:eu-west-1:123456789012:on-call"
    alarm_thresholds = { refusals = 3, deadline_left_ms = 500 }
  }

  # Replicas come with their stream.
  assert {
    condition     = aws_dynamodb_table.claims[0].stream_enabled && aws_dynamodb_table.claims[0].stream_view_type == "NEW_AND_OLD_IMAGES" && [for replica in aws_dynamodb_table.claims[0].replica : [replica.region_name, replica.point_in_time_recovery]] == [["eu-central-1", true]]
    error_message = "table_replicas."
  }

  # Alarms tell the topic.
  assert {
    condition     = alltrue([for alarm in concat(values(aws_cloudwatch_metric_alarm.simple), [aws_cloudwatch_metric_alarm.errors, aws_cloudwatch_metric_alarm.store, aws_cloudwatch_metric_alarm.deadline]) : alarm.alarm_actions == toset(["arn:aws:sns:eu-west-1:123456789012:on-call"]) && alarm.treat_missing_data == "notBreaching"])
    error_message = "alarm_topic_arn."
  }
  assert {
    condition = output.alarm_names == tolist([
      "demo-authorizer-5xx", "demo-deadline", "demo-errors", "demo-http-api-5xx", "demo-omitted-claims", "demo-refusals",
      "demo-report-mode", "demo-rest-api-5xx", "demo-stale-reads", "demo-store", "demo-throttles",
    ])
    error_message = "All alarms."
  }

  # Thresholds are inputs.
  assert {
    condition     = [aws_cloudwatch_metric_alarm.simple["refusals"].threshold, aws_cloudwatch_metric_alarm.simple["omitted-claims"].threshold, aws_cloudwatch_metric_alarm.deadline.threshold, aws_cloudwatch_metric_alarm.simple["stale-reads"].threshold] == [3, 10, 500, 0]
    error_message = "alarm_thresholds."
  }
}
