/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* From now on a warning, and what is worse, is printed and ends the program
 * with a trace of the stack. */
void fuzz_log_init (void);

G_END_DECLS
