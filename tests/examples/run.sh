#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
#
# Runs the example applications on a spoken question. Speaks TAP.
#
# usage: run.sh CAPTION_FILE VOICE_ASSISTANT
set -u

caption_file=$1
voice_assistant=$2
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
n=0

check () {
  local what=$1
  shift
  n=$((n + 1))
  if "$@" >"$dir/log" 2>&1; then
    echo "ok $n - $what"
  else
    sed 's/^/# /' "$dir/log"
    echo "not ok $n - $what"
    failed=1
  fi
}

skip () {
  n=$((n + 1))
  echo "ok $n - $1 # SKIP $2"
}

failed=0

# A second of silence, the question, a second of silence.
speak_question () {
  gst-launch-1.0 -q \
    concat name=c ! audioconvert ! wavenc ! filesink location="$dir/question.wav" \
    audiotestsrc wave=silence num-buffers=10 samplesperbuffer=1600 ! "$1" ! c. \
    ttssrc provider=flite provider::voice=slt text="$2" ! audioconvert ! audioresample ! "$1" ! c. \
    audiotestsrc wave=silence num-buffers=15 samplesperbuffer=1600 ! "$1" ! c.
}

captions () {
  "$caption_file" --provider fake --set "text=what time is it" "$dir/question.wav" |
    tee /dev/stderr >"$dir/out.srt"
  grep -q '^1$' "$dir/out.srt" &&
    grep -qE '^00:00:0[01],[0-9]{3} --> 00:00:0[1-4],[0-9]{3}$' "$dir/out.srt" &&
    grep -q '^what time is it$' "$dir/out.srt"
}

recognises () {
  "$caption_file" --provider pocketsphinx --set "grammar=$VOWEL_DATA_DIR/grammar/assistant.gram" \
    "$dir/question.wav" | tee /dev/stderr | grep -qi '^what time is it$'
}

refuses () {
  ! "$caption_file" --provider nonsense "$dir/question.wav" 2>"$dir/err" &&
    grep -q nonsense "$dir/err" && grep -q fake "$dir/err"
}

answers () {
  timeout 60 "$voice_assistant" --wav "$dir/question.wav" --out "$dir/answer.wav" \
    --stt fake --set "stt.text=what is the weather in Rome" \
    --llm fake --set llm.tool=get_weather --set 'llm.tool-arguments={"city":"Rome"}' \
    --tts fake | tee /dev/stderr >"$dir/said"
  grep -q '^You: what is the weather in Rome$' "$dir/said" &&
    grep -q '^The tool says: It is sunny in Rome, at 21 degrees.$' "$dir/said" &&
    [ "$(stat -c %s "$dir/answer.wav")" -gt 100000 ]
}

caps=audio/x-raw,format=S16LE,rate=16000,channels=1
if gst-inspect-1.0 flitetts >/dev/null 2>&1; then
  check "flite speaks a question" speak_question "$caps" "What time is it?"
  check "caption-file prints subtitles" captions
  if gst-inspect-1.0 pocketsphinxstt >/dev/null 2>&1; then
    check "caption-file recognises the words" recognises
  else
    skip "caption-file recognises the words" "no pocketsphinxstt"
  fi
  check "caption-file names the providers when it does not know one" refuses
  check "voice-assistant answers with its tool" answers
else
  skip "the examples on a spoken question" "no flitetts"
fi
echo "1..$n"
exit $failed
