/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Logs go to stderr, one line each: time, level, module, text. @level (error,
 * warning, info, debug) is for GLib's log and for GStreamer's debug categories
 * of this project; GST_DEBUG adds to it. @format: text, json, journal
 * (systemd's own, with fields), or auto: journal where stderr is one, else
 * text. To be called after gst_init(). */
void vowel_logging_init (const gchar *level, const gchar *format);
/* Another @level from now on. */
void vowel_logging_set_level (const gchar *level);

/* What this thread logs until the next call belongs to @session_id (nullable);
 * lines of elements in a pipeline name the pipeline, which is named after its
 * session, in any case. */
void vowel_logging_set_session (const gchar *session_id);

G_END_DECLS
