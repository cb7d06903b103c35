/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/vowel/vowel-prelude.h>

G_BEGIN_DECLS

/**
 * GstVowelBreaker:
 *
 * Keeps a service that fails from being asked in vain. It is closed; after
 * several failures in a row that are the service's own it opens, and nobody is
 * let through for a while; then one piece of work is, on trial: when that goes
 * well it closes, else it stays open for twice as long.
 *
 * Plain logic: whoever uses it says what time it is. Any thread.
 */
typedef struct _GstVowelBreaker GstVowelBreaker;

/**
 * GstVowelBreakerPolicy:
 * @failures: how many in a row open it; 0: none ever do
 * @cool_down: how long it stays open at first, in ns; doubles up to five
 *   minutes. A refused key or used-up quota keeps it open that long at once
 */
typedef struct {
  guint failures;
  GstClockTime cool_down;
} GstVowelBreakerPolicy;

/* 3 failures, 30 s. */
GST_VOWEL_API const GstVowelBreakerPolicy *gst_vowel_breaker_policy_default (
    void);

/* @name: of the service, for errors. */
GST_VOWEL_API GstVowelBreaker *gst_vowel_breaker_new (const gchar *name);
GST_VOWEL_API void gst_vowel_breaker_free (GstVowelBreaker *breaker);
/* The one of a service and a key, which all of the process share.
 * @secret: (nullable): the key; only a hash of it is kept. (transfer none) */
GST_VOWEL_API GstVowelBreaker *gst_vowel_breaker_for_service (
    const gchar *provider, const gchar *base_url, const gchar *secret);

/* Those of services. The name is the provider's. */
typedef void (*GstVowelBreakerFunc) (
    GstVowelBreaker *breaker, gpointer user_data);
GST_VOWEL_API void gst_vowel_breaker_foreach_service (
    GstVowelBreakerFunc func, gpointer user_data);
GST_VOWEL_API const gchar *gst_vowel_breaker_get_name (
    GstVowelBreaker *breaker);
GST_VOWEL_API gboolean gst_vowel_breaker_is_open (GstVowelBreaker *breaker);

/* Asks to be let through. A ticket that is not 0 must be handed back with
 * gst_vowel_breaker_leave(). 0: not now, and @error says until when. */
GST_VOWEL_API guint64 gst_vowel_breaker_enter (
    GstVowelBreaker *breaker, GstClockTime now, GError **error);
/* How it went. @error: (nullable): NULL when it went well; one that is not the
 * service's fault (a bad request, cancelled) counts as neither. */
GST_VOWEL_API void gst_vowel_breaker_leave (GstVowelBreaker *breaker,
    guint64 ticket, const GstVowelBreakerPolicy *policy, GstClockTime now,
    const GError *error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstVowelBreaker, gst_vowel_breaker_free)

G_END_DECLS
