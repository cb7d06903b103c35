/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* For libFuzzer: fuzz-openai [corpus …], see scripts/fuzz. */

#include "fuzz-openai.h"

int LLVMFuzzerInitialize (int *argc, char ***argv);
int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

int
LLVMFuzzerInitialize (int *argc, char ***argv)
{
  fuzz_openai_init ();
  return 0;
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  fuzz_openai_run (data, size, FALSE);
  return 0;
}
