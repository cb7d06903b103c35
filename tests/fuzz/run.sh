#!/bin/sh
# Runs a libFuzzer target on the corpus, which it leaves as it is:
#   run.sh TARGET [libFuzzer's options]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
target=$1
shift
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
export LSAN_OPTIONS=print_suppressions=0:suppressions="$here/../lsan-suppressions"
"$target" -max_len=4096 -timeout=60 -rss_limit_mb=2048 -entropic=0 -dict="$here/openai.dict" -print_final_stats=1 \
  "$@" "$work" "$here/corpus"
