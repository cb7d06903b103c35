/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:gstvowelbreaker
 * @title: Circuit breakers
 * @short_description: services that fail are left alone for a while
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <string.h>

#include <gst/vowel/gstvowelbreaker.h>
#include <gst/vowel/gstvowelerror.h>

#define MAX_COOL_DOWN (5 * 60 * GST_SECOND)

struct _GstVowelBreaker {
  /* Constant. */
  gchar *name;

  GMutex lock;

  /* Protected by the lock. */
  guint failures; /* in a row */
  gboolean open;
  GstClockTime cool_down; /* this time */
  GstClockTime until;     /* nobody is let through before */
  guint64 epoch;          /* changes whenever it opens, closes or tries */
  GError *error;          /* (nullable): of the last failure */
};

/**
 * gst_vowel_breaker_policy_default:
 *
 * Returns: (transfer none): three failures, 30 s
 */
const GstVowelBreakerPolicy *
gst_vowel_breaker_policy_default (void)
{
  static const GstVowelBreakerPolicy policy = {
      .failures = 3,
      .cool_down = 30 * GST_SECOND,
  };

  return &policy;
}

/**
 * gst_vowel_breaker_new:
 * @name: what errors call the service
 *
 * Returns: (transfer full): a closed breaker of your own
 */
GstVowelBreaker *
gst_vowel_breaker_new (const gchar *name)
{
  GstVowelBreaker *breaker;

  g_return_val_if_fail (name != NULL, NULL);

  breaker = g_new0 (GstVowelBreaker, 1);
  breaker->name = g_strdup (name);
  breaker->epoch = 1;
  g_mutex_init (&breaker->lock);
  return breaker;
}

/**
 * gst_vowel_breaker_free:
 * @breaker: (transfer full): a breaker from gst_vowel_breaker_new()
 */
void
gst_vowel_breaker_free (GstVowelBreaker *breaker)
{
  g_return_if_fail (breaker != NULL);

  g_clear_error (&breaker->error);
  g_mutex_clear (&breaker->lock);
  g_free (breaker->name);
  g_free (breaker);
}

/* Those of services, by what tells them apart. */
static GMutex services_lock;
static GHashTable *services; /* protected by services_lock */

/**
 * gst_vowel_breaker_for_service:
 * @provider: its name
 * @base_url: where it is
 * @secret: (nullable): the key that it is asked with
 *
 * There are as few of these as there are services and keys: they stay until the
 * process ends.
 *
 * Returns: (transfer none): the process' breaker for it
 */
GstVowelBreaker *
gst_vowel_breaker_for_service (
    const gchar *provider, const gchar *base_url, const gchar *secret)
{
  g_autofree gchar *hash = NULL;
  g_autofree gchar *id = NULL;
  GstVowelBreaker *breaker;

  g_return_val_if_fail (provider != NULL, NULL);
  g_return_val_if_fail (base_url != NULL, NULL);

  if (secret != NULL)
    hash = g_compute_checksum_for_string (G_CHECKSUM_SHA256, secret, -1);
  id = g_strjoin ("\n", provider, base_url, hash, NULL);

  g_mutex_lock (&services_lock);
  if (services == NULL)
    services = g_hash_table_new (g_str_hash, g_str_equal);
  breaker = g_hash_table_lookup (services, id);
  if (breaker == NULL) {
    breaker = gst_vowel_breaker_new (provider);
    g_hash_table_insert (services, g_steal_pointer (&id), breaker);
  }
  g_mutex_unlock (&services_lock);
  return breaker;
}

/**
 * gst_vowel_breaker_foreach_service:
 * @func: (scope call): called for each, with a lock held: it must not look for
 *   breakers itself
 * @user_data: given to @func
 *
 * All that gst_vowel_breaker_for_service() has made so far, in any order. Any
 * thread.
 */
void
gst_vowel_breaker_foreach_service (GstVowelBreakerFunc func, gpointer user_data)
{
  GHashTableIter iter;
  gpointer breaker;

  g_return_if_fail (func != NULL);

  g_mutex_lock (&services_lock);
  if (services != NULL) {
    g_hash_table_iter_init (&iter, services);
    while (g_hash_table_iter_next (&iter, NULL, &breaker))
      func (breaker, user_data);
  }
  g_mutex_unlock (&services_lock);
}

/**
 * gst_vowel_breaker_get_name:
 * @breaker: a breaker
 *
 * Returns: (transfer none): what it was made with
 */
const gchar *
gst_vowel_breaker_get_name (GstVowelBreaker *breaker)
{
  g_return_val_if_fail (breaker != NULL, NULL);

  return breaker->name;
}

/**
 * gst_vowel_breaker_is_open:
 * @breaker: a breaker
 *
 * Returns: whether nobody is let through, except on trial
 */
gboolean
gst_vowel_breaker_is_open (GstVowelBreaker *breaker)
{
  gboolean open;

  g_return_val_if_fail (breaker != NULL, FALSE);

  g_mutex_lock (&breaker->lock);
  open = breaker->open;
  g_mutex_unlock (&breaker->lock);
  return open;
}

/* With the lock. */
static void
set_refusal (GstVowelBreaker *breaker, GstClockTime now, GError **error)
{
  guint seconds = (breaker->until - now + GST_SECOND - 1) / GST_SECOND;
  g_autoptr (GDateTime) present = g_date_time_new_now_utc ();
  g_autoptr (GDateTime) end = g_date_time_add_seconds (present, seconds);
  g_autofree gchar *time = g_date_time_format (end, "%H:%M:%S");

  g_set_error (error, breaker->error->domain, breaker->error->code,
      "%s has failed %u times in a row and is not asked before %s UTC (in %u "
      "s); at last: %s",
      breaker->name, breaker->failures, time, seconds, breaker->error->message);
}

/**
 * gst_vowel_breaker_enter:
 * @breaker: a breaker
 * @now: the time
 * @error: why not: the last failure's domain and code, and until when
 *
 * Asks to be let through. Whoever is let through while the breaker is open is
 * on trial, and everybody else has to wait for the outcome, or for another
 * cool-down.
 *
 * Returns: a ticket for gst_vowel_breaker_leave(); 0 when nobody may pass
 */
guint64
gst_vowel_breaker_enter (
    GstVowelBreaker *breaker, GstClockTime now, GError **error)
{
  guint64 ticket = 0;

  g_return_val_if_fail (breaker != NULL, 0);

  g_mutex_lock (&breaker->lock);
  if (!breaker->open) {
    ticket = breaker->epoch;
  } else if (now < breaker->until) {
    set_refusal (breaker, now, error);
  } else {
    ticket = ++breaker->epoch;
    breaker->until = now + breaker->cool_down;
  }
  g_mutex_unlock (&breaker->lock);
  return ticket;
}

static gboolean
is_gst_vowel_error (const GError *error, GstVowelError code)
{
  return g_error_matches (error, GST_VOWEL_ERROR, (gint) code);
}

static gboolean
is_fault (const GError *error)
{
  return gst_vowel_error_is_retryable (error)
         || is_gst_vowel_error (error, GST_VOWEL_ERROR_AUTH)
         || is_gst_vowel_error (error, GST_VOWEL_ERROR_BILLING)
         || is_gst_vowel_error (error, GST_VOWEL_ERROR_PROTOCOL);
}

/* Nothing that a caller's patience helps against. */
static gboolean
is_lasting (const GError *error)
{
  return is_gst_vowel_error (error, GST_VOWEL_ERROR_AUTH)
         || is_gst_vowel_error (error, GST_VOWEL_ERROR_BILLING);
}

/* With the lock. */
static void
close_breaker (GstVowelBreaker *breaker)
{
  breaker->failures = 0;
  if (!breaker->open)
    return;
  breaker->open = FALSE;
  breaker->epoch++;
}

/* With the lock. */
static void
open_breaker (GstVowelBreaker *breaker, const GstVowelBreakerPolicy *policy,
    GstClockTime now)
{
  GstClockTime most = MAX (policy->cool_down, MAX_COOL_DOWN);

  if (is_lasting (breaker->error))
    breaker->cool_down = most;
  else if (breaker->open)
    breaker->cool_down = MIN (breaker->cool_down * 2, most);
  else
    breaker->cool_down = policy->cool_down;
  breaker->open = TRUE;
  breaker->epoch++;
  breaker->until = now + breaker->cool_down;
}

/**
 * gst_vowel_breaker_leave:
 * @breaker: a breaker
 * @ticket: from gst_vowel_breaker_enter()
 * @policy: when to open, and for how long
 * @now: the time
 * @error: (nullable): how it failed; %NULL when it went well
 *
 * Tells how it went. What began before the breaker opened or closed does not
 * count any more.
 */
void
gst_vowel_breaker_leave (GstVowelBreaker *breaker, guint64 ticket,
    const GstVowelBreakerPolicy *policy, GstClockTime now, const GError *error)
{
  g_return_if_fail (breaker != NULL);
  g_return_if_fail (policy != NULL);

  g_mutex_lock (&breaker->lock);
  if (ticket != breaker->epoch) {
    g_mutex_unlock (&breaker->lock);
    return;
  }
  if (error == NULL) {
    close_breaker (breaker);
  } else if (is_fault (error)) {
    g_clear_error (&breaker->error);
    breaker->error = g_error_copy (error);
    breaker->failures++;
    if (policy->failures > 0 && breaker->failures >= policy->failures)
      open_breaker (breaker, policy, now);
  } else if (breaker->open) {
    /* It proved nothing: the next one is on trial. */
    breaker->until = now;
  }
  g_mutex_unlock (&breaker->lock);
}
