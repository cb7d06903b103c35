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
# Leaks are looked for after each input that may have made one: at the exit, a
# table that GLib has outgrown would be one, and to know it by its name needs
# whole call stacks, which make all of it twenty times slower.
export ASAN_OPTIONS="${ASAN_OPTIONS:+$ASAN_OPTIONS:}fast_unwind_on_malloc=1:leak_check_at_exit=0"
export LSAN_OPTIONS=print_suppressions=0:suppressions="$here/../lsan-suppressions"
"$target" -max_len=4096 -timeout=60 -rss_limit_mb=2048 -entropic=0 -dict="$here/$dict" -print_final_stats=1 \
  "$@" "$work" "$here/$corpus"
