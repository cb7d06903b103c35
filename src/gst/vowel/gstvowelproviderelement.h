/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/vowel/gstvowelprovider.h>
#include <gst/vowel/gstvowelworker.h>

G_BEGIN_DECLS

/**
 * GstVowelProviderElement:
 *
 * What #GstVowelStt, #GstVowelLlm and #GstVowelTts have in common: an element
 * with a pad `sink` and a pad `src` that does its work on a #GstVowelWorker.
 * Providers derive from one of those three.
 */
#define GST_TYPE_VOWEL_PROVIDER_ELEMENT (gst_vowel_provider_element_get_type ())
GST_VOWEL_API
G_DECLARE_DERIVABLE_TYPE (GstVowelProviderElement, gst_vowel_provider_element,
    GST_VOWEL, PROVIDER_ELEMENT, GstElement)

/**
 * GstVowelProviderElementClass:
 * @identify_service: which service answers, and with what key it is asked
 *   (nullable), for the circuit breaker that all elements of the process share
 *   which ask the same. %FALSE: none does, or it is not known. Unless it is
 *   overridden, an element with a property `base-url` is known by that alone.
 *   Worker thread
 * @keep_warm: whether it asks that service by HTTP: a connection is then there
 *   before the first request (see #GstVowelWarmth). %FALSE by default
 */
struct _GstVowelProviderElementClass {
  GstElementClass parent_class;

  gboolean (*identify_service) (GstVowelProviderElement *element,
      gchar **ret_base_url, gchar **ret_secret);
  gboolean keep_warm;

  /*< private >*/
  /* (nullable): whether it can work for another of its base class, as it is
   * set. Worker thread. */
  gboolean (*can_stand_in) (GstVowelProviderElement *element);
  /* For the three base classes; all functions but @cost on the worker. */
  GstVowelProviderKind kind;
  gsize max_queued; /* cost of what may wait for the worker */
  gsize (*cost) (GstBuffer *buffer);
  gboolean (*start) (GstVowelProviderElement *element);
  void (*stop) (GstVowelProviderElement *element);
  void (*handle_item) (GstVowelProviderElement *element, GstMiniObject *item);
  void (*flush) (GstVowelProviderElement *element);
  void (*reset) (GstVowelProviderElement *element);

  gpointer _gst_reserved[GST_PADDING];
};

GST_VOWEL_API GstVowelWorker *gst_vowel_provider_element_get_worker (
    GstVowelProviderElement *element);

G_END_DECLS
