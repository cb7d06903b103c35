/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "gstvowelcharge-priv.h"
#include "gstvowelerror.h"
#include "gstvowelprovider-priv.h"

GST_DEBUG_CATEGORY_EXTERN (gst_vowel_provider_element_debug);
#define GST_CAT_DEFAULT gst_vowel_provider_element_debug

static const gchar *
name_of (GstVowelProviderElement *provider)
{
  return gst_vowel_provider_get_name (GST_ELEMENT_CAST (provider),
      GST_VOWEL_PROVIDER_ELEMENT_GET_CLASS (provider)->kind);
}

static GstClockTime
now (GstVowelCharge *charge)
{
  return gst_vowel_worker_get_time (ELEMENT_PRIV (charge->owner)->worker);
}

/* (nullable): number @index of those that may be in charge */
static GstVowelProviderElement *
nth_provider (GstVowelCharge *charge, guint index)
{
  GPtrArray *stand_ins = ELEMENT_PRIV (charge->owner)->stand_ins;

  if (index == 0)
    return charge->owner;
  return stand_ins != NULL && index <= stand_ins->len
             ? g_ptr_array_index (stand_ins, index - 1)
             : NULL;
}

/* FALSE: its breaker is open. */
static gboolean
enter (GstVowelCharge *charge, GError **error)
{
  GstVowelProviderElementClass *klass =
      GST_VOWEL_PROVIDER_ELEMENT_GET_CLASS (charge->provider);
  g_autofree gchar *base_url = NULL;
  g_autofree gchar *secret = NULL;

  charge->breaker = NULL;
  if (!klass->identify_service (charge->provider, &base_url, &secret))
    return TRUE;
  charge->breaker = gst_vowel_breaker_for_service (
      name_of (charge->provider), base_url, secret);
  charge->ticket =
      gst_vowel_breaker_enter (charge->breaker, now (charge), error);
  return charge->ticket != 0;
}

static void
leave (GstVowelCharge *charge, const GError *error)
{
  GstVowelProviderElementPrivate *priv = ELEMENT_PRIV (charge->provider);
  GstVowelBreakerPolicy policy;

  if (charge->breaker == NULL)
    return;
  GST_OBJECT_LOCK (charge->provider);
  policy = (GstVowelBreakerPolicy){priv->failure_limit, priv->cool_down};
  GST_OBJECT_UNLOCK (charge->provider);
  gst_vowel_breaker_leave (g_steal_pointer (&charge->breaker), charge->ticket,
      &policy, now (charge), error);
}

static gboolean
can_stand_in (GstVowelProviderElement *provider)
{
  GstVowelProviderElementClass *klass =
      GST_VOWEL_PROVIDER_ELEMENT_GET_CLASS (provider);

  /* It may be on its way to READY yet. */
  return gst_vowel_provider_element_get_worker (provider) != NULL
         && (klass->can_stand_in == NULL || klass->can_stand_in (provider));
}

/* Puts the first from number @index on in charge who may be asked.  @error
 * stays what it was when there is one already. */
static gboolean
choose (GstVowelCharge *charge, guint index, GError **error)
{
  GstVowelProviderElement *provider;

  for (; (provider = nth_provider (charge, index)) != NULL; index++) {
    g_autoptr (GError) refusal = NULL;

    if (index > 0 && !can_stand_in (provider))
      continue;
    charge->provider = provider;
    charge->index = index;
    if (enter (charge, &refusal)) {
      charge->attempt = 0;
      charge->open = TRUE;
      charge->usage = (GstVowelProviderUsage){0};
      return TRUE;
    }
    GST_INFO_OBJECT (provider, "%s", refusal->message);
    if (*error == NULL)
      *error = g_steal_pointer (&refusal);
  }
  return FALSE;
}

static void
tell_take_over (GstVowelCharge *charge, GstVowelProviderElement *before,
    const GError *error)
{
  GstVowelTakeOver take_over = {
      .stage = gst_vowel_provider_get_stage (
          GST_VOWEL_PROVIDER_ELEMENT_GET_CLASS (charge->owner)->kind),
      .id = charge->id,
      .failed = name_of (before),
      .provider = name_of (charge->provider),
      .error = error,
  };

  charge->usage.take_overs = 1;
  GST_WARNING_OBJECT (charge->owner,
      "%s %" G_GUINT64_FORMAT ": %s takes over from %s: %s", take_over.stage,
      charge->id, take_over.provider, take_over.failed, error->message);
  gst_element_post_message (GST_ELEMENT_CAST (charge->provider),
      gst_vowel_message_new_take_over (
          GST_OBJECT_CAST (charge->provider), &take_over));
}

gboolean
gst_vowel_charge_begin (GstVowelCharge *charge, GstVowelProviderElement *owner,
    guint64 id, guint first, GError **error)
{
  g_autoptr (GError) refusal = NULL;
  GstVowelProviderElement *wanted;

  charge->owner = owner;
  charge->id = id;
  wanted = nth_provider (charge, first);
  if (!choose (charge, first, &refusal)) {
    g_propagate_error (error, g_steal_pointer (&refusal));
    return FALSE;
  }
  if (refusal != NULL)
    tell_take_over (charge, wanted, refusal);
  return TRUE;
}

void
gst_vowel_charge_note_try (GstVowelCharge *charge)
{
  charge->usage.requests++;
}

GstVowelTimer *
gst_vowel_charge_retry (GstVowelCharge *charge, gint retry_after_ms,
    const GError *error, GstVowelWorkerFunc func, gpointer user_data)
{
  GstVowelTimer *timer = NULL;

  if (charge->open)
    timer = gst_vowel_provider_element_retry (charge->provider,
        &charge->attempt, retry_after_ms, error, func, user_data);
  if (timer == NULL)
    return NULL;
  charge->usage.failures++;
  charge->usage.retries++;
  return timer;
}

GstVowelTimer *
gst_vowel_charge_hand_over (GstVowelCharge *charge, const GError *error,
    GstVowelWorkerFunc func, gpointer user_data)
{
  GstVowelProviderElement *before = charge->provider;
  g_autoptr (GError) refusal = g_error_copy (error);

  gst_vowel_charge_end (charge, error);
  if (g_error_matches (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_CANCELLED)
      || !choose (charge, charge->index + 1, &refusal)) {
    /* Whoever was asked last is the one who has failed. */
    charge->provider = before;
    return NULL;
  }
  tell_take_over (charge, before, error);
  return gst_vowel_worker_add_timer (
      ELEMENT_PRIV (charge->owner)->worker, now (charge), func, user_data);
}

gboolean
gst_vowel_charge_has_stand_in (GstVowelCharge *charge)
{
  return nth_provider (charge, charge->index + 1) != NULL;
}

void
gst_vowel_charge_end (GstVowelCharge *charge, const GError *error)
{
  if (!charge->open)
    return;
  charge->open = FALSE;
  leave (charge, error);
  if (error != NULL
      && !g_error_matches (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_CANCELLED))
    charge->usage.failures++;
  charge->usage.stage = gst_vowel_provider_get_stage (
      GST_VOWEL_PROVIDER_ELEMENT_GET_CLASS (charge->owner)->kind);
  charge->usage.provider = name_of (charge->provider);
  gst_element_post_message (GST_ELEMENT_CAST (charge->provider),
      gst_vowel_message_new_usage (
          GST_OBJECT_CAST (charge->provider), &charge->usage));
}

void
gst_vowel_charge_drop (GstVowelCharge *charge)
{
  g_autoptr (GError) error = NULL;

  if (!charge->open)
    return;
  error = g_error_new_literal (
      GST_VOWEL_ERROR, GST_VOWEL_ERROR_CANCELLED, "Not wanted any more");
  gst_vowel_charge_end (charge, error);
}
