/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "fuzz-log.h"

#include <stdlib.h>

/* GLib's own way to die is a trap, which leaves no trace. */
static void
on_log (const gchar *domain, GLogLevelFlags level, const gchar *message,
    gpointer user_data)
{
  if ((level
          & (G_LOG_FLAG_FATAL | G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL
              | G_LOG_LEVEL_WARNING))
      == 0)
    return;
  g_printerr ("%s: %s\n", domain, message);
  abort ();
}

void
fuzz_log_init (void)
{
  g_log_set_default_handler (on_log, NULL);
}
