/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>
#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * GstVowelToolOutput:
 * @node: (nullable): the output, when it is JSON
 * @failed: it tells of a failure
 * @speech: what to say about it
 *
 * A tool's output, made speakable.
 */
typedef struct {
  JsonNode *node;
  gboolean failed;
  gchar *speech;
} GstVowelToolOutput;

/* @tool: (nullable): the tool's name, for telling what failed */
GstVowelToolOutput *gst_vowel_tool_output_new (
    const gchar *tool, const gchar *output);
void gst_vowel_tool_output_free (GstVowelToolOutput *output);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstVowelToolOutput, gst_vowel_tool_output_free)

/* The member at @path ("weather.wind.speed") in words; NULL when there is
 * none. */
gchar *gst_vowel_tool_output_get (
    const GstVowelToolOutput *output, const gchar *path);

G_END_DECLS
