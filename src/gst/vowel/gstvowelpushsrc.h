/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/vowel/gstvowelsrcpad.h>
#include <gst/vowel/gstvowelworker.h>

G_BEGIN_DECLS

/**
 * GstVowelPushSrc:
 *
 * Base class of live sources that are pushed from the thread that owns the
 * session: one always pad `src` (a #GstVowelSrcPad), no task, no queue, live
 * latency and scheduling queries answered, NO_PREROLL state changes. The class
 * must add a pad template named "src".
 */
#define GST_TYPE_VOWEL_PUSH_SRC (gst_vowel_push_src_get_type ())
GST_VOWEL_API
G_DECLARE_DERIVABLE_TYPE (
    GstVowelPushSrc, gst_vowel_push_src, GST_VOWEL, PUSH_SRC, GstElement)

/**
 * GstVowelPushSrcClass:
 * @start: (nullable): NULL to READY; the worker is known. Return %FALSE after
 *   posting an error
 * @stop: (nullable): READY to NULL
 */
struct _GstVowelPushSrcClass {
  GstElementClass parent_class;

  gboolean (*start) (GstVowelPushSrc *src);
  void (*stop) (GstVowelPushSrc *src);

  gpointer _gst_reserved[GST_PADDING];
};

GST_VOWEL_API GstVowelSrcPad *gst_vowel_push_src_get_pad (GstVowelPushSrc *src);
GST_VOWEL_API GstVowelWorker *gst_vowel_push_src_get_worker (
    GstVowelPushSrc *src);
/* All four: any one thread at a time, usually the worker's. */
GST_VOWEL_API void gst_vowel_push_src_set_caps (
    GstVowelPushSrc *src, GstCaps *caps);
GST_VOWEL_API GstFlowReturn gst_vowel_push_src_push (
    GstVowelPushSrc *src, GstBuffer *buffer);
GST_VOWEL_API gboolean gst_vowel_push_src_push_event (
    GstVowelPushSrc *src, GstEvent *event);
GST_VOWEL_API void gst_vowel_push_src_flush (GstVowelPushSrc *src);

G_END_DECLS
