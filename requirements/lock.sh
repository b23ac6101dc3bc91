#!/bin/sh
# Lock requirements/*.txt with hashes, for every platform and Python that pyproject.toml admits.
# The index is the one that the machine is set up for; its address stays out of the files.
set -eu
uv="$PYTHON_BIN -m uv"
compile() {
    out=$1
    shift
    # shellcheck disable=SC2086
    $uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-emit-find-links \
        --custom-compile-command "make lock" ${UPGRADE:-} --python-version 3.11 --output-file "requirements/$out.txt" "$@"
}
compile run pyproject.toml --group pyproject.toml:build
compile dev --constraints requirements/run.txt --group pyproject.toml:test --group pyproject.toml:check \
    --group pyproject.toml:judges pyproject.toml --group pyproject.toml:build
compile bench --constraints requirements/dev.txt --group pyproject.toml:bench
