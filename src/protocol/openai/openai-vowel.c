/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "openai-vowel.h"
#include "openai-event-json.h"
#include "openai-fields.h"
#include "openai-latency.h"

#include <gst/vowel/gstvoweljson.h>

#define MAX_ARGUMENTS (4 * 1024 * 1024)

struct _VowelOpenaiVowel {
  gchar *session_id;
  gboolean calls;
  VowelOpenaiSendFunc send;
  gpointer user_data;
  gboolean sleeps; /* the client was told so */
  VowelOpenaiLatency *latency;
  /* Calls whose arguments are not complete: item id to the id of the item
   * before it ("" for none). */
  GHashTable *held;
};

VowelOpenaiVowel *
vowel_openai_vowel_new (const gchar *session_id, gboolean calls,
    VowelOpenaiSendFunc send, gpointer user_data)
{
  VowelOpenaiVowel *vowel = g_new0 (VowelOpenaiVowel, 1);

  vowel->session_id = g_strdup (session_id);
  vowel->calls = calls;
  vowel->send = send;
  vowel->user_data = user_data;
  vowel->latency = vowel_openai_latency_new ();
  vowel->held = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return vowel;
}

void
vowel_openai_vowel_free (VowelOpenaiVowel *vowel)
{
  g_hash_table_unref (vowel->held);
  vowel_openai_latency_free (vowel->latency);
  g_free (vowel->session_id);
  g_free (vowel);
}

void
vowel_openai_vowel_note (VowelOpenaiVowel *vowel, const VowelEvent *event)
{
  vowel_openai_latency_note (vowel->latency, event);
}

gboolean
vowel_openai_vowel_tell_latency (
    VowelOpenaiVowel *vowel, JsonObject *event, GError **error)
{
  gboolean with_history = TRUE;
  JsonObject *object;

  if (!vowel_openai_read_boolean (
          event, NULL, "includeHistory", &with_history, error))
    return FALSE;
  object = json_object_new ();
  json_object_set_string_member (object, "type", "debug.latency_response");
  json_object_set_object_member (object, "metrics",
      vowel_openai_latency_render (vowel->latency, with_history));
  vowel->send (object, vowel->user_data);
  return TRUE;
}

static JsonObject *
render (const VowelEvent *event, VowelEventType type)
{
  VowelEvent copy = *event;

  copy.type = type;
  copy.text = event->item->arguments->str;
  return vowel_openai_event_render (&copy, NULL, VOWEL_OPENAI_BETA);
}

static void
set_arguments (JsonObject *object, VowelItem *call)
{
  json_object_set_string_member (json_object_get_object_member (object, "item"),
      "arguments", call->arguments->str);
}

/* Programs read properties straight off the arguments. */
static JsonObject *
render_function_call (VowelItem *call)
{
  JsonObject *object = json_object_new ();
  g_autoptr (JsonNode) arguments = gst_vowel_json_parse (
      call->arguments->str, call->arguments->len, MAX_ARGUMENTS, NULL);

  json_object_set_string_member (object, "name", call->name);
  json_object_set_string_member (object, "call_id", call->call_id);
  if (arguments != NULL && JSON_NODE_HOLDS_OBJECT (arguments))
    json_object_set_member (object, "arguments", g_steal_pointer (&arguments));
  else
    json_object_set_object_member (object, "arguments", json_object_new ());

  return object;
}

static void
announce_call (VowelOpenaiVowel *vowel, const VowelEvent *event)
{
  const gchar *previous = g_hash_table_lookup (vowel->held, event->item->id);
  VowelEvent copy = *event;
  JsonObject *object = render (event, VOWEL_EVENT_OUTPUT_STARTED);

  set_arguments (object, event->item);
  vowel->send (object, vowel->user_data);
  if (!event->response->out_of_band) {
    copy.previous_item_id =
        previous != NULL && *previous != '\0' ? previous : NULL;
    object = render (&copy, VOWEL_EVENT_ITEM_ADDED);
    set_arguments (object, event->item);
    vowel->send (object, vowel->user_data);
  }
  vowel->send (render (event, VOWEL_EVENT_TOOL_ARGUMENTS), vowel->user_data);
  g_hash_table_remove (vowel->held, event->item->id);
}

static void
send_call (VowelOpenaiVowel *vowel, const VowelEvent *event)
{
  JsonObject *object = render (event, VOWEL_EVENT_TOOL_CALL);

  json_object_set_string_member (object, "name", event->item->name);
  json_object_set_object_member (
      object, "function_call", render_function_call (event->item));
  vowel->send (object, vowel->user_data);
}

gboolean
vowel_openai_vowel_take (VowelOpenaiVowel *vowel, const VowelEvent *event)
{
  if (!vowel->calls || event->response == NULL || event->item == NULL
      || event->item->type != VOWEL_ITEM_FUNCTION_CALL)
    return FALSE;

  switch (event->type) {
    case VOWEL_EVENT_OUTPUT_STARTED:
      g_hash_table_insert (
          vowel->held, g_strdup (event->item->id), g_strdup (""));
      return TRUE;
    case VOWEL_EVENT_ITEM_ADDED:
      g_hash_table_insert (vowel->held, g_strdup (event->item->id),
          g_strdup (
              event->previous_item_id != NULL ? event->previous_item_id : ""));
      return TRUE;
    case VOWEL_EVENT_TOOL_ARGUMENTS:
      return TRUE;
    case VOWEL_EVENT_TOOL_CALL:
      announce_call (vowel, event);
      send_call (vowel, event);
      return TRUE;
    case VOWEL_EVENT_OUTPUT_DONE:
      /* A call that was cut off was never told of. */
      return g_hash_table_remove (vowel->held, event->item->id);
    default:
      return FALSE;
  }
}

void
vowel_openai_vowel_trim (
    VowelOpenaiVowel *vowel, const VowelEvent *event, JsonObject *object)
{
  JsonArray *output;

  if (!vowel->calls || event->type != VOWEL_EVENT_RESPONSE_DONE)
    return;

  output = json_object_get_array_member (
      json_object_get_object_member (object, "response"), "output");
  for (guint i = json_array_get_length (output); i > 0; i--) {
    JsonObject *item = json_array_get_object_element (output, i - 1);

    if (g_str_equal (
            json_object_get_string_member (item, "type"), "function_call")
        && !g_str_equal (
            json_object_get_string_member (item, "status"), "completed"))
      json_array_remove_element (output, i - 1);
  }
}

static void
send_sleep (VowelOpenaiVowel *vowel, gboolean sleeps)
{
  JsonObject *object = json_object_new ();
  JsonObject *session = json_object_new ();

  vowel->sleeps = sleeps;
  json_object_set_string_member (
      object, "type", sleeps ? "session.hibernate" : "session.resumed");
  json_object_set_string_member (session, "id", vowel->session_id);
  json_object_set_boolean_member (session, "hibernated", sleeps);
  json_object_set_object_member (object, "session", session);
  vowel->send (object, vowel->user_data);
}

static void
send_text_done (VowelOpenaiVowel *vowel, const VowelEvent *event)
{
  VowelPart *part;
  JsonObject *object;

  if (event->item->type != VOWEL_ITEM_MESSAGE)
    return;
  part = vowel_item_get_part (event->item, 0);
  if (part == NULL || part->type != VOWEL_PART_AUDIO || part->text == NULL)
    return;

  object = json_object_new ();
  json_object_set_string_member (object, "type", "response.text.done");
  json_object_set_string_member (object, "response_id", event->response->id);
  json_object_set_string_member (object, "item_id", event->item->id);
  json_object_set_int_member (object, "output_index", event->output_index);
  json_object_set_int_member (object, "content_index", 0);
  json_object_set_string_member (object, "text", part->text->str);
  vowel->send (object, vowel->user_data);
}

void
vowel_openai_vowel_follow (VowelOpenaiVowel *vowel, const VowelEvent *event)
{
  switch (event->type) {
    case VOWEL_EVENT_OUTPUT_DONE:
      send_text_done (vowel, event);
      break;
    case VOWEL_EVENT_HIBERNATED:
      send_sleep (vowel, TRUE);
      break;
    case VOWEL_EVENT_AWAKENED:
      /* Who came later knows nothing of a sleep. */
      if (vowel->sleeps)
        send_sleep (vowel, FALSE);
      break;
    default:
      break;
  }
}
