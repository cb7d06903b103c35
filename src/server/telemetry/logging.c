/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "logging.h"

#include "log-line.h"

#include <gst/gst.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

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
    "llm*", "ttssrc", "wsaudio*", "scriptedllm", "pocketsphinxstt", "espeaktts",
    "flitetts", "openai*", "anthropic*", "deepgram*"};

typedef enum {
  FORMAT_TEXT,
  FORMAT_JSON,
  FORMAT_JOURNAL,
} Format;

static Format format;      /* constant once there is something to log */
static gint current_level; /* index of levels, atomic */
static GPrivate current_session = G_PRIVATE_INIT (g_free);

static gboolean
is_journal (void)
{
  const gchar *name = g_getenv ("JOURNAL_STREAM");
  g_autofree gchar *found = NULL;
  struct stat file;

  if (name == NULL || fstat (STDERR_FILENO, &file) != 0)
    return FALSE;
  found = g_strdup_printf (
      "%ju:%ju", (uintmax_t) file.st_dev, (uintmax_t) file.st_ino);
  return g_str_equal (name, found);
}

static GLogWriterOutput
write_journal (const GLogField *fields, gsize n_fields)
{
  return g_log_writer_journald (G_LOG_LEVEL_INFO, fields, n_fields, NULL);
}

static void
write_line (VowelLogLine *line)
{
  g_autofree gchar *text = NULL;

  line->time_us = g_get_real_time ();
  /* A journal that is not there gets its line as anybody else would. */
  if (format == FORMAT_JOURNAL
      && vowel_log_line_to_journal (line, write_journal)
             == G_LOG_WRITER_HANDLED)
    return;
  text = format == FORMAT_JSON ? vowel_log_line_to_json (line)
                               : vowel_log_line_to_text (line);
  fprintf (stderr, "%s\n", text);
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
  VowelLogLine line = {
      .level = glib_level_name (level),
      .category = "glib",
      .message = "",
      .fields = fields,
      .n_fields = n_fields,
  };

  if ((level & G_LOG_LEVEL_MASK) > threshold->glib)
    return G_LOG_WRITER_HANDLED;
  for (gsize i = 0; i < n_fields; i++) {
    if (g_str_equal (fields[i].key, "MESSAGE"))
      line.message = fields[i].value;
    else if (g_str_equal (fields[i].key, "GLIB_DOMAIN"))
      line.category = fields[i].value;
  }
  write_line (&line);
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
  VowelLogLine entry = {
      .level = gst_level_name (level),
      .category = gst_debug_category_get_name (category),
      .file = file,
      .line = line,
      .function = function,
  };

  if (level > gst_debug_category_get_threshold (category))
    return;
  if (GST_IS_OBJECT (object)) {
    entry.session = find_pipeline_name (object);
    if (!GST_IS_PIPELINE (object))
      entry.element = GST_OBJECT_NAME (object);
  }
  if (entry.session == NULL)
    entry.session = g_private_get (&current_session);
  entry.message = gst_debug_message_get (message);
  write_line (&entry);
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

static Format
find_format (const gchar *name)
{
  if (g_str_equal (name, "json"))
    return FORMAT_JSON;
  if (g_str_equal (name, "journal")
      || (g_str_equal (name, "auto") && is_journal ()))
    return FORMAT_JOURNAL;
  return FORMAT_TEXT;
}

void
vowel_logging_init (const gchar *name, const gchar *format_name)
{
  format = find_format (format_name);
  g_log_set_writer_func (write_glib, NULL, NULL);
  gst_debug_remove_log_function (gst_debug_log_default);
  gst_debug_add_log_function (write_gst, NULL, NULL);
  vowel_logging_set_level (name);
}
