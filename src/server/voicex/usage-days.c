/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "usage-days.h"

#include "voicex-json.h"

#include "server/store/document-json.h"

#include <gst/vowel/gstvoweljson.h>
#include <string.h>

#define KIND "usage-day"
#define MINUTE_MS (60 * G_GINT64_CONSTANT (1000))
#define DAY_MS (24 * 60 * MINUTE_MS)
/* "2026-01" */
#define MONTH_LENGTH 7

struct _VowelUsageDays {
  VowelStore *store;
  /* By app, the day that is being counted: what was written last may not be
   * there for reads yet. */
  GHashTable *today;
};

/* What is counted, by its name for clients. */
static const struct {
  const gchar *name;
  gsize offset;
} counts[] = {
    {"calls", G_STRUCT_OFFSET (VowelUsageDay, calls)},
    {"minutes", G_STRUCT_OFFSET (VowelUsageDay, minutes)},
    {"ttsChars", G_STRUCT_OFFSET (VowelUsageDay, tts_chars)},
    {"llmTokens", G_STRUCT_OFFSET (VowelUsageDay, llm_tokens)},
    {"sttSeconds", G_STRUCT_OFFSET (VowelUsageDay, stt_seconds)},
};

static void
usage_day_free (gpointer data)
{
  VowelUsageDay *day = data;

  g_free (day->date);
  g_free (day);
}

VowelUsageDays *
vowel_usage_days_new (VowelStore *store)
{
  VowelUsageDays *self = g_new0 (VowelUsageDays, 1);

  self->store = store;
  self->today =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, usage_day_free);
  return self;
}

void
vowel_usage_days_free (VowelUsageDays *self)
{
  g_hash_table_unref (self->today);
  g_free (self);
}

/* --- counting --- */

void
vowel_usage_day_add (VowelUsageDay *day, const VowelCall *call)
{
  gsize size = call->usage != NULL ? strlen (call->usage) : 0;
  g_autoptr (JsonNode) node =
      size > 0 ? gst_vowel_json_parse (call->usage, size, size, NULL) : NULL;
  JsonArray *array = node != NULL && JSON_NODE_HOLDS_ARRAY (node)
                         ? json_node_get_array (node)
                         : NULL;
  gdouble heard = 0;

  for (guint i = 0; array != NULL && i < json_array_get_length (array); i++) {
    JsonNode *element = json_array_get_element (array, i);
    JsonObject *entry = JSON_NODE_HOLDS_OBJECT (element)
                            ? json_node_get_object (element)
                            : NULL;

    day->llm_tokens += gst_vowel_json_get_int (entry, "output_tokens", 0);
    day->tts_chars += gst_vowel_json_get_int (entry, "characters", 0);
    heard += gst_vowel_json_get_double (entry, "audio_seconds", 0);
  }
  day->stt_seconds += (gint64) (heard + 0.5);
  day->calls++;
  day->minutes +=
      (call->ended_at - call->started_at + MINUTE_MS - 1) / MINUTE_MS;
}

/* (transfer full) */
static gchar *
make_date (gint64 at)
{
  g_autoptr (GDateTime) time = g_date_time_new_from_unix_utc (at / 1000);

  return g_date_time_format (time, "%Y-%m-%d");
}

static gchar *
make_key (const gchar *app_id, const gchar *date)
{
  return g_strconcat (app_id, "/", date, NULL);
}

static VowelUsageDay *
read_day (const VowelDocument *document)
{
  g_autoptr (JsonObject) body = vowel_document_parse (document);
  VowelUsageDay *day = g_new0 (VowelUsageDay, 1);

  day->date = g_strdup (gst_vowel_json_get_string (body, "date"));
  for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
    G_STRUCT_MEMBER (gint64, day, counts[i].offset) =
        gst_vowel_json_get_int (body, counts[i].name, 0);
  return day;
}

static VowelUsageDay *
get_day (VowelUsageDays *self, const gchar *app_id, const gchar *date)
{
  VowelUsageDay *day = g_hash_table_lookup (self->today, app_id);
  g_autofree gchar *key = NULL;
  g_autoptr (VowelDocument) document = NULL;

  if (day != NULL && g_str_equal (day->date, date))
    return day;
  key = make_key (app_id, date);
  document = vowel_store_find_document (self->store, KIND, key, NULL);
  day = document != NULL ? read_day (document) : g_new0 (VowelUsageDay, 1);
  g_free (day->date);
  day->date = g_strdup (date);
  g_hash_table_replace (self->today, g_strdup (app_id), day);
  return day;
}

static void
write_counts (const VowelUsageDay *day, JsonObject *object)
{
  json_object_set_string_member (object, "date", day->date);
  for (guint i = 0; i < G_N_ELEMENTS (counts); i++)
    json_object_set_int_member (object, counts[i].name,
        G_STRUCT_MEMBER (gint64, day, counts[i].offset));
}

void
vowel_usage_days_note (VowelUsageDays *self, const VowelCall *call)
{
  g_autofree gchar *date = make_date (call->ended_at);
  g_autofree gchar *key = make_key (call->app_id, date);
  g_autoptr (JsonObject) body = json_object_new ();
  g_autoptr (VowelDocument) document = NULL;
  VowelUsageDay *day = get_day (self, call->app_id, date);

  vowel_usage_day_add (day, call);
  write_counts (day, body);
  /* It is the same row all day. */
  document = vowel_document_new_json (KIND, key, call->app_id, key, body);
  vowel_store_put_document (self->store, document, NULL, NULL);
}

/* --- showing --- */

gint64
vowel_usage_days_count_minutes (
    VowelUsageDays *self, const gchar *app_id, gint64 now, GError **error)
{
  g_autoptr (GPtrArray) documents =
      vowel_store_list_documents (self->store, KIND, app_id, error);
  const VowelUsageDay *today = g_hash_table_lookup (self->today, app_id);
  g_autofree gchar *date = make_date (now);
  gint64 minutes = 0;

  if (documents == NULL)
    return -1;
  date[MONTH_LENGTH] = '\0';
  for (guint i = 0; i < documents->len; i++) {
    VowelUsageDay *day = read_day (g_ptr_array_index (documents, i));

    if (day->date != NULL && g_str_has_prefix (day->date, date)
        && (today == NULL || !g_str_equal (day->date, today->date)))
      minutes += day->minutes;
    usage_day_free (day);
  }
  if (today != NULL && g_str_has_prefix (today->date, date))
    minutes += today->minutes;
  return minutes;
}

static gint
compare_dates (gconstpointer a, gconstpointer b)
{
  const VowelUsageDay *first = *(const VowelUsageDay *const *) a;
  const VowelUsageDay *second = *(const VowelUsageDay *const *) b;

  return g_strcmp0 (first->date, second->date);
}

JsonArray *
vowel_usage_days_to_json (VowelUsageDays *self, const gchar *app_id, guint n,
    gint64 now, GError **error)
{
  g_autoptr (GPtrArray) documents =
      vowel_store_list_documents (self->store, KIND, app_id, error);
  g_autoptr (GPtrArray) days = g_ptr_array_new_with_free_func (usage_day_free);
  g_autofree gchar *first = make_date (now - (n - 1) * DAY_MS);
  JsonArray *array;

  if (documents == NULL)
    return NULL;
  for (guint i = 0; i < documents->len; i++)
    g_ptr_array_add (days, read_day (g_ptr_array_index (documents, i)));
  g_ptr_array_sort (days, compare_dates);
  array = json_array_new ();
  for (guint i = 0; i < days->len; i++) {
    const VowelUsageDay *day = g_ptr_array_index (days, i);
    JsonObject *object;
    g_autofree gchar *key = NULL;

    if (g_strcmp0 (day->date, first) < 0)
      continue;
    object = json_object_new ();
    key = make_key (app_id, day->date);
    vowel_voicex_set_id (object, "_id", key);
    vowel_voicex_set_id (object, "orgId", app_id);
    write_counts (day, object);
    json_array_add_object_element (array, object);
  }
  return array;
}
