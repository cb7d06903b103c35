#!/bin/sh
# Runs a libFuzzer target on a corpus, which it leaves as it is:
#   run.sh [--corpus FOLDER] [--dict FILE] TARGET [libFuzzer's options]
set -eu
here=$(cd "$(dirname "$0")" && pwd)
corpus=corpus
dict=openai.dict
while :; do
  case $1 in
    --corpus) corpus=$2 ;;
    --dict) dict=$2 ;;
    *) break ;;
  esac
  shift 2
done
target=$1
shift
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1
export LSAN_OPTIONS=print_suppressions=0:suppressions="$here/../lsan-suppressions"
"$target" -max_len=4096 -timeout=60 -rss_limit_mb=2048 -entropic=0 -dict="$here/$dict" -print_final_stats=1 \
  "$@" "$work" "$here/$corpus"
