#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Installs the build into a temporary folder, compiles the sample provider
# against what was installed there, and uses it. Speaks TAP.
#
# usage: run.sh BUILD_DIR SAMPLE_DIR PREFIX LIBDIR
set -u

build=$1
sample=$2
prefix=$3
libdir=$4

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
stage=$root/stage
n=0

check () {
  local what=$1
  shift
  n=$((n + 1))
  if "$@" >"$root/log" 2>&1; then
    echo "ok $n - $what"
  else
    sed 's/^/# /' "$root/log"
    echo "not ok $n - $what"
    echo "1..$n"
    exit 1
  fi
}

# Staged as a packager does it; the only thing to move is the prefix.
install_library () {
  echo weights >"$root/weights"
  VOWEL_SILERO_MODEL=$root/weights DESTDIR=$stage \
    meson install -C "$build" --no-rebuild --quiet || return 1
  mkdir -p "$root/pkgconfig"
  sed "s|^prefix=.*|prefix=$stage$prefix|" \
    "$stage$prefix/$libdir/pkgconfig/gstreamer-vowel-1.0.pc" \
    >"$root/pkgconfig/gstreamer-vowel-1.0.pc"
}

compile_sample () {
  meson setup "$root/parrot" "$sample" && meson compile -C "$root/parrot"
}

# VAD weights: those of data/models, or here those of the environment.
weights_installed () {
  find "$stage$prefix" -path '*/vowel-gst/models/silero_vad.onnx' -size +0 | grep .
}

# Both are elsewhere than the system's, and nobody has said where.
finds_library () {
  [ "$prefix" = /usr ] ||
    readelf -d "$stage$prefix/bin/vowel-gst" | tee /dev/stderr | grep -q "RUNPATH.*$prefix/$libdir"
}

finds_plugins () {
  GST_PLUGIN_PATH=/of/the/user GST_REGISTRY=$root/program.bin GST_DEBUG=GST_REGISTRY:5 GST_DEBUG_NO_COLOR=1 \
    "$stage$prefix/bin/vowel-gst" check 2>&1 | grep "GST_PLUGIN_PATH" | tee /dev/stderr |
    grep -q "/of/the/user:$prefix/$libdir/gstreamer-1.0"
}

shows () {
  gst-inspect-1.0 parrotllm | tee /dev/stderr | grep -q "How often to repeat"
}

answers () {
  printf 'Polly' >"$root/said.txt"
  gst-launch-1.0 -m filesrc location="$root/said.txt" \
    ! text/x-raw,format=utf8 \
    ! llmbin provider=parrot provider::times=3 \
    ! fakesink | tee /dev/stderr >"$root/out"
  [ "$(grep -c 'delta=(string)"Polly' "$root/out")" = 3 ] &&
    grep -q 'Got EOS' "$root/out"
}

check "the build installs" install_library

export PKG_CONFIG_PATH=$root/pkgconfig
export LD_LIBRARY_PATH=$stage$prefix/$libdir
export GST_PLUGIN_PATH=$stage$prefix/$libdir/gstreamer-1.0:$root/parrot
export GST_REGISTRY=$root/registry.bin
unset DESTDIR

check "the detector's weights are installed" weights_installed
check "the installed program finds its library" finds_library
check "the installed program looks for its plugins, too" finds_plugins
check "the sample compiles against the installed library" compile_sample
check "gst-inspect-1.0 shows it" shows
check "llmbin finds it and it answers" answers
echo "1..$n"
