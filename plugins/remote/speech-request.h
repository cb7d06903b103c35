/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/vowel/gstvowelhttp.h>
#include <gst/vowel/gstvoweltts.h>

G_BEGIN_DECLS

/* One sentence from a service that answers a HTTP request with speech: the
 * audio goes on while it comes.  The base class's job keeps it; all on the
 * worker. */

/**
 * SpeechEnvelope:
 * @new: makes one for the answer of @provider, who is named in errors; freed
 *   with @free
 * @feed: takes what has come, in any pieces; appends the audio in it to @audio
 *   (of #GBytes), each message's by itself: it may have a header of its own
 * @end: (nullable): no more comes
 *
 * What a service sends its audio in, when it does not send it bare. Constant.
 */
typedef struct {
  gpointer (*new) (const gchar *provider);
  void (*free) (gpointer envelope);
  gboolean (*feed) (gpointer envelope, const guint8 *data, gsize size,
      GPtrArray *audio, GError **error);
  gboolean (*end) (gpointer envelope, GPtrArray *audio, GError **error);
} SpeechEnvelope;

/* Starts @http (transfer full), which is ready but for its start. @envelope:
 * (nullable): NULL when the answer is the audio, or says itself that it is
 * server-sent events; @provider: for errors;
 * @secret: (nullable): what must not be in them; @rate: of bare samples. */
void speech_request_start (GstVowelTts *tts, GstVowelTtsJob *job,
    GstVowelHttpRequest *http, const SpeechEnvelope *envelope,
    const gchar *provider, const gchar *secret, gint rate);
/* The class's cancel. */
void speech_request_cancel (GstVowelTts *tts, GstVowelTtsJob *job);

G_END_DECLS
