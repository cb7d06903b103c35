/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "server/twilio/twilio-tickets.h"

#define MS G_GINT64_CONSTANT (1000)
#define LIFETIME VOWEL_TWILIO_TICKET_MS

static VowelTwilioCall *
make_call (const gchar *call_sid)
{
  VowelTwilioCall *call = g_new0 (VowelTwilioCall, 1);

  call->call_sid = g_strdup (call_sid);
  call->party = g_strdup ("+15005550006");
  return call;
}

static gchar *
issue (VowelTwilioTickets *tickets, const gchar *call_sid, gint64 now)
{
  return g_strdup (vowel_twilio_tickets_issue (
      tickets, make_call (call_sid), LIFETIME, now));
}

static gboolean
is_taken (VowelTwilioTickets *tickets, const gchar *ticket,
    const gchar *call_sid, gint64 now)
{
  g_autoptr (VowelTwilioCall) call =
      vowel_twilio_tickets_take (tickets, ticket, call_sid, now);

  g_assert_true (call == NULL || g_strcmp0 (call->call_sid, call_sid) == 0);
  return call != NULL;
}

static void
test_once (void)
{
  g_autoptr (VowelTwilioTickets) tickets = vowel_twilio_tickets_new ();
  g_autofree gchar *first = issue (tickets, "CA1", 0);
  g_autofree gchar *second = issue (tickets, "CA2", 0);

  g_assert_cmpstr (first, !=, second);
  g_assert_true (is_taken (tickets, second, "CA2", 1));
  g_assert_false (is_taken (tickets, second, "CA2", 1));
  g_assert_true (is_taken (tickets, first, "CA1", 1));
  g_assert_false (is_taken (tickets, "tk_", "CA1", 1));
  g_assert_cmpuint (vowel_twilio_tickets_get_n (tickets), ==, 0);
}

static void
test_other_call (void)
{
  g_autoptr (VowelTwilioTickets) tickets = vowel_twilio_tickets_new ();
  g_autofree gchar *ticket = issue (tickets, "CA1", 0);

  g_assert_false (is_taken (tickets, ticket, "CA2", 1));
  g_assert_false (is_taken (tickets, ticket, "CA1", 1));
}

static void
test_expiry (void)
{
  g_autoptr (VowelTwilioTickets) tickets = vowel_twilio_tickets_new ();
  g_autofree gchar *early = issue (tickets, "CA1", 0);
  g_autofree gchar *late = issue (tickets, "CA2", 1 * MS);

  g_assert_false (is_taken (tickets, early, "CA1", LIFETIME * MS));
  g_assert_true (is_taken (tickets, late, "CA2", LIFETIME * MS));
}

static void
test_sweep (void)
{
  g_autoptr (VowelTwilioTickets) tickets = vowel_twilio_tickets_new ();

  vowel_twilio_tickets_issue (tickets, make_call ("CA1"), 2 * LIFETIME, 0);
  vowel_twilio_tickets_issue (tickets, make_call ("CA2"), LIFETIME, 0);
  vowel_twilio_tickets_issue (
      tickets, make_call ("CA3"), LIFETIME, LIFETIME * MS);
  g_assert_cmpuint (vowel_twilio_tickets_get_n (tickets), ==, 2);
  for (guint i = 0; i < 10100; i++)
    vowel_twilio_tickets_issue (
        tickets, make_call (NULL), LIFETIME, LIFETIME * MS);
  g_assert_cmpuint (vowel_twilio_tickets_get_n (tickets), ==, 10000);
}

static void
test_bind (void)
{
  g_autoptr (VowelTwilioTickets) tickets = vowel_twilio_tickets_new ();
  g_autofree gchar *unbound = issue (tickets, NULL, 0);
  g_autofree gchar *bound = issue (tickets, NULL, 0);

  vowel_twilio_tickets_bind (tickets, bound, "CA1");
  vowel_twilio_tickets_bind (tickets, "tk_", "CA1");
  g_assert_true (is_taken (tickets, unbound, "CA9", 1));
  g_assert_false (is_taken (tickets, bound, "CA9", 1));
  g_free (bound);
  bound = issue (tickets, NULL, 0);
  vowel_twilio_tickets_drop (tickets, bound);
  vowel_twilio_tickets_drop (tickets, bound);
  g_assert_cmpuint (vowel_twilio_tickets_get_n (tickets), ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/twilio/tickets/once", test_once);
  g_test_add_func ("/twilio/tickets/other-call", test_other_call);
  g_test_add_func ("/twilio/tickets/expiry", test_expiry);
  g_test_add_func ("/twilio/tickets/sweep", test_sweep);
  g_test_add_func ("/twilio/tickets/bind", test_bind);
  return g_test_run ();
}
