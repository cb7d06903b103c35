/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/vowel/gstvoweltts.h>

G_BEGIN_DECLS

/**
 * GstVowelTtsTask:
 *
 * A #GstVowelTtsJob as a synthesizer on another thread sees it: what it pushes
 * is carried to the worker, in order, and dropped there once the job is no
 * longer live. Reference counted; any thread, unless a function says otherwise.
 *
 * An element whose engine computes for long makes a task in its synthesize()
 * function, hands it to a thread of its own, and calls
 * gst_vowel_tts_task_cancel() in cancel(). The engine pushes audio and marks
 * and ends with exactly one of gst_vowel_tts_task_finish() and
 * gst_vowel_tts_task_fail(); it stops early, without either, when
 * gst_vowel_tts_task_is_live() tells %FALSE.
 */
typedef struct _GstVowelTtsTask GstVowelTtsTask;
#define GST_TYPE_VOWEL_TTS_TASK (gst_vowel_tts_task_get_type ())
GST_VOWEL_API GType gst_vowel_tts_task_get_type (void);
/* Worker thread. */
GST_VOWEL_API GstVowelTtsTask *gst_vowel_tts_task_new (
    GstVowelTts *tts, GstVowelTtsJob *job);
GST_VOWEL_API GstVowelTtsTask *gst_vowel_tts_task_ref (GstVowelTtsTask *task);
GST_VOWEL_API void gst_vowel_tts_task_unref (GstVowelTtsTask *task);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstVowelTtsTask, gst_vowel_tts_task_unref)

GST_VOWEL_API const gchar *gst_vowel_tts_task_get_text (GstVowelTtsTask *task);
GST_VOWEL_API gboolean gst_vowel_tts_task_is_live (GstVowelTtsTask *task);
/* Worker thread: nothing that the engine still pushes will be heard. */
GST_VOWEL_API void gst_vowel_tts_task_cancel (GstVowelTtsTask *task);

/* (transfer full) S16LE mono at @rate. */
GST_VOWEL_API void gst_vowel_tts_task_push_audio (
    GstVowelTtsTask *task, GstBuffer *audio, gint rate);
GST_VOWEL_API void gst_vowel_tts_task_mark (
    GstVowelTtsTask *task, guint text_offset, guint64 sample_offset);
GST_VOWEL_API void gst_vowel_tts_task_finish (GstVowelTtsTask *task);
GST_VOWEL_API void gst_vowel_tts_task_fail (
    GstVowelTtsTask *task, const GError *error);

G_END_DECLS
