# Alarms and the dashboard. The metrics of the namespace Claimsmith are the trigger's own, made from
# its log; docs/telemetry.md lists them.

locals {
  alarm_actions = var.alarm_topic_arn == null ? [] : [var.alarm_topic_arn]
  function_name = aws_lambda_function.trigger.function_name

  # One metric over a threshold. A metric that nobody wrote is no alarm: nights are quiet.
  simple_alarms = merge(
    {
      throttles = {
        description = "Cognito was told to wait by Lambda: sign-ins and refreshes fail."
        namespace   = "AWS/Lambda", metric = "Throttles", statistic = "Sum", threshold = 0
        dimensions  = { FunctionName = local.function_name }
      }
      refusals = {
        description = "More tokens were refused than usual. Refusals by reason: metric Refusals, or record.reason in the log."
        namespace   = "Claimsmith", metric = "Refused", statistic = "Sum", threshold = var.alarm_thresholds.refusals
        dimensions  = { FunctionName = local.function_name }
      }
      omitted-claims = {
        description = "Tokens were issued without some of their claims: by a fault, or because they didn't fit."
        namespace   = "Claimsmith", metric = "OmittedClaims", statistic = "Sum", threshold = var.alarm_thresholds.omitted_claims
        dimensions  = { FunctionName = local.function_name }
      }
      report-mode = {
        description = "The trigger only reports: tokens have no claims of the policy, and nobody is refused."
        namespace   = "Claimsmith", metric = "Reported", statistic = "Sum", threshold = 0
        dimensions  = { FunctionName = local.function_name }
      }
      stale-reads = {
        description = "The table failed, and tokens were made from what memory still had."
        namespace   = "Claimsmith", metric = "StaleReads", statistic = "Sum", threshold = 0
        dimensions  = { FunctionName = local.function_name }
      }
    },
    local.http_api ? {
      http-api-5xx = {
        description = "The HTTP API answered with a fault: of the handler, or of the Lambda authorizer."
        namespace   = "AWS/ApiGateway", metric = "5xx", statistic = "Sum", threshold = 0
        dimensions  = { ApiId = aws_apigatewayv2_api.http[0].id, Stage = aws_apigatewayv2_stage.http[0].name }
      }
    } : {},
    local.rest_api ? {
      rest-api-5xx = {
        description = "The REST API answered with a fault."
        namespace   = "AWS/ApiGateway", metric = "5XXError", statistic = "Sum", threshold = 0
        dimensions  = { ApiName = aws_api_gateway_rest_api.rest[0].name, Stage = aws_api_gateway_stage.rest[0].stage_name }
      }
    } : {},
    var.authorizer_zip == null ? {} : {
      authorizer-5xx = {
        description = "The Lambda authorizer couldn't decide, couldn't start or was too slow (its log says which), so callers got 500."
        namespace   = local.own_namespace, metric = "AuthorizerFaults", statistic = "Sum", threshold = 0
        dimensions  = {}
      }
    },
  )

  # A metric made from a log has no dimensions of its own, so the namespace tells stacks apart.
  own_namespace = "Claimsmith/${var.name}"
}

resource "aws_cloudwatch_metric_alarm" "simple" {
  for_each = local.simple_alarms

  alarm_name          = "${var.name}-${each.key}"
  alarm_description   = each.value.description
  namespace           = each.value.namespace
  metric_name         = each.value.metric
  dimensions          = each.value.dimensions
  statistic           = each.value.statistic
  comparison_operator = "GreaterThanThreshold"
  threshold           = each.value.threshold
  period              = 300
  evaluation_periods  = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = local.alarm_actions
  ok_actions          = local.alarm_actions
}

# Lambda counts a refusal as an error, so the errors that matter are those beyond refusals: the
# function didn't start, crashed or ran into its timeout. One is enough, because a quiet pool has no
# second one soon. They are the alias's: a self-test that fails stops no sign-in (Lambda, "Types of
# metrics for Lambda functions", dimension Resource). The two metrics may put a refusal on different
# sides of a period's end, so a long period: the shorter, the more often that is a false alarm.
resource "aws_cloudwatch_metric_alarm" "errors" {
  alarm_name          = "${var.name}-errors"
  alarm_description   = "The trigger failed without refusing: it can't start, or it was too slow. Sign-ins and refreshes fail."
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  evaluation_periods  = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = local.alarm_actions
  ok_actions          = local.alarm_actions

  metric_query {
    id          = "faults"
    expression  = "FILL(errors, 0) - FILL(refused, 0)"
    label       = "Errors that are no refusals"
    return_data = true
  }

  metric_query {
    id = "errors"
    metric {
      namespace   = "AWS/Lambda"
      metric_name = "Errors"
      dimensions  = { FunctionName = local.function_name, Resource = "${local.function_name}:${local.alias.name}" }
      period      = 300
      stat        = "Sum"
    }
  }

  metric_query {
    id = "refused"
    metric {
      namespace   = "Claimsmith"
      metric_name = "Refused"
      dimensions  = { FunctionName = local.function_name }
      period      = 300
      stat        = "Sum"
    }
  }
}

# Refusals that nobody's data is to blame for.
resource "aws_cloudwatch_metric_alarm" "store" {
  alarm_name          = "${var.name}-store"
  alarm_description   = "Tokens were refused because the table failed or was too slow."
  comparison_operator = "GreaterThanThreshold"
  threshold           = 0
  evaluation_periods  = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = local.alarm_actions
  ok_actions          = local.alarm_actions

  metric_query {
    id          = "refused"
    expression  = "FILL(store_failed, 0) + FILL(deadline_passed, 0)"
    label       = "Refused because of the table"
    return_data = true
  }

  dynamic "metric_query" {
    for_each = toset(["store_failed", "deadline_passed"])
    content {
      id = metric_query.key
      metric {
        namespace   = "Claimsmith"
        metric_name = "Refusals"
        dimensions  = { FunctionName = local.function_name, Reason = metric_query.key }
        period      = 300
        stat        = "Sum"
      }
    }
  }
}

# With `log_one_in` above 1 it sees a share of the slow answers; refusals are always seen.
resource "aws_cloudwatch_metric_alarm" "deadline" {
  alarm_name          = "${var.name}-deadline"
  alarm_description   = "An answer came close to the policy's deadline: the table is slow."
  namespace           = "Claimsmith"
  metric_name         = "DeadlineLeft"
  dimensions          = { FunctionName = local.function_name }
  statistic           = "Minimum"
  comparison_operator = "LessThanThreshold"
  threshold           = var.alarm_thresholds.deadline_left_ms
  period              = 300
  evaluation_periods  = 1
  treat_missing_data  = "notBreaching"
  alarm_actions       = local.alarm_actions
  ok_actions          = local.alarm_actions
}

# The authorizer's metric `Errors` counts every 401, which anybody can cause. Its log tells faults
# from those: its own records, and Lambda's of level WARN, which say that it ended or ran out of time.
# (The form of Lambda's is documented and not verified on AWS. A fault may count more than once.)
resource "aws_cloudwatch_log_metric_filter" "authorizer" {
  count = var.authorizer_zip == null ? 0 : 1

  name           = "${var.name}-authorizer-faults"
  log_group_name = aws_cloudwatch_log_group.authorizer[0].name
  pattern        = "{ ($.outcome = \"error\") || ($.level = \"ERROR\") || ($.record.status = \"timeout\") || ($.record.errorType = \"Runtime.*\") }"

  metric_transformation {
    namespace = local.own_namespace
    name      = "AuthorizerFaults"
    value     = "1"
    unit      = "Count"
  }
}

locals {
  # Metrics of the trigger by graph: title, statistic, names.
  graphs = [
    { title = "Tokens", stat = "Sum", metrics = ["Customized", "Refused", "OmittedClaims"] },
    { title = "Time, 99th percentile (ms)", stat = "p99", metrics = ["Duration", "ReadDuration"] },
    { title = "Deadline left, least (ms)", stat = "Minimum", metrics = ["DeadlineLeft"] },
    { title = "Records", stat = "Sum", metrics = ["Reads", "CacheHits", "StaleReads", "StoreFaults"] },
    { title = "Token length, greatest (bytes)", stat = "Maximum", metrics = ["IdTokenBytes", "AccessTokenBytes"] },
    { title = "Cold starts", stat = "Sum", metrics = ["ColdStart"] },
    { title = "Next policy beside the running one", stat = "Sum", metrics = ["ShadowDiffers", "ShadowRefuses", "ShadowUnknown"] },
    { title = "Only reported", stat = "Sum", metrics = ["Reported"] },
  ]
  # What is searched for, in full width below.
  searches = [
    { title = "Refusals by reason", search = "{Claimsmith,FunctionName,Reason} MetricName=\"Refusals\"" },
    { title = "Tokens by version", search = "{Claimsmith,FunctionName,FunctionVersion} MetricName=(\"Customized\" OR \"Refused\")" },
  ]
}

resource "aws_cloudwatch_dashboard" "main" {
  dashboard_name = var.name
  dashboard_body = jsonencode({
    widgets = concat(
      [for place, graph in local.graphs : {
        type = "metric", x = place % 3 * 8, y = floor(place / 3) * 6, width = 8, height = 6
        properties = {
          title   = graph.title
          region  = local.region
          stat    = graph.stat
          period  = 300
          metrics = [for metric in graph.metrics : ["Claimsmith", metric, "FunctionName", local.function_name]]
        }
      }],
      [for place, search in local.searches : {
        type = "metric", x = 0, y = (ceil(length(local.graphs) / 3) + place) * 6, width = 24, height = 6
        properties = {
          title   = search.title
          region  = local.region
          stat    = "Sum"
          period  = 300
          metrics = [[{ expression = "SEARCH('${search.search} FunctionName=\"${local.function_name}\"', 'Sum', 300)" }]]
        }
      }],
    )
  })
}
