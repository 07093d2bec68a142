# Sourced in the repository's root by what deploys to the emulated AWS by CloudFormation, with `target` set:
# the Python that it takes below the target folder, and the programs.
packages=('cfn-lint==1.58.0' 'ministack==1.5.33' 'cryptography==50.0.2' 'boto3==1.43.106')
python="$target/sam/python"
if [ "$(cat "$python/packages" 2>/dev/null)" != "${packages[*]}" ]; then
  rm -rf "$python"
  python3 -m venv "$python"
  "$python/bin/pip" install --quiet --disable-pip-version-check "${packages[@]}"
  echo "${packages[*]}" >"$python/packages"
fi

# The function and the command, into the folder `bin` of this one.
programs() {
  [ -n "${PROGRAMS:-}" ] || CARGO_TARGET_DIR="$target" cargo build --quiet -p claimsmith -p claimsmith-cli --features claimsmith-cli/dynamodb
  mkdir -p "$1/bin"
  for program in pre-token-generation claimsmith; do
    strip -o "$1/bin/$program" "${PROGRAMS:-$target/debug}/$program"
  done
}

# A file in Python that deploys.
deploys() {
  env -u AWS_PROFILE NO_PROXY=127.0.0.1 no_proxy=127.0.0.1 PYTHONDONTWRITEBYTECODE=1 \
    PYTHONPATH=tests/stack:tests/sam "$python/bin/python" "$@"
}
