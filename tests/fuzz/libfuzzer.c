/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* For libFuzzer: fuzz-session [corpus …], see scripts/fuzz. */

#include "fuzz-session.h"

int LLVMFuzzerInitialize (int *argc, char ***argv);
int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  fuzz_session_init ();
  return 0;
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  fuzz_session_run (data, size, FALSE);
  return 0;
}
