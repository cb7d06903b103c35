/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "gstvowelbreaker.h"
#include "gstvowelmessage.h"
#include "gstvowelproviderelement-priv.h"

G_BEGIN_DECLS

/*
 * GstVowelCharge: who is in charge of one piece of work (an utterance, a
 * request, a sentence): first its owner, the element that the work came to, or
 * one of the owner's stand-ins.  Part of that work; worker thread only.
 *
 * Before GstVowelProviderElement's breaker lets nobody through, and after a
 * provider has failed for good, the next in the list is in charge.  Each has
 * its own tries, and what each did is posted when its part is over.
 */
typedef struct {
  GstVowelProviderElement *owner; /* borrowed */
  guint64 id;                     /* utterance number or generation */

  GstVowelProviderElement *provider; /* in charge, at last; borrowed */
  guint index;                       /* of it in the list; 0: the owner */
  guint attempt;                     /* tries of it that have failed */
  gboolean open;                     /* its part is not over */
  GstVowelBreaker *breaker;          /* (nullable): that let it through */
  guint64 ticket;
  GstVowelProviderUsage usage; /* of its part */
} GstVowelCharge;

/* Chooses who begins, from number @first of the list on.  FALSE: nobody may be
 * asked at the moment. */
G_GNUC_INTERNAL gboolean gst_vowel_charge_begin (GstVowelCharge *charge,
    GstVowelProviderElement *owner, guint64 id, guint first, GError **error);
/* A try of the provider in charge begins. */
G_GNUC_INTERNAL void gst_vowel_charge_note_try (GstVowelCharge *charge);
/* A try has failed: calls @func when the same provider may try again.
 * (transfer none) (nullable): NULL when it may not */
G_GNUC_INTERNAL GstVowelTimer *gst_vowel_charge_retry (GstVowelCharge *charge,
    gint retry_after_ms, const GError *error, GstVowelWorkerFunc func,
    gpointer user_data);
/* The provider in charge has failed for good: calls @func, from the loop, when
 * another one is in charge.  (transfer none) (nullable): NULL when none is
 * left */
G_GNUC_INTERNAL GstVowelTimer *gst_vowel_charge_hand_over (
    GstVowelCharge *charge, const GError *error, GstVowelWorkerFunc func,
    gpointer user_data);
/* Whether the provider in charge could be followed by another. */
G_GNUC_INTERNAL gboolean gst_vowel_charge_has_stand_in (GstVowelCharge *charge);
/* The work is over.  @error: (nullable): NULL when it went well.  Does nothing
 * the second time, or when nothing has begun. */
G_GNUC_INTERNAL void gst_vowel_charge_end (
    GstVowelCharge *charge, const GError *error);
/* The same for work that is not wanted any more. */
G_GNUC_INTERNAL void gst_vowel_charge_drop (GstVowelCharge *charge);

G_END_DECLS
