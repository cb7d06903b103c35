/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "logging.h"

#include <gst/gst.h>
#include <stdio.h>
#include <string.h>

typedef struct {
  const gchar *name;
  GLogLevelFlags glib;
  GstDebugLevel gst;
} Level;

static const Level levels[] = {
    {"error", G_LOG_LEVEL_CRITICAL, GST_LEVEL_ERROR},
    {"warning", G_LOG_LEVEL_WARNING, GST_LEVEL_WARNING},
    {"info", G_LOG_LEVEL_INFO, GST_LEVEL_INFO},
    {"debug", G_LOG_LEVEL_DEBUG, GST_LEVEL_DEBUG},
};

/* Categories of the server and of everything beneath it, as GST_DEBUG writes
 * them. Elements of others speak up with their errors only. */
static const gchar *const own_categories[] = {"vowel*", "vad", "sttsink",
    "llmbin", "ttssrc", "wsaudio*", "scriptedllm", "pocketsphinxstt",
    "espeaktts", "flitetts", "openai*", "anthropic*", "deepgram*"};

static gint current_level; /* index of levels, atomic */
static GPrivate current_session = G_PRIVATE_INIT (g_free);

/* One line stays one line, whatever foreign text is in it. */
static void
write_line (const gchar *level, const gchar *module, const gchar *text)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_utc ();
  g_autofree gchar *line = g_strdup (text);
  g_autofree gchar *time = g_date_time_format (now, "%Y-%m-%dT%H:%M:%S");

  for (gchar *p = line; *p != '\0'; p++)
    if (g_ascii_iscntrl (*p))
      *p = ' ';
  fprintf (stderr, "%s.%03dZ %-7s %s: %s\n", time,
      g_date_time_get_microsecond (now) / 1000, level, module, line);
}

static const gchar *
glib_level_name (GLogLevelFlags level)
{
  if (level & (G_LOG_LEVEL_ERROR | G_LOG_LEVEL_CRITICAL))
    return "error";
  if (level & G_LOG_LEVEL_WARNING)
    return "warning";
  return level & G_LOG_LEVEL_DEBUG ? "debug" : "info";
}

static GLogWriterOutput
write_glib (GLogLevelFlags level, const GLogField *fields, gsize n_fields,
    gpointer user_data)
{
  const Level *threshold = &levels[g_atomic_int_get (&current_level)];
  const gchar *text = "";
  const gchar *domain = "glib";

  if ((level & G_LOG_LEVEL_MASK) > threshold->glib)
    return G_LOG_WRITER_HANDLED;
  for (gsize i = 0; i < n_fields; i++) {
    if (g_str_equal (fields[i].key, "MESSAGE"))
      text = fields[i].value;
    else if (g_str_equal (fields[i].key, "GLIB_DOMAIN"))
      domain = fields[i].value;
  }
  write_line (glib_level_name (level), domain, text);
  return G_LOG_WRITER_HANDLED;
}

static const gchar *
gst_level_name (GstDebugLevel level)
{
  switch (level) {
    case GST_LEVEL_ERROR:
      return "error";
    case GST_LEVEL_WARNING:
    case GST_LEVEL_FIXME:
      return "warning";
    case GST_LEVEL_INFO:
      return "info";
    default:
      return "debug";
  }
}

void
vowel_logging_set_session (const gchar *session_id)
{
  g_private_replace (&current_session, g_strdup (session_id));
}

/* Without locks, as GStreamer's own log does it: the caller may hold them. */
static const gchar *
find_pipeline_name (GObject *object)
{
  GstObject *top = GST_OBJECT (object);

  while (GST_OBJECT_PARENT (top))
    top = GST_OBJECT_PARENT (top);
  return GST_IS_PIPELINE (top) ? GST_OBJECT_NAME (top) : NULL;
}

static void
write_gst (GstDebugCategory *category, GstDebugLevel level, const gchar *file,
    const gchar *function, gint line, GObject *object, GstDebugMessage *message,
    gpointer user_data)
{
  const gchar *session = NULL;
  const gchar *element = NULL;
  g_autoptr (GString) text = NULL;

  if (level > gst_debug_category_get_threshold (category))
    return;
  if (GST_IS_OBJECT (object)) {
    session = find_pipeline_name (object);
    if (!GST_IS_PIPELINE (object))
      element = GST_OBJECT_NAME (object);
  }
  if (session == NULL)
    session = g_private_get (&current_session);
  text = g_string_new (NULL);
  if (session && !g_str_has_prefix (gst_debug_message_get (message), session))
    g_string_append_printf (text, "%s: ", session);
  if (element)
    g_string_append_printf (text, "%s: ", element);
  g_string_append (text, gst_debug_message_get (message));
  write_line (gst_level_name (level), gst_debug_category_get_name (category),
      text->str);
}

void
vowel_logging_set_level (const gchar *name)
{
  const gchar *wanted = g_getenv ("GST_DEBUG");
  guint level = 0;

  for (guint i = 0; i < G_N_ELEMENTS (levels); i++)
    if (g_str_equal (levels[i].name, name))
      level = i;
  g_atomic_int_set (&current_level, (gint) level);
  /* Not gst_debug_set_active(): it lets each of GStreamer's trace messages be
   * looked at before it is dropped, a fifth of a session's CPU time. */
  gst_debug_set_threshold_for_name ("*", GST_LEVEL_ERROR);
  for (guint i = 0; i < G_N_ELEMENTS (own_categories); i++)
    gst_debug_set_threshold_for_name (own_categories[i], levels[level].gst);
  if (wanted)
    gst_debug_set_threshold_from_string (wanted, FALSE);
}

void
vowel_logging_init (const gchar *name)
{
  g_log_set_writer_func (write_glib, NULL, NULL);
  gst_debug_remove_log_function (gst_debug_log_default);
  gst_debug_add_log_function (write_gst, NULL, NULL);
  vowel_logging_set_level (name);
}
