/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "twilio-calls.h"

#include "server/calls/call-json.h"

/* More than go on at a time, and as many of those that are over as Twilio may
 * still report of. */
#define MAX_CALLS 10000

struct _VowelTwilioCalls {
  GHashTable *known; /* the call's name, borrowed, to VowelTwilioKnownCall */
  GQueue queue;      /* VowelTwilioKnownCall, the oldest first, borrowed */
};

static void
known_call_free (gpointer data)
{
  VowelTwilioKnownCall *known = data;

  vowel_twilio_call_free (known->call);
  g_free (known->record_id);
  g_clear_pointer (&known->reported, json_object_unref);
  g_free (known);
}

void
vowel_twilio_known_call_note (VowelTwilioKnownCall *known, JsonObject *report)
{
  if (known->reported == NULL)
    known->reported = json_object_new ();
  vowel_call_details_merge (known->reported, report);
}

VowelTwilioCalls *
vowel_twilio_calls_new (void)
{
  VowelTwilioCalls *calls = g_new0 (VowelTwilioCalls, 1);

  calls->known =
      g_hash_table_new_full (g_str_hash, g_str_equal, NULL, known_call_free);
  g_queue_init (&calls->queue);
  return calls;
}

void
vowel_twilio_calls_free (VowelTwilioCalls *calls)
{
  g_queue_clear (&calls->queue);
  g_hash_table_unref (calls->known);
  g_free (calls);
}

VowelTwilioKnownCall *
vowel_twilio_calls_add (
    VowelTwilioCalls *calls, const VowelTwilioCall *call, gint64 now)
{
  VowelTwilioKnownCall *known = vowel_twilio_calls_find (calls, call->call_sid);

  if (known)
    return known;
  if (calls->queue.length >= MAX_CALLS) {
    VowelTwilioKnownCall *oldest = g_queue_pop_head (&calls->queue);

    g_hash_table_remove (calls->known, oldest->call->call_sid);
  }
  known = g_new0 (VowelTwilioKnownCall, 1);
  known->call = vowel_twilio_call_copy (call);
  known->since = now;
  g_queue_push_tail (&calls->queue, known);
  g_hash_table_insert (calls->known, known->call->call_sid, known);
  return known;
}

VowelTwilioKnownCall *
vowel_twilio_calls_find (VowelTwilioCalls *calls, const gchar *call_sid)
{
  return call_sid ? g_hash_table_lookup (calls->known, call_sid) : NULL;
}
