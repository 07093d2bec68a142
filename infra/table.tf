# The claims table: what the shipped policy reads, and where revocations stand. Its items are described
# in docs/data-model.md. A policy that reads its own tables has none, unless something else reads it.

locals {
  claims_table = local.policy_reads_claims || local.authorizer_reads_claims
  # The Lambda authorizer, for revoked tokens.
  authorizer_reads_claims = var.authorizer_zip != null && var.authorizer_revocation

  new_table  = local.claims_table && var.existing_table_name == null
  table_name = local.new_table ? aws_dynamodb_table.claims[0].name : var.existing_table_name
  table_arn = local.new_table ? aws_dynamodb_table.claims[0].arn : var.existing_table_name == null ? null : join(":", [
    "arn", data.aws_partition.current.partition, "dynamodb", local.region,
    data.aws_caller_identity.current.account_id, "table/${var.existing_table_name}",
  ])
}

resource "aws_dynamodb_table" "claims" {
  count = local.new_table ? 1 : 0

  name                        = "${var.name}-claims"
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "pk"
  range_key                   = "sk"
  deletion_protection_enabled = var.deletion_protection
  # Replicas are fed by the stream; without replicas there is none.
  stream_enabled   = length(var.table_replicas) > 0
  stream_view_type = length(var.table_replicas) > 0 ? "NEW_AND_OLD_IMAGES" : null

  attribute {
    name = "pk"
    type = "S"
  }

  attribute {
    name = "sk"
    type = "S"
  }

  point_in_time_recovery {
    enabled = true
  }

  # Only revocations have this attribute, and only those that end. DynamoDB deletes them some time
  # after that, within days, and until then they count.
  ttl {
    attribute_name = "revoked_until"
    enabled        = true
  }

  # Tables are always encrypted: `false` is the key that AWS owns, which costs nothing.
  server_side_encryption {
    enabled     = var.kms_key_arn != null
    kms_key_arn = var.kms_key_arn
  }

  dynamic "replica" {
    for_each = var.table_replicas
    content {
      region_name            = replica.key
      kms_key_arn            = replica.value.kms_key_arn
      point_in_time_recovery = true
      # The provider's default_tags reach copies by this alone.
      propagate_tags = true
    }
  }
}
