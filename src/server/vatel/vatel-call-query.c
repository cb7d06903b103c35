/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "vatel-call-query.h"

#include "server/http/http.h"
#include "session/error.h"

#include <string.h>

#define DEFAULT_PAGE_SIZE 20
#define MAX_PAGE_SIZE 100
#define DAY_MS (24 * 60 * 60 * G_GINT64_CONSTANT (1000))

static gboolean
read_number (GHashTable *query, const gchar *name, guint max, guint *ret_number,
    GError **error)
{
  const gchar *text = vowel_http_get_query (query, name);
  guint64 number = 0;

  if (text == NULL)
    return TRUE;
  if (!g_ascii_string_to_unsigned (text, 10, 1, max, &number, NULL)) {
    vowel_set_field_error (error, VOWEL_ERROR_OUT_OF_RANGE, name,
        "expected a number from 1 to %u", max);
    return FALSE;
  }
  *ret_number = number;
  return TRUE;
}

/* What a parameter says must be one of the first of each pair; @ret_second: the
 * second. */
typedef struct {
  const gchar *name;
  const gchar *const *second;
} Choice;

static gboolean
read_choice (GHashTable *query, const gchar *name, const Choice *choices,
    guint n, const Choice **ret_choice, GError **error)
{
  const gchar *text = vowel_http_get_query (query, name);
  g_autoptr (GString) known = g_string_new (NULL);

  if (text == NULL)
    return TRUE;
  for (guint i = 0; i < n; i++) {
    if (g_str_equal (text, choices[i].name)) {
      *ret_choice = &choices[i];
      return TRUE;
    }
    g_string_append_printf (known, "%s%s", i > 0 ? ", " : "", choices[i].name);
  }
  vowel_set_field_error (
      error, VOWEL_ERROR_INVALID, name, "expected one of %s", known->str);
  return FALSE;
}

/* RFC 3339, or a day. @ret_is_day: it is a day, from its beginning on. */
static gboolean
read_time (GHashTable *query, const gchar *name, gint64 *ret_ms,
    gboolean *ret_is_day, GError **error)
{
  g_autofree gchar *text = g_strdup (vowel_http_get_query (query, name));
  g_autofree gchar *whole = NULL;
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();
  g_autoptr (GDateTime) time = NULL;

  *ret_ms = 0;
  if (text == NULL)
    return TRUE;
  /* A plus in an address is a space. */
  g_strdelimit (text, " ", '+');
  *ret_is_day = strchr (text, 'T') == NULL && strchr (text, 't') == NULL;
  whole = g_strconcat (text, *ret_is_day ? "T00:00:00Z" : NULL, NULL);
  time = g_date_time_new_from_iso8601 (whole, utc);
  if (time == NULL) {
    vowel_set_field_error (error, VOWEL_ERROR_INVALID, name,
        "expected a day (2026-01-31) or a time (2026-01-31T12:00:00Z)");
    return FALSE;
  }
  *ret_ms = g_date_time_to_unix (time) * 1000
            + g_date_time_get_microsecond (time) / 1000;
  return TRUE;
}

static gboolean
read_agents (GHashTable *query, VowelVatelCallQuery *ret_query, GError **error)
{
  const gchar *text = vowel_http_get_query (query, "agent_ids");

  if (text == NULL)
    return TRUE;
  ret_query->agent_ids = g_strsplit (text, ",", -1);
  for (gchar **id = ret_query->agent_ids; *id != NULL; id++) {
    g_autofree gchar *given = g_strstrip (*id);

    if (!g_uuid_string_is_valid (given)) {
      vowel_set_field_error (error, VOWEL_ERROR_INVALID, "agent_ids",
          "expected UUIDs, separated by commas");
      *id = g_steal_pointer (&given);
      return FALSE;
    }
    *id = g_ascii_strdown (given, -1);
  }
  ret_query->filter.agent_ids = (const gchar *const *) ret_query->agent_ids;
  return TRUE;
}

static gboolean
read_choices (GHashTable *query, VowelVatelCallQuery *ret_query, GError **error)
{
  static const gchar *const twilio[] = {"twilio", NULL};
  static const gchar *const api[] = {"vatel", "openai", "voicex", NULL};
  static const gchar *const none[] = {NULL};
  static const gchar *const by_user[] = {"client_left", NULL};
  static const gchar *const by_agent[] = {
      "expired", "idle", "shutdown", "failed", NULL};
  static const gchar *const transferred[] = {"transferred", NULL};
  static const Choice sources[] = {
      {"twilio", twilio}, {"sip", none}, {"simulation", none}, {"api", api}};
  static const Choice outcomes[] = {{"transferred", transferred},
      {"ended_by_agent", by_agent}, {"ended_by_user", by_user}};
  static const Choice states[] = {
      {"connected"}, {"started"}, {"in_progress"}, {"auth_failed"}, {"ended"}};
  static const Choice booleans[] = {{"true"}, {"false"}};
  const Choice *source = NULL, *outcome = NULL, *state = NULL, *outbound = NULL;

  if (!read_choice (
          query, "source", sources, G_N_ELEMENTS (sources), &source, error)
      || !read_choice (
          query, "outcome", outcomes, G_N_ELEMENTS (outcomes), &outcome, error)
      || !read_choice (
          query, "status", states, G_N_ELEMENTS (states), &state, error)
      || !read_choice (query, "outbound", booleans, G_N_ELEMENTS (booleans),
          &outbound, error))
    return FALSE;
  if (source != NULL)
    ret_query->filter.sources = source->second;
  if (outcome != NULL)
    ret_query->filter.end_reasons = outcome->second;
  ret_query->has_ended = state == NULL || g_str_equal (state->name, "ended");
  ret_query->has_live =
      outcome == NULL
      && (state == NULL || g_str_equal (state->name, "in_progress"));
  if (outbound != NULL)
    ret_query->filter.outbound = g_str_equal (outbound->name, "true") ? 1 : -1;
  return TRUE;
}

gboolean
vowel_vatel_call_query_read (
    GHashTable *query, VowelVatelCallQuery *ret_query, GError **error)
{
  gboolean is_day = FALSE;

  *ret_query = (VowelVatelCallQuery){.page = 1, .page_size = DEFAULT_PAGE_SIZE};
  if (!read_number (
          query, "page", G_MAXINT / MAX_PAGE_SIZE, &ret_query->page, error)
      || !read_number (
          query, "page_size", MAX_PAGE_SIZE, &ret_query->page_size, error)
      || !read_agents (query, ret_query, error)
      || !read_choices (query, ret_query, error)
      || !read_time (
          query, "date_from", &ret_query->filter.since, &is_day, error)
      || !read_time (
          query, "date_to", &ret_query->filter.before, &is_day, error))
    return FALSE;
  /* It is included. */
  if (ret_query->filter.before != 0)
    ret_query->filter.before += is_day ? DAY_MS : 1;
  ret_query->organization_id = vowel_http_get_query (query, "organization_id");
  ret_query->filter.search = vowel_http_get_query (query, "search");
  /* Calls have no tags here. */
  if (vowel_http_get_query (query, "tag") != NULL)
    ret_query->has_ended = ret_query->has_live = FALSE;
  return TRUE;
}

void
vowel_vatel_call_query_clear (VowelVatelCallQuery *query)
{
  g_clear_pointer (&query->agent_ids, g_strfreev);
}

static gboolean
allows (const gchar *const *list, const gchar *text)
{
  return list == NULL || (text != NULL && g_strv_contains (list, text));
}

gboolean
vowel_vatel_call_query_matches (
    const VowelVatelCallQuery *query, const VowelCall *call)
{
  const VowelCallFilter *filter = &query->filter;

  return query->has_live
         && (filter->app_id == NULL
             || g_strcmp0 (filter->app_id, call->app_id) == 0)
         && allows (filter->agent_ids, call->agent_id)
         && allows (filter->sources, call->source)
         && call->started_at >= filter->since
         && (filter->before == 0 || call->started_at < filter->before)
         && filter->outbound <= 0
         && (filter->search == NULL
             || (call->party != NULL
                 && strstr (call->party, filter->search) != NULL));
}

JsonObject *
vowel_vatel_call_query_paginate (const VowelVatelCallQuery *query, gint64 total)
{
  JsonObject *object = json_object_new ();
  gint64 pages = (total + query->page_size - 1) / query->page_size;

  json_object_set_int_member (object, "page", query->page);
  json_object_set_int_member (object, "page_size", query->page_size);
  json_object_set_int_member (object, "total", total);
  json_object_set_int_member (object, "total_pages", pages);
  json_object_set_boolean_member (object, "has_next", query->page < pages);
  json_object_set_boolean_member (object, "has_prev", query->page > 1);
  return object;
}
