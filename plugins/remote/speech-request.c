/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "speech-request.h"

#include <string.h>

#include <gst/vowel/gstvowelerror.h>
#include <gst/vowel/gstvowelsecret.h>

#include "speech-decoder.h"
#include "speech-events.h"

typedef struct {
  grefcount ref_count;
  GstVowelTts *tts;    /* NULL once it is over */
  GstVowelTtsJob *job; /* NULL once it is over */
  GstVowelHttpRequest *http;
  gchar *provider;
  gchar *secret;
  const SpeechEnvelope *envelope; /* (nullable) */
  gpointer unwrapper;             /* of @envelope */
  SpeechDecoder *decoder;
} Speech;

static Speech *
speech_ref (Speech *speech)
{
  g_ref_count_inc (&speech->ref_count);
  return speech;
}

static void
speech_unref (Speech *speech)
{
  if (!g_ref_count_dec (&speech->ref_count))
    return;
  g_clear_pointer (&speech->job, gst_vowel_tts_job_unref);
  g_clear_object (&speech->http);
  g_clear_pointer (&speech->decoder, speech_decoder_free);
  if (speech->envelope != NULL)
    speech->envelope->free (speech->unwrapper);
  g_free (speech->provider);
  g_free (speech->secret);
  g_free (speech);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Speech, speech_unref)

/* Breaks the connection off, if it is still there. The job holds us, as we
 * hold it, until then. */
static void
end (Speech *speech)
{
  if (speech->tts == NULL)
    return;
  speech->tts = NULL;
  gst_vowel_http_request_cancel (speech->http);
  g_clear_pointer (&speech->job, gst_vowel_tts_job_unref);
}

static void
fail (Speech *speech, gint retry_after_ms, const GError *cause)
{
  g_autoptr (Speech) keep = speech_ref (speech);
  g_autoptr (GError) error = g_error_copy (cause);
  g_autoptr (GstVowelTtsJob) job = NULL;
  GstVowelTts *tts = speech->tts;

  gst_vowel_secret_redact_error (error, speech->secret);
  job = gst_vowel_tts_job_ref (speech->job);
  end (speech);
  gst_vowel_tts_fail (tts, job,
      gst_vowel_http_request_get_status (speech->http), retry_after_ms, error);
}

/* (nullable) @envelope */
static void
set_envelope (Speech *speech, const SpeechEnvelope *envelope)
{
  speech->envelope = envelope;
  if (envelope != NULL)
    speech->unwrapper = envelope->new (speech->provider);
}

static const gchar *
get_type (GstVowelHttpRequest *http)
{
  const gchar *type =
      gst_vowel_http_request_get_response_header (http, "content-type");

  return type != NULL ? type : "";
}

static void
on_headers (GstVowelHttpRequest *http, guint status, gpointer user_data)
{
  Speech *speech = user_data;
  const gchar *type = get_type (http);
  g_autofree gchar *clean = NULL;
  g_autoptr (GError) error = NULL;

  if (status < 300 && speech->envelope == NULL
      && g_ascii_strncasecmp (type, "text/event-stream", 17) == 0)
    set_envelope (speech, &speech_events);
  /* Some servers ignore the format that is asked for. */
  if (status >= 300 || speech->tts == NULL || speech->envelope != NULL
      || (g_ascii_strncasecmp (type, "audio/mp", 8) != 0
          && g_ascii_strncasecmp (type, "audio/ogg", 9) != 0
          && g_ascii_strncasecmp (type, "text/", 5) != 0
          && g_ascii_strncasecmp (type, "application/json", 16) != 0))
    return;
  clean = g_utf8_make_valid (type, MIN (strlen (type), 80));
  g_set_error (&error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_PROTOCOL,
      "%s: sends %s instead of speech; set the property format to pcm or wav, "
      "whichever it knows",
      speech->provider, clean);
  fail (speech, -1, error);
}

/* The speech may be over when it returns. */
static gboolean
push_samples (Speech *speech, const guint8 *data, gsize size, GError **error)
{
  g_autoptr (GByteArray) samples = g_byte_array_new ();
  g_autoptr (GBytes) bytes = NULL;
  GstVowelTts *tts = speech->tts;

  if (!speech_decoder_feed (speech->decoder, data, size, samples, error)) {
    g_prefix_error (error, "%s: ", speech->provider);
    return FALSE;
  }
  if (samples->len == 0)
    return TRUE;
  gst_vowel_tts_set_rate (tts, speech_decoder_get_rate (speech->decoder));
  bytes = g_byte_array_free_to_bytes (g_steal_pointer (&samples));
  gst_vowel_tts_push_audio (
      tts, speech->job, gst_buffer_new_wrapped_bytes (bytes));
  return TRUE;
}

static gboolean
push_messages (Speech *speech, GPtrArray *messages, GError **error)
{
  for (guint i = 0; i < messages->len && speech->tts != NULL; i++) {
    gsize size;
    const guint8 *data =
        g_bytes_get_data (g_ptr_array_index (messages, i), &size);

    speech_decoder_begin_message (speech->decoder);
    if (!push_samples (speech, data, size, error))
      return FALSE;
  }
  return TRUE;
}

static gboolean
unwrap (Speech *speech, const guint8 *data, gsize size, GError **error)
{
  g_autoptr (GPtrArray) messages =
      g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);

  gboolean ok =
      speech->envelope->feed (speech->unwrapper, data, size, messages, error);

  /* What came before a failure is still heard. */
  if (!ok)
    push_messages (speech, messages, NULL);
  return ok && push_messages (speech, messages, error);
}

static gboolean
unwrap_end (Speech *speech, GError **error)
{
  g_autoptr (GPtrArray) messages =
      g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);

  return speech->envelope == NULL || speech->envelope->end == NULL
         || (speech->envelope->end (speech->unwrapper, messages, error)
             && push_messages (speech, messages, error));
}

static void
on_data (GstVowelHttpRequest *http, const guint8 *data, gsize size,
    gpointer user_data)
{
  g_autoptr (Speech) speech = speech_ref (user_data);
  g_autoptr (GError) error = NULL;
  gboolean ok;

  if (speech->tts == NULL)
    return;
  ok = speech->envelope != NULL ? unwrap (speech, data, size, &error)
                                : push_samples (speech, data, size, &error);
  if (!ok && speech->tts != NULL)
    fail (speech, -1, error);
}

static void
on_done (GstVowelHttpRequest *http, const GError *error, gpointer user_data)
{
  g_autoptr (Speech) speech = speech_ref (user_data);
  g_autoptr (GError) wrapped_error = NULL;
  g_autoptr (GstVowelTtsJob) job = NULL;
  GstVowelTts *tts;

  if (speech->tts == NULL)
    return;
  if (error != NULL) {
    fail (speech, gst_vowel_http_request_get_retry_after_ms (http), error);
    return;
  }
  if (!unwrap_end (speech, &wrapped_error)) {
    fail (speech, -1, wrapped_error);
    return;
  }
  if (speech->tts == NULL)
    return;
  tts = speech->tts;
  job = gst_vowel_tts_job_ref (speech->job);
  end (speech);
  gst_vowel_tts_finish (tts, job);
}

static const GstVowelHttpCallbacks http_callbacks = {
    .headers = on_headers,
    .data = on_data,
    .done = on_done,
};

void
speech_request_start (GstVowelTts *tts, GstVowelTtsJob *job,
    GstVowelHttpRequest *http, const SpeechEnvelope *envelope,
    const gchar *provider, const gchar *secret, gint rate)
{
  Speech *speech = g_new0 (Speech, 1);

  g_ref_count_init (&speech->ref_count);
  speech->tts = tts;
  speech->job = gst_vowel_tts_job_ref (job);
  speech->http = http;
  speech->provider = g_strdup (provider);
  speech->secret = g_strdup (secret);
  set_envelope (speech, envelope);
  speech->decoder = speech_decoder_new (rate);
  gst_vowel_tts_job_set_data (job, speech, (GDestroyNotify) speech_unref);
  gst_vowel_http_request_start (http, &http_callbacks, speech);
}

void
speech_request_cancel (GstVowelTts *tts, GstVowelTtsJob *job)
{
  Speech *speech = gst_vowel_tts_job_get_data (job);

  if (speech != NULL)
    end (speech);
}
