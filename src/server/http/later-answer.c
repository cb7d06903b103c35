/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "later-answer.h"

#include "http.h"

#include "server/store/store.h"

struct _VowelLaterAnswer {
  SoupServerMessage *message;
  guint status;
  JsonObject *answer; /* (nullable) */
  VowelReplyErrorFunc reply_error;
};

VowelLaterAnswer *
vowel_later_answer_new (SoupServerMessage *message, guint status,
    JsonObject *answer, VowelReplyErrorFunc reply_error)
{
  VowelLaterAnswer *later = g_new0 (VowelLaterAnswer, 1);

  later->message = g_object_ref (message);
  later->status = status;
  later->answer = answer;
  later->reply_error = reply_error;
  soup_server_message_pause (message);
  return later;
}

void
vowel_later_answer_set (VowelLaterAnswer *later, JsonObject *answer)
{
  g_clear_pointer (&later->answer, json_object_unref);
  later->answer = answer;
}

void
vowel_later_answer_on_written (
    GObject *source, GAsyncResult *result, gpointer user_data)
{
  VowelLaterAnswer *later = user_data;
  g_autoptr (GError) error = NULL;

  if (!vowel_store_write_finish (result, &error))
    later->reply_error (later->message, error);
  else if (later->answer != NULL)
    vowel_http_reply_json (
        later->message, later->status, g_steal_pointer (&later->answer));
  else
    soup_server_message_set_status (later->message, later->status, NULL);
  soup_server_message_unpause (later->message);
  g_object_unref (later->message);
  g_clear_pointer (&later->answer, json_object_unref);
  g_free (later);
}
