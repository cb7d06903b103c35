/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "flux-settings.h"
#include "json-writer.h"

#include <gst/vowel/gstvoweljson.h>
#include <string.h>

#include "live-stt.h"

#define MIN_EAGER 0.3

gboolean
flux_is_model (const gchar *model)
{
  return model != NULL && g_str_has_prefix (model, "flux-");
}

/* A threshold as JSON would write it. */
static void
append_number (GString *path, const gchar *name, gdouble number)
{
  gchar text[G_ASCII_DTOSTR_BUF_SIZE];

  live_query_append (
      path, name, g_ascii_formatd (text, sizeof text, "%.3g", number));
}

/* No later than the end itself; 0: not told */
static gdouble
get_eager (const FluxSettings *settings)
{
  if (settings->eager_eot_threshold <= 0)
    return 0;
  return MIN (
      MAX (settings->eager_eot_threshold, MIN_EAGER), settings->eot_threshold);
}

/* (transfer full): languages without their countries */
static gchar **
dup_hints (const FluxSettings *settings)
{
  g_auto (GStrv) parts = NULL;
  GStrvBuilder *hints = g_strv_builder_new ();
  gchar **list;

  if (g_str_has_suffix (settings->model, "-multi") && settings->hint != NULL)
    parts = g_strsplit (settings->hint, ",", -1);
  for (guint i = 0; parts != NULL && parts[i] != NULL; i++) {
    g_strdelimit (g_strstrip (parts[i]), "-_", '\0');
    /* That is what the model is. */
    if (*parts[i] != '\0' && !g_str_equal (parts[i], "multi"))
      g_strv_builder_add (hints, parts[i]);
  }
  list = g_strv_builder_end (hints);
  g_strv_builder_unref (hints);
  return list;
}

gchar *
flux_settings_make_path (const FluxSettings *settings)
{
  GString *path = g_string_new ("/v2/listen");
  g_auto (GStrv) hints = dup_hints (settings);
  g_autofree gchar *timeout = g_strdup_printf ("%u", settings->eot_timeout_ms);

  live_query_append (path, "model", settings->model);
  live_query_append (path, "encoding", "linear16");
  live_query_append (path, "sample_rate", G_STRINGIFY (LIVE_RATE));
  append_number (path, "eot_threshold", settings->eot_threshold);
  if (get_eager (settings) > 0)
    append_number (path, "eager_eot_threshold", get_eager (settings));
  live_query_append (path, "eot_timeout_ms", timeout);
  live_query_append_list (path, "keyterm", settings->keyterms);
  for (guint i = 0; hints[i] != NULL; i++)
    live_query_append (path, "language_hint", hints[i]);
  return g_string_free (path, FALSE);
}

static void
add_strings (JsonBuilder *builder, const gchar *name, gchar **strings)
{
  json_builder_set_member_name (builder, name);
  json_builder_begin_array (builder);
  for (guint i = 0; strings[i] != NULL; i++) {
    if (*g_strstrip (strings[i]) != '\0')
      json_builder_add_string_value (builder, strings[i]);
  }
  json_builder_end_array (builder);
}

gchar *
flux_settings_make_configure (const FluxSettings *settings)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_auto (GStrv) hints = dup_hints (settings);
  g_auto (GStrv) keyterms = g_strsplit (
      settings->keyterms != NULL ? settings->keyterms : "", ",", -1);

  json_builder_begin_object (builder);
  json_writer_add_string (builder, "type", "Configure");
  json_writer_begin_object (builder, "thresholds");
  json_writer_add_double (builder, "eot_threshold", settings->eot_threshold);
  if (get_eager (settings) > 0)
    json_writer_add_double (
        builder, "eager_eot_threshold", get_eager (settings));
  json_writer_add_int (builder, "eot_timeout_ms", settings->eot_timeout_ms);
  json_builder_end_object (builder);
  add_strings (builder, "keyterms", keyterms);
  if (g_str_has_suffix (settings->model, "-multi"))
    add_strings (builder, "language_hints", hints);
  return json_writer_end (builder);
}
