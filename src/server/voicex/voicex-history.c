/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "voicex-history.h"

#include "server/store/document-json.h"

#include <gst/vowel/gstvoweljson.h>

GST_DEBUG_CATEGORY_STATIC (vowel_voicex_history_debug);
#define GST_CAT_DEFAULT vowel_voicex_history_debug

#define KIND "history"
#define LIFETIME_MS                                                            \
  (VOWEL_VOICEX_HISTORY_HOURS * 3600 * G_GINT64_CONSTANT (1000))

struct _VowelVoicexHistory {
  VowelStore *store;
  GMainContext *context; /* of the thread that has the store */
};

VowelVoicexHistory *
vowel_voicex_history_new (VowelStore *store)
{
  VowelVoicexHistory *self = g_new0 (VowelVoicexHistory, 1);

  GST_DEBUG_CATEGORY_INIT (vowel_voicex_history_debug, "vowel-voicex-history",
      0, "what is remembered for clients of Voicex");
  self->store = g_object_ref (store);
  self->context = g_main_context_ref_thread_default ();
  return self;
}

void
vowel_voicex_history_free (VowelVoicexHistory *self)
{
  g_object_unref (self->store);
  g_main_context_unref (self->context);
  g_free (self);
}

/* Keys come from clients, and may be anything. */
static gchar *
make_id (const gchar *app_id, const gchar *agent_id, const gchar *key)
{
  g_autofree gchar *name =
      g_strjoin ("\n", app_id, agent_id != NULL ? agent_id : "", key, NULL);

  return g_compute_checksum_for_string (G_CHECKSUM_SHA256, name, -1);
}

/* --- back from the store --- */

/* (transfer full) (nullable): what is in @message */
static VowelItem *
read_message (JsonObject *message)
{
  const gchar *role = gst_vowel_json_get_string (message, "role");
  const gchar *content = gst_vowel_json_get_string (message, "content");
  VowelItem *item;

  if (role == NULL || content == NULL)
    return NULL;
  item = vowel_item_new_message (NULL,
      g_str_equal (role, "user") ? VOWEL_ROLE_USER : VOWEL_ROLE_ASSISTANT);
  vowel_item_add_part (item, VOWEL_PART_TEXT, content);
  return item;
}

GPtrArray *
vowel_voicex_history_load (VowelVoicexHistory *self, const gchar *app_id,
    const gchar *agent_id, const gchar *key)
{
  GPtrArray *items =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vowel_item_unref);
  g_autofree gchar *id = make_id (app_id, agent_id, key);
  g_autoptr (VowelDocument) document =
      vowel_store_get_document (self->store, KIND, id, NULL);
  g_autoptr (JsonObject) body = NULL;
  JsonArray *messages;

  if (document == NULL)
    return items;
  body = vowel_document_parse (document);
  messages = gst_vowel_json_get_array (body, "messages");
  for (guint i = 0; messages != NULL && i < json_array_get_length (messages);
       i++) {
    JsonNode *node = json_array_get_element (messages, i);
    VowelItem *item = JSON_NODE_HOLDS_OBJECT (node)
                          ? read_message (json_node_get_object (node))
                          : NULL;

    if (item != NULL)
      g_ptr_array_add (items, item);
  }
  return items;
}

/* --- while a session goes on --- */

typedef struct {
  VowelCompanion base;

  VowelVoicexHistory *history;
  gchar *id;
  gchar *app_id;

  /* The session's thread. */
  VowelSession *session;
  gchar *kept; /* (nullable): what is in the store, or on its way there */
} Keeper;

/* On its way to the store. */
typedef struct {
  VowelVoicexHistory *history;
  VowelDocument *document;
} Saving;

static void
saving_free (gpointer data)
{
  Saving *saving = data;

  vowel_document_free (saving->document);
  g_free (saving);
}

static void
on_saved (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!vowel_store_write_finish (result, &error))
    GST_WARNING ("a conversation is not remembered: %s", error->message);
}

static gboolean
save (gpointer user_data)
{
  Saving *saving = user_data;

  vowel_store_put_document (
      saving->history->store, saving->document, on_saved, NULL);
  return G_SOURCE_REMOVE;
}

/* (transfer full) (nullable): what was heard of @item */
static gchar *
dup_words (VowelItem *item)
{
  g_autoptr (VowelItem) heard = NULL;
  g_autofree gchar *text = NULL;

  if (item->type != VOWEL_ITEM_MESSAGE || item->role == VOWEL_ROLE_SYSTEM
      || item->status == VOWEL_ITEM_IN_PROGRESS || item->is_apology)
    return NULL;
  heard = vowel_item_copy_heard (item);
  text = vowel_item_dup_text (heard);
  return *text != '\0' ? g_steal_pointer (&text) : NULL;
}

/* The last messages. (transfer full) */
static GPtrArray *
list_messages (VowelSession *session)
{
  g_autoptr (GPtrArray) items = vowel_session_dup_items (session);
  g_autoptr (GPtrArray) messages =
      g_ptr_array_new_with_free_func ((GDestroyNotify) json_object_unref);

  for (guint i = items->len;
       i > 0 && messages->len < VOWEL_VOICEX_HISTORY_LENGTH; i--) {
    VowelItem *item = g_ptr_array_index (items, i - 1);
    g_autofree gchar *words = dup_words (item);
    JsonObject *message;

    if (words == NULL)
      continue;
    message = json_object_new ();
    json_object_set_string_member (
        message, "role", item->role == VOWEL_ROLE_USER ? "user" : "assistant");
    json_object_set_string_member (message, "content", words);
    g_ptr_array_insert (messages, 0, message);
  }
  return g_steal_pointer (&messages);
}

static VowelDocument *
write_document (Keeper *self)
{
  g_autoptr (GPtrArray) messages = list_messages (self->session);
  g_autoptr (JsonObject) body = json_object_new ();
  JsonArray *array = json_array_new ();

  for (guint i = 0; i < messages->len; i++)
    json_array_add_object_element (
        array, json_object_ref (g_ptr_array_index (messages, i)));
  json_object_set_array_member (body, "messages", array);
  return vowel_document_new_json (
      KIND, self->id, self->app_id, /* key */ NULL, body);
}

static void
keep (Keeper *self)
{
  g_autoptr (VowelDocument) document = write_document (self);
  Saving *saving;

  if (g_strcmp0 (document->body, self->kept) == 0)
    return;
  g_free (self->kept);
  self->kept = g_strdup (document->body);
  document->expires_at = document->updated_at + LIFETIME_MS;
  saving = g_new0 (Saving, 1);
  saving->history = self->history;
  saving->document = g_steal_pointer (&document);
  g_main_context_invoke_full (
      self->history->context, G_PRIORITY_DEFAULT, save, saving, saving_free);
}

static void
on_event (const VowelEvent *event, gpointer user_data)
{
  Keeper *self = user_data;

  if ((event->type == VOWEL_EVENT_RESPONSE_DONE
          && !event->response->out_of_band)
      || event->type == VOWEL_EVENT_ITEM_DELETED
      || event->type == VOWEL_EVENT_ENDED)
    keep (self);
}

static void
join_session (
    VowelCompanion *companion, VowelSession *session, GstVowelWorker *worker)
{
  Keeper *self = (Keeper *) companion;

  self->session = session;
  vowel_session_join (session, VOWEL_PARTICIPANT_OBSERVER, on_event, self);
}

static void
free_keeper (VowelCompanion *companion)
{
  Keeper *self = (Keeper *) companion;

  g_free (self->id);
  g_free (self->app_id);
  g_free (self->kept);
  g_free (self);
}

VowelCompanion *
vowel_voicex_history_keep (VowelVoicexHistory *history, const gchar *app_id,
    const gchar *agent_id, const gchar *key)
{
  Keeper *self = g_new0 (Keeper, 1);

  self->base.join = join_session;
  self->base.free = free_keeper;
  self->history = history;
  self->id = make_id (app_id, agent_id, key);
  self->app_id = g_strdup (app_id);
  return &self->base;
}
