/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/vowel/gstvowelproviderelement.h>

G_BEGIN_DECLS

/**
 * GstVowelStt:
 *
 * Base class of speech-to-text providers. The class adds a sink template
 * "sink" (audio/x-raw, S16LE, mono, the rates it can take) and calls
 * gst_vowel_provider_class_set_name(); the pad `src` (text/x-raw, utf8) is the
 * base's.
 *
 * The base cuts the stream into utterances at the in-band speech events, sample
 * exact, with what it kept from before the start event (property `pre-roll`).
 * Without a detector upstream the whole stream up to EOS is one utterance.
 * All virtual functions run on the worker, in order. EOS waits for the last
 * result.
 *
 * A recogniser that decides itself about turns says so by @has_turns. Then it
 * is fed the whole stream, pauses included, whatever a detector upstream says,
 * and tells where turns begin and end; only what an application marks
 * (emulated speech events) goes before that.
 */
#define GST_TYPE_VOWEL_STT (gst_vowel_stt_get_type ())
GST_VOWEL_API
G_DECLARE_DERIVABLE_TYPE (
    GstVowelStt, gst_vowel_stt, GST_VOWEL, STT, GstVowelProviderElement)

/**
 * GstVowelUtterance:
 *
 * One stretch of speech on its way through a recogniser. Reference counted;
 * worker thread only.
 */
typedef struct _GstVowelUtterance GstVowelUtterance;
#define GST_TYPE_VOWEL_UTTERANCE (gst_vowel_utterance_get_type ())
GST_VOWEL_API GType gst_vowel_utterance_get_type (void);
GST_VOWEL_API GstVowelUtterance *gst_vowel_utterance_ref (
    GstVowelUtterance *utterance);
GST_VOWEL_API void gst_vowel_utterance_unref (GstVowelUtterance *utterance);
GST_VOWEL_API guint64 gst_vowel_utterance_get_number (
    GstVowelUtterance *utterance);
GST_VOWEL_API gint gst_vowel_utterance_get_rate (GstVowelUtterance *utterance);
/* FALSE once it was cancelled or has its final result. */
GST_VOWEL_API gboolean gst_vowel_utterance_is_live (
    GstVowelUtterance *utterance);
GST_VOWEL_API void gst_vowel_utterance_set_data (
    GstVowelUtterance *utterance, gpointer data, GDestroyNotify notify);
GST_VOWEL_API gpointer gst_vowel_utterance_get_data (
    GstVowelUtterance *utterance);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GstVowelUtterance, gst_vowel_utterance_unref)

/**
 * GstVowelSttClass:
 * @start: (nullable): NULL to READY; posts an error before it returns %FALSE
 * @stop: (nullable): READY to NULL; all utterances have been cancelled
 * @begin_utterance: speech begins. On %FALSE the utterance has failed with
 *   @error
 * @feed: audio of the utterance, S16LE mono at its rate
 * @end_utterance: the utterance is complete: deliver the final result with
 *   gst_vowel_stt_push_result(), now or later
 * @cancel_utterance: forget it
 * @has_turns: (nullable): %TRUE when the recogniser, as it is set, decides
 * about turns: then the functions for utterances are not called, but those
 * below. Any thread
 * @begin_turns: begin to listen, anew after a failure. On %FALSE that has
 * failed with @error
 * @feed_turns: audio of the stream, S16LE mono, with valid times
 * @end_turn: the turn ends here, by somebody else's decision: answer with
 *   gst_vowel_stt_turn_ended(), soon, also when there was none
 * @stop_turns: listen no more; nothing that was said is wanted
 */
struct _GstVowelSttClass {
  GstVowelProviderElementClass parent_class;

  gboolean (*start) (GstVowelStt *stt);
  void (*stop) (GstVowelStt *stt);
  gboolean (*begin_utterance) (
      GstVowelStt *stt, GstVowelUtterance *utterance, GError **error);
  void (*feed) (
      GstVowelStt *stt, GstVowelUtterance *utterance, GstBuffer *audio);
  void (*end_utterance) (GstVowelStt *stt, GstVowelUtterance *utterance);
  void (*cancel_utterance) (GstVowelStt *stt, GstVowelUtterance *utterance);

  gboolean (*has_turns) (GstVowelStt *stt);
  gboolean (*begin_turns) (GstVowelStt *stt, GError **error);
  void (*feed_turns) (GstVowelStt *stt, GstBuffer *audio);
  void (*end_turn) (GstVowelStt *stt);
  void (*stop_turns) (GstVowelStt *stt);

  gpointer _gst_reserved[GST_PADDING];
};

GST_VOWEL_API GstVowelWorker *gst_vowel_stt_get_worker (GstVowelStt *stt);
/* Interim and final text.  Worker thread; a result for an utterance that is no
 * longer live is dropped (FALSE). A final result posts the transcript message
 * and, when not empty, pushes it as text. */
GST_VOWEL_API void gst_vowel_stt_set_language (
    GstVowelStt *stt, GstVowelUtterance *utterance, const gchar *language);
GST_VOWEL_API gboolean gst_vowel_stt_push_result (GstVowelStt *stt,
    GstVowelUtterance *utterance, const gchar *text, gboolean final,
    gdouble confidence);
/* The utterance failed: posts a failure message; the element lives on. */
GST_VOWEL_API void gst_vowel_stt_fail (GstVowelStt *stt,
    GstVowelUtterance *utterance, guint http_status, const GError *error);

/* Of a recogniser that decides about turns.  All on the worker. */
GST_VOWEL_API gboolean gst_vowel_stt_has_turns (GstVowelStt *stt);
GST_VOWEL_API void gst_vowel_stt_turn_started (
    GstVowelStt *stt, GstClockTime start);
GST_VOWEL_API void gst_vowel_stt_turn_language (
    GstVowelStt *stt, const gchar *language);
GST_VOWEL_API void gst_vowel_stt_turn_text (
    GstVowelStt *stt, const gchar *text, gdouble confidence);
GST_VOWEL_API void gst_vowel_stt_turn_ending (
    GstVowelStt *stt, const gchar *text);
GST_VOWEL_API void gst_vowel_stt_turn_resumed (GstVowelStt *stt);
GST_VOWEL_API void gst_vowel_stt_turn_ended (
    GstVowelStt *stt, GstClockTime end, const gchar *text, gdouble confidence);
GST_VOWEL_API void gst_vowel_stt_turns_failed (
    GstVowelStt *stt, guint http_status, const GError *error);

G_END_DECLS
