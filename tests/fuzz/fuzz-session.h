/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Warnings abort from now on, in a way that libFuzzer notices. */
void fuzz_session_init (void);
/* Carries out one input; aborts at what must not be. @print: write what is
 * sent to standard output. */
void fuzz_session_run (const guint8 *data, gsize size, gboolean print);

G_END_DECLS
