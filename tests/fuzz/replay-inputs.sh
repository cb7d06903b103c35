#!/bin/sh
# Every input of a corpus through a target: replay-inputs.sh PROGRAM FOLDER
set -eu
find "$2" -type f -print0 | xargs -0 "$1"
