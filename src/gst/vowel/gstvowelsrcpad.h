/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/vowel/vowel-prelude.h>

G_BEGIN_DECLS

/**
 * GstVowelSrcPad:
 *
 * A source pad without a task: its element pushes from the thread that owns
 * the session. It takes the stream lock for each push, sends stream-start,
 * caps and segment whenever the pad does not hold them, and flushes in a way
 * that cannot dead-lock with a state change.
 */
#define GST_TYPE_VOWEL_SRC_PAD (gst_vowel_src_pad_get_type ())
GST_VOWEL_API
G_DECLARE_DERIVABLE_TYPE (
    GstVowelSrcPad, gst_vowel_src_pad, GST_VOWEL, SRC_PAD, GstPad)

struct _GstVowelSrcPadClass {
  GstPadClass parent_class;
  gpointer _gst_reserved[GST_PADDING];
};

GST_VOWEL_API GstPad *gst_vowel_src_pad_new (
    GstPadTemplate *templ, const gchar *name);
/* Takes effect before the next buffer. */
GST_VOWEL_API void gst_vowel_src_pad_set_caps (
    GstVowelSrcPad *pad, GstCaps *caps);
GST_VOWEL_API GstCaps *gst_vowel_src_pad_get_caps (GstVowelSrcPad *pad);
/* The next buffer starts a new segment whose running time is @base. */
GST_VOWEL_API void gst_vowel_src_pad_new_segment (
    GstVowelSrcPad *pad, GstClockTime base);
/* (transfer full); FLUSHING while the pad is inactive, NOT_LINKED when it is
 * not linked: neither is an error of the caller's. */
GST_VOWEL_API GstFlowReturn gst_vowel_src_pad_push (
    GstVowelSrcPad *pad, GstBuffer *buffer);
GST_VOWEL_API gboolean gst_vowel_src_pad_push_event (
    GstVowelSrcPad *pad, GstEvent *event);
/* Barge-in: everything downstream of the pad is dropped; the stream goes on
 * (reset-time=FALSE). */
GST_VOWEL_API void gst_vowel_src_pad_flush (GstVowelSrcPad *pad);

G_END_DECLS
