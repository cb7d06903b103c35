/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* "2026-01-31T12:00:00.000Z" for @ms since 1970. (transfer full) */
gchar *vowel_iso_time (gint64 ms);

G_END_DECLS
