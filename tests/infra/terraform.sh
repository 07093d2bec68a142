# For the scripts beside it: Terraform on a copy of the module, with the oldest provider that
# versions.tf allows, or AWS_PROVIDER. `copy` is the folder of the copy.

command -v terraform >/dev/null || { echo "FAILED terraform isn't installed" >&2; exit 1; }
# Another configuration could send Terraform elsewhere.
unset TF_CLI_CONFIG_FILE TF_WORKSPACE TF_CLI_ARGS
export TF_IN_AUTOMATION=1 CHECKPOINT_DISABLE=1
version=${AWS_PROVIDER:-5.100.0}

# The module without the tree's own state, so that the tree stays as it is.
copy_module() {
  rm -rf "$copy"
  mkdir -p "$copy"
  cp -r infra "$copy/infra"
  cat >"$copy/infra/versions_override.tf" <<HCL
terraform {
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "$version"
    }
  }
}
HCL
}
mirror=${TF_PLUGINS:-}
if [ -z "$mirror" ]; then
  provider=$(find ~/.terraform.d /opt /usr -xdev -path "*/registry.terraform.io/hashicorp/aws/$version/*" \
    -name 'terraform-provider-aws_v*' -print -quit 2>/dev/null || true)
  mirror=${provider%/registry.terraform.io/*}
fi
terraform_in() { terraform -chdir="$copy/$1" "${@:2}" -no-color >"$copy/terraform.log" 2>&1; }
fail() { cat "$copy/terraform.log" >&2; echo "FAILED $1" >&2; exit 1; }
initialise() {
  terraform_in "$1" init -backend=false -input=false ${mirror:+-plugin-dir="$mirror"} ||
    fail "the provider hashicorp/aws $version can't be found: the module can't be checked"
}
