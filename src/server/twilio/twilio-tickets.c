/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "twilio-tickets.h"

#include <gnutls/crypto.h>

#define PREFIX "tk_"
#define RANDOM_BYTES 24
/* Webhooks whose calls never open a stream do not fill the memory. */
#define MAX_TICKETS 10000
#define SWEEP_US G_USEC_PER_SEC

typedef struct {
  gchar *ticket;
  VowelTwilioCall *call;
  gint64 expires;
} Entry;

struct _VowelTwilioTickets {
  GHashTable *entries; /* ticket to its link in the queue, both borrowed */
  GQueue queue;        /* Entry, oldest first */
  gint64 swept;        /* when those that have expired were dropped */
};

VowelTwilioCall *
vowel_twilio_call_copy (const VowelTwilioCall *call)
{
  VowelTwilioCall *copy = g_new0 (VowelTwilioCall, 1);

  copy->call_sid = g_strdup (call->call_sid);
  copy->app_id = g_strdup (call->app_id);
  copy->key_id = g_strdup (call->key_id);
  copy->agent_id = g_strdup (call->agent_id);
  copy->prompt = g_strdup (call->prompt);
  copy->first_message = g_strdup (call->first_message);
  copy->party = g_strdup (call->party);
  copy->number_id = g_strdup (call->number_id);
  copy->is_own = call->is_own;
  copy->inbound = call->inbound;
  return copy;
}

void
vowel_twilio_call_free (VowelTwilioCall *call)
{
  g_free (call->call_sid);
  g_free (call->app_id);
  g_free (call->key_id);
  g_free (call->agent_id);
  g_free (call->prompt);
  g_free (call->first_message);
  g_free (call->party);
  g_free (call->number_id);
  g_free (call);
}

static void
entry_free (Entry *entry)
{
  g_free (entry->ticket);
  g_clear_pointer (&entry->call, vowel_twilio_call_free);
  g_free (entry);
}

VowelTwilioTickets *
vowel_twilio_tickets_new (void)
{
  VowelTwilioTickets *tickets = g_new0 (VowelTwilioTickets, 1);

  tickets->entries = g_hash_table_new (g_str_hash, g_str_equal);
  g_queue_init (&tickets->queue);
  return tickets;
}

void
vowel_twilio_tickets_free (VowelTwilioTickets *tickets)
{
  g_hash_table_unref (tickets->entries);
  g_queue_clear_full (&tickets->queue, (GDestroyNotify) entry_free);
  g_free (tickets);
}

static void
drop (VowelTwilioTickets *tickets, GList *link)
{
  Entry *entry = link->data;

  g_hash_table_remove (tickets->entries, entry->ticket);
  g_queue_delete_link (&tickets->queue, link);
  entry_free (entry);
}

/* Lifetimes differ, so that one that has expired may stand behind one that has
 * not. */
static void
sweep (VowelTwilioTickets *tickets, gint64 now)
{
  GList *link = tickets->queue.head;

  if (now - tickets->swept < SWEEP_US)
    return;
  tickets->swept = now;
  while (link != NULL) {
    GList *next = link->next;

    if (((Entry *) link->data)->expires <= now)
      drop (tickets, link);
    link = next;
  }
}

static gchar *
make_ticket (void)
{
  guint8 bytes[RANDOM_BYTES];
  GString *text = g_string_new (PREFIX);

  if (gnutls_rnd (GNUTLS_RND_KEY, bytes, sizeof (bytes)) != 0)
    g_error ("The system has no random numbers for a ticket");
  for (guint i = 0; i < sizeof (bytes); i++)
    g_string_append_printf (text, "%02x", bytes[i]);
  return g_string_free (text, FALSE);
}

const gchar *
vowel_twilio_tickets_issue (VowelTwilioTickets *tickets, VowelTwilioCall *call,
    guint lifetime_ms, gint64 now)
{
  Entry *entry = g_new0 (Entry, 1);

  sweep (tickets, now);
  if (tickets->queue.length >= MAX_TICKETS)
    drop (tickets, tickets->queue.head);
  entry->ticket = make_ticket ();
  entry->call = call;
  entry->expires = now + lifetime_ms * (gint64) 1000;
  g_queue_push_tail (&tickets->queue, entry);
  g_hash_table_insert (tickets->entries, entry->ticket, tickets->queue.tail);
  return entry->ticket;
}

void
vowel_twilio_tickets_bind (
    VowelTwilioTickets *tickets, const gchar *ticket, const gchar *call_sid)
{
  GList *link = g_hash_table_lookup (tickets->entries, ticket);
  Entry *entry = link != NULL ? link->data : NULL;

  if (entry == NULL)
    return;
  g_free (entry->call->call_sid);
  entry->call->call_sid = g_strdup (call_sid);
}

void
vowel_twilio_tickets_drop (VowelTwilioTickets *tickets, const gchar *ticket)
{
  GList *link = g_hash_table_lookup (tickets->entries, ticket);

  if (link != NULL)
    drop (tickets, link);
}

VowelTwilioCall *
vowel_twilio_tickets_take (VowelTwilioTickets *tickets, const gchar *ticket,
    const gchar *call_sid, gint64 now)
{
  GList *link = g_hash_table_lookup (tickets->entries, ticket);
  g_autoptr (VowelTwilioCall) call = NULL;
  Entry *entry;

  if (link == NULL)
    return NULL;
  entry = link->data;
  if (entry->expires > now)
    call = g_steal_pointer (&entry->call);
  drop (tickets, link);
  if (call == NULL
      || (call->call_sid && g_strcmp0 (call->call_sid, call_sid) != 0))
    return NULL;
  if (call->call_sid == NULL)
    call->call_sid = g_strdup (call_sid);
  return g_steal_pointer (&call);
}

guint
vowel_twilio_tickets_get_n (VowelTwilioTickets *tickets)
{
  return tickets->queue.length;
}
