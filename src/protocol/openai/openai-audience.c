/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "openai-audience.h"

struct _VowelOpenaiAudience {
  VowelSession *session; /* owned by the face */
  gboolean late;
  gboolean no_audio;
  GHashTable *known; /* (element-type utf8): responses seen from their start */
};

VowelOpenaiAudience *
vowel_openai_audience_new (VowelSession *session)
{
  VowelOpenaiAudience *audience = g_new0 (VowelOpenaiAudience, 1);

  audience->session = session;
  audience->late = vowel_session_is_started (session);
  audience->known =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return audience;
}

void
vowel_openai_audience_free (VowelOpenaiAudience *audience)
{
  g_hash_table_unref (audience->known);
  g_free (audience);
}

void
vowel_openai_audience_set_no_audio (
    VowelOpenaiAudience *audience, gboolean no_audio)
{
  audience->no_audio = no_audio;
}

/* Whether the event belongs to a response whose start was missed. */
static gboolean
is_missed (VowelOpenaiAudience *audience, const VowelEvent *event)
{
  const gchar *id;

  if (!audience->late || event->response == NULL)
    return FALSE;

  id = event->response->id;
  if (event->type == VOWEL_EVENT_RESPONSE_STARTED)
    g_hash_table_add (audience->known, g_strdup (id));
  else if (event->type == VOWEL_EVENT_RATE_LIMITS)
    return !g_hash_table_remove (audience->known, id);

  return !g_hash_table_contains (audience->known, id);
}

VowelOpenaiView
vowel_openai_audience_view (VowelOpenaiAudience *audience,
    VowelParticipant *participant, const VowelEvent *event)
{
  gboolean missed = is_missed (audience, event);

  if (audience->no_audio && event->type == VOWEL_EVENT_AUDIO)
    return VOWEL_OPENAI_HIDE;
  /* OpenAI's transcripts grow by deltas alone. */
  if (event->type == VOWEL_EVENT_TRANSCRIPT_GUESS)
    return VOWEL_OPENAI_HIDE;
  if (event->item != NULL
      && (event->response != NULL || event->type == VOWEL_EVENT_ITEM_ADDED
          || event->type == VOWEL_EVENT_ITEM_DONE)
      && !vowel_session_is_shown (audience->session, participant, event->item))
    return VOWEL_OPENAI_HIDE;
  if (!missed)
    return VOWEL_OPENAI_SHOW;

  return event->type == VOWEL_EVENT_ITEM_DONE ? VOWEL_OPENAI_SHOW_WHOLE_ITEM
                                              : VOWEL_OPENAI_HIDE;
}

guint
vowel_openai_audience_index (VowelOpenaiAudience *audience,
    VowelParticipant *participant, const VowelEvent *event)
{
  guint index = event->output_index;

  for (guint i = 0; event->response != NULL && i < event->output_index; i++)
    if (!vowel_session_is_shown (audience->session, participant,
            g_ptr_array_index (event->response->output, i)))
      index--;

  return index;
}

void
vowel_openai_audience_trim (VowelOpenaiAudience *audience,
    VowelParticipant *participant, const VowelEvent *event, JsonObject *object)
{
  JsonArray *output;
  const gchar *previous_id;

  if (event->previous_item_id != NULL
      && json_object_has_member (object, "previous_item_id")) {
    previous_id = vowel_session_get_shown_id (
        audience->session, participant, event->previous_item_id);
    if (previous_id != NULL)
      json_object_set_string_member (object, "previous_item_id", previous_id);
    else
      json_object_set_null_member (object, "previous_item_id");
  }

  if (event->type != VOWEL_EVENT_RESPONSE_DONE)
    return;

  output = json_object_get_array_member (
      json_object_get_object_member (object, "response"), "output");
  for (guint i = event->response->output->len; i > 0; i--)
    if (!vowel_session_is_shown (audience->session, participant,
            g_ptr_array_index (event->response->output, i - 1)))
      json_array_remove_element (output, i - 1);
}

GPtrArray *
vowel_openai_audience_dup_items (
    VowelOpenaiAudience *audience, VowelParticipant *participant)
{
  GPtrArray *items = vowel_session_dup_items (audience->session);

  for (guint i = items->len; i > 0; i--) {
    VowelItem *item = g_ptr_array_index (items, i - 1);

    if (item->status == VOWEL_ITEM_IN_PROGRESS
        || !vowel_session_is_shown (audience->session, participant, item))
      g_ptr_array_remove_index (items, i - 1);
  }

  return items;
}
