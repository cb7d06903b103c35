/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Before the names of fields that are ours. */
#define VOWEL_LOG_FIELD_PREFIX "VOWEL_"

/**
 * VowelLogLine:
 * @time_us: microseconds since 1970
 * @level: error, warning, info or debug
 * @category: the module
 * @session: (nullable): the id of the session that it is about
 * @element: (nullable): the GStreamer element
 * @message: what there is to say; it may begin with the session's id
 * @file: (nullable): of the source
 * @line: in @file
 * @function: (nullable): in @file
 * @fields: (array length=n_fields): more, as text; those whose keys begin with
 *   %VOWEL_LOG_FIELD_PREFIX are kept. @message has told it all
 *
 * One line of a log before it is known how logs look. Any thread.
 */
typedef struct {
  gint64 time_us;
  const gchar *level;
  const gchar *category;
  const gchar *session;
  const gchar *element;
  const gchar *message;
  const gchar *file;
  gint line;
  const gchar *function;
  const GLogField *fields;
  gsize n_fields;
} VowelLogLine;

/* For people: time, level, category, text. It is one line, whatever foreign
 * text is in it. */
gchar *vowel_log_line_to_text (const VowelLogLine *line);
/* The same, and the fields, as a JSON object. */
gchar *vowel_log_line_to_json (const VowelLogLine *line);

/* What the journal is given: for g_log_writer_journald(). @func: called once,
 * with fields that are valid meanwhile; its result is returned. */
typedef GLogWriterOutput (*VowelLogFieldsFunc) (
    const GLogField *fields, gsize n_fields);
GLogWriterOutput vowel_log_line_to_journal (
    const VowelLogLine *line, VowelLogFieldsFunc func);

G_END_DECLS
