/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "gstvowelinlet-priv.h"
#include "gstvowelproviderelement.h"
#include "gstvowelsrcpad.h"
#include "gstvowelwarmth.h"

G_BEGIN_DECLS

/*
 * What a base class of providers has to know of its parent.
 *
 * Its class sets the pad templates "sink" and "src" (or leaves one to its own
 * subclasses) and the fields of GstVowelProviderElementClass:
 *
 * - kind, max_queued;
 * - cost: of a buffer that waits for the worker;
 * - start, stop: NULL to READY and back; the stream has been reset;
 * - handle_item: a buffer or serialized event from upstream (transfer full);
 * - flush: what came before a flush is over;
 * - reset: nothing is left of the stream.
 */
typedef struct {
  /* Constant after construction. */
  GstPad *sinkpad;
  GstVowelSrcPad *srcpad;
  GstVowelInlet *inlet;

  /* Atomic: flushes that the worker has not seen yet. */
  gint flushes;

  /* Protected by the object lock.  The worker changes only in NULL, so that
   * what runs on it needs no lock to see it. */
  GstVowelWorker *worker;
  guint retries;
  guint failure_limit;
  GstClockTime cool_down;

  /* Changed in NULL only: who works in its place when it cannot. */
  GPtrArray *stand_ins;           /* (nullable), of GstVowelProviderElement */
  GstCaps *sink_caps;             /* (nullable): what it and they can take */
  GstVowelProviderElement *owner; /* (nullable): whose stand-in it is */

  /* Worker thread only. */
  GstEvent *eos; /* (nullable): leaves when all that came before it is done */
  GstVowelWarmth *warmth; /* (nullable): of the server that it asks */
} GstVowelProviderElementPrivate;

G_GNUC_INTERNAL GstVowelProviderElementPrivate *
gst_vowel_provider_element_get_private (GstVowelProviderElement *self);
#define ELEMENT_PRIV(self)                                                     \
  gst_vowel_provider_element_get_private (GST_VOWEL_PROVIDER_ELEMENT (self))

/* @stand_ins: (nullable): elements of the same base class, which then do
 * nothing but work for @self.  Application thread, all in NULL, and they must
 * leave READY after it. FALSE: they do not go together. */
G_GNUC_INTERNAL gboolean gst_vowel_provider_element_set_stand_ins (
    GstVowelProviderElement *self, GPtrArray *stand_ins, GError **error);
/* Whose work @self does: that of the element that it stands in for, or its
 * own. */
G_GNUC_INTERNAL GstVowelProviderElement *gst_vowel_provider_element_get_owner (
    GstVowelProviderElement *self);

/* An action: runs @func on the worker.  Any thread; before READY it only
 * warns. */
G_GNUC_INTERNAL void gst_vowel_provider_element_perform (
    GstVowelProviderElement *self, const gchar *action, GstVowelWorkerFunc func,
    gpointer user_data, GDestroyNotify notify);

/* All of these on the worker. */

/* (transfer full); dropped while a flush is on its way to the worker. */
G_GNUC_INTERNAL GstFlowReturn gst_vowel_provider_element_push (
    GstVowelProviderElement *self, GstBuffer *buffer);
G_GNUC_INTERNAL gboolean gst_vowel_provider_element_is_flushing (
    GstVowelProviderElement *self);
/* Everything before EOS is done: it leaves, when it has come. */
G_GNUC_INTERNAL void gst_vowel_provider_element_finish_eos (
    GstVowelProviderElement *self);
/* Calls @func after a while, when what failed may be tried once more.
 * @attempt: how often it has failed before; counted up.
 * (transfer none) (nullable): NULL when this failure is the last. */
G_GNUC_INTERNAL GstVowelTimer *gst_vowel_provider_element_retry (
    GstVowelProviderElement *self, guint *attempt, gint retry_after_ms,
    const GError *error, GstVowelWorkerFunc func, gpointer user_data);
/* Cancels *@timer, unless it is NULL. */
G_GNUC_INTERNAL void gst_vowel_provider_element_clear_timer (
    GstVowelProviderElement *self, GstVowelTimer **timer);
/* A virtual function has returned FALSE: sets *@error when that has not, so
 * that the failure of a careless provider is told like any other. */
G_GNUC_INTERNAL void gst_vowel_provider_element_ensure_error (
    GstVowelProviderElement *self, GError **error);
/* Posts the failure of one piece of work; the element lives on. */
G_GNUC_INTERNAL void gst_vowel_provider_element_post_failure (
    GstVowelProviderElement *self, guint64 id, guint http_status,
    const GError *error);

G_END_DECLS
