/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:element-deepgramstt
 * @title: deepgramstt
 * @short_description: Deepgram's live speech recognition
 *
 * Recognises utterances by Deepgram while they are spoken (`/v1/listen`). The
 * connection is made when the element starts and is kept; only speech is sent,
 * nothing of the pauses in between. An utterance ends where the detector
 * upstream says so.
 *
 * ## Example launch line
 * |[
 * DEEPGRAM_API_KEY=… gst-launch-1.0 -m autoaudiosrc ! audioconvert !
 * audioresample ! vad ! deepgramstt ! fdsink
 * ]|
 */

#include "config.h"

#include <string.h>

#include "deepgram-service.h"
#include "gstdeepgramstt.h"
#include "listen-session.h"

GST_DEBUG_CATEGORY (gst_deepgram_stt_debug);
#define GST_CAT_DEFAULT gst_deepgram_stt_debug

#define RATE 16000
#define DEFAULT_MODEL "nova-3"
#define DEFAULT_LANGUAGE "en-US"
#define DEFAULT_FINALIZE_TIMEOUT (800 * GST_MSECOND)
#define DEFAULT_KEEPALIVE (4 * GST_SECOND)

enum {
  PROP_MODEL = REMOTE_N_PROPS,
  PROP_LANGUAGE,
  PROP_KEYTERMS,
  PROP_FINALIZE_TIMEOUT,
  PROP_KEEPALIVE,
};

struct _GstDeepgramStt {
  GstVowelStt parent;

  /* Protected by the object lock. */
  RemoteSettings settings;
  gchar *model;
  gchar *language;
  gchar *keyterms;
  ListenOptions options;

  /* Worker thread. */
  ListenSession *session; /* (nullable) */
  GPtrArray *pending;     /* of GstVowelUtterance, in the session */
};

static GstStaticPadTemplate sink_template =
    GST_STATIC_PAD_TEMPLATE ("sink", GST_PAD_SINK, GST_PAD_ALWAYS,
        GST_STATIC_CAPS ("audio/x-raw, format = (string) S16LE, "
                         "layout = (string) interleaved, "
                         "rate = (int) 16000, channels = (int) 1"));

G_DEFINE_FINAL_TYPE (GstDeepgramStt, gst_deepgram_stt, GST_TYPE_VOWEL_STT)
GST_ELEMENT_REGISTER_DEFINE_WITH_CODE (deepgramstt, "deepgramstt",
    GST_RANK_NONE, GST_TYPE_DEEPGRAM_STT,
    GST_DEBUG_CATEGORY_INIT (gst_deepgram_stt_debug, "deepgramstt", 0,
        "Deepgram's live speech recognition"));

static void
on_result (gpointer tag, const gchar *text, gboolean final, gdouble confidence,
    gpointer user_data)
{
  GstDeepgramStt *self = user_data;
  g_autoptr (GstVowelUtterance) utterance = gst_vowel_utterance_ref (tag);

  if (final)
    g_ptr_array_remove (self->pending, tag);
  gst_vowel_stt_push_result (
      GST_VOWEL_STT (self), utterance, text, final, confidence);
}

static void
on_closed (guint status, const GError *error, gpointer user_data)
{
  GstDeepgramStt *self = user_data;
  g_autoptr (GPtrArray) lost = g_steal_pointer (&self->pending);

  GST_INFO_OBJECT (self, "%s", error->message);
  g_clear_pointer (&self->session, listen_session_free);
  self->pending = g_ptr_array_new_with_free_func (
      (GDestroyNotify) gst_vowel_utterance_unref);
  for (guint i = 0; i < lost->len; i++)
    gst_vowel_stt_fail (
        GST_VOWEL_STT (self), g_ptr_array_index (lost, i), status, error);
}

static const ListenCallbacks listen_callbacks = {
    .result = on_result,
    .closed = on_closed,
};

static void
append (GString *query, const gchar *name, const gchar *value)
{
  if (query->len > 0)
    g_string_append_c (query, '&');
  g_string_append_printf (query, "%s=", name);
  g_string_append_uri_escaped (query, value, NULL, FALSE);
}

static gchar *
make_query (GstDeepgramStt *self)
{
  GString *query = g_string_new (NULL);
  g_auto (GStrv) keyterms = NULL;

  GST_OBJECT_LOCK (self);
  append (query, "model", self->model != NULL ? self->model : DEFAULT_MODEL);
  append (query, "language",
      self->language != NULL ? self->language : DEFAULT_LANGUAGE);
  keyterms = g_strsplit (self->keyterms != NULL ? self->keyterms : "", ",", -1);
  GST_OBJECT_UNLOCK (self);
  append (query, "encoding", "linear16");
  append (query, "sample_rate", G_STRINGIFY (RATE));
  append (query, "channels", "1");
  append (query, "interim_results", "true");
  append (query, "punctuate", "true");
  append (query, "smart_format", "true");
  /* Or smart_format holds back what may become a number or a date. */
  append (query, "no_delay", "true");
  append (query, "endpointing", "300");
  for (guint i = 0; keyterms[i] != NULL; i++)
    if (*g_strstrip (keyterms[i]) != '\0')
      append (query, "keyterm", keyterms[i]);
  return g_string_free (query, FALSE);
}

static gboolean
connect_session (GstDeepgramStt *self, GError **error)
{
  g_auto (RemoteTarget) target = {0};
  g_autofree gchar *query = NULL;
  ListenOptions options;

  if (self->session != NULL)
    return TRUE;
  if (!remote_settings_resolve (
          &self->settings, GST_ELEMENT_CAST (self), &target, error))
    return FALSE;
  query = make_query (self);
  GST_OBJECT_LOCK (self);
  options = self->options;
  GST_OBJECT_UNLOCK (self);
  GST_DEBUG_OBJECT (self, "connecting to %s", target.base_url);
  self->session =
      listen_session_new (gst_vowel_stt_get_worker (GST_VOWEL_STT (self)),
          &target, query, &options, &listen_callbacks, self);
  return TRUE;
}

static gboolean
gst_deepgram_stt_start (GstVowelStt *stt)
{
  GstDeepgramStt *self = GST_DEEPGRAM_STT (stt);
  g_autoptr (GError) error = NULL;

  /* The first utterance must not wait for it. What is wrong is told by then. */
  if (!connect_session (self, &error))
    GST_INFO_OBJECT (self, "%s", error->message);
  return TRUE;
}

static void
gst_deepgram_stt_stop (GstVowelStt *stt)
{
  GstDeepgramStt *self = GST_DEEPGRAM_STT (stt);

  g_clear_pointer (&self->session, listen_session_free);
  g_ptr_array_set_size (self->pending, 0);
}

static gboolean
gst_deepgram_stt_begin_utterance (
    GstVowelStt *stt, GstVowelUtterance *utterance, GError **error)
{
  GstDeepgramStt *self = GST_DEEPGRAM_STT (stt);

  if (!connect_session (self, error))
    return FALSE;
  g_ptr_array_add (self->pending, gst_vowel_utterance_ref (utterance));
  listen_session_begin (self->session, utterance);
  return TRUE;
}

static gboolean
is_pending (GstDeepgramStt *self, GstVowelUtterance *utterance)
{
  return self->session != NULL && listen_session_has (self->session, utterance);
}

static void
gst_deepgram_stt_feed (
    GstVowelStt *stt, GstVowelUtterance *utterance, GstBuffer *audio)
{
  GstDeepgramStt *self = GST_DEEPGRAM_STT (stt);
  GstMapInfo map;

  if (!is_pending (self, utterance)
      || !gst_buffer_map (audio, &map, GST_MAP_READ))
    return;
  listen_session_feed (self->session, map.data, map.size);
  gst_buffer_unmap (audio, &map);
}

static void
gst_deepgram_stt_end_utterance (GstVowelStt *stt, GstVowelUtterance *utterance)
{
  GstDeepgramStt *self = GST_DEEPGRAM_STT (stt);

  if (is_pending (self, utterance))
    listen_session_end (self->session);
}

static void
gst_deepgram_stt_cancel_utterance (
    GstVowelStt *stt, GstVowelUtterance *utterance)
{
  GstDeepgramStt *self = GST_DEEPGRAM_STT (stt);

  if (is_pending (self, utterance))
    listen_session_forget (self->session, utterance);
  g_ptr_array_remove (self->pending, utterance);
}

static void
gst_deepgram_stt_set_property (
    GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  remote_settings_set_property (
      &GST_DEEPGRAM_STT (object)->settings, object, id, value, pspec);
}

static void
gst_deepgram_stt_get_property (
    GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  remote_settings_get_property (
      &GST_DEEPGRAM_STT (object)->settings, object, id, value, pspec);
}

static void
gst_deepgram_stt_finalize (GObject *object)
{
  GstDeepgramStt *self = GST_DEEPGRAM_STT (object);

  g_ptr_array_unref (self->pending);
  remote_settings_clear (&self->settings);
  g_free (self->model);
  g_free (self->language);
  g_free (self->keyterms);
  G_OBJECT_CLASS (gst_deepgram_stt_parent_class)->finalize (object);
}

static void
install_properties (GObjectClass *object_class)
{
  const GParamFlags flags =
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_PLAYING;

  remote_settings_install_properties (object_class, &deepgram_service);
  /**
   * GstDeepgramStt:model:
   *
   * Deepgram's name of the model.
   */
  gst_vowel_field_install (object_class, PROP_MODEL,
      g_param_spec_string ("model", "Model", "Deepgram's name of the model",
          DEFAULT_MODEL, flags),
      G_STRUCT_OFFSET (GstDeepgramStt, model));
  /**
   * GstDeepgramStt:language:
   *
   * What is spoken; `multi` for several languages in turn.
   */
  gst_vowel_field_install (object_class, PROP_LANGUAGE,
      g_param_spec_string ("language", "Language",
          "What is spoken, as in en-US or de; multi = several languages in "
          "turn",
          DEFAULT_LANGUAGE, flags),
      G_STRUCT_OFFSET (GstDeepgramStt, language));
  /**
   * GstDeepgramStt:keyterms:
   *
   * Words and names that are likely to come, separated by commas.
   */
  gst_vowel_field_install (object_class, PROP_KEYTERMS,
      g_param_spec_string ("keyterms", "Key terms",
          "Words and names that are likely to come, separated by commas", NULL,
          flags),
      G_STRUCT_OFFSET (GstDeepgramStt, keyterms));
  /**
   * GstDeepgramStt:finalize-timeout:
   *
   * How long to wait for the last words after an utterance, in ns.
   */
  gst_vowel_field_install (object_class, PROP_FINALIZE_TIMEOUT,
      g_param_spec_uint64 ("finalize-timeout", "Finalize timeout",
          "How long to wait for the last words after an utterance, in ns", 0,
          G_MAXINT64, DEFAULT_FINALIZE_TIMEOUT, flags),
      G_STRUCT_OFFSET (GstDeepgramStt, options.finalize_timeout));
  /**
   * GstDeepgramStt:keepalive:
   *
   * How long the connection may be silent before a sign of life is sent, in ns.
   * Deepgram closes it after 10 s.
   */
  gst_vowel_field_install (object_class, PROP_KEEPALIVE,
      g_param_spec_uint64 ("keepalive", "Keep alive",
          "How long the connection may be silent before a sign of life is "
          "sent, in ns; Deepgram closes it after 10 s",
          GST_MSECOND, G_MAXINT64, DEFAULT_KEEPALIVE, flags),
      G_STRUCT_OFFSET (GstDeepgramStt, options.keepalive));
}

static void
gst_deepgram_stt_class_init (GstDeepgramSttClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstVowelSttClass *stt_class = GST_VOWEL_STT_CLASS (klass);

  object_class->finalize = gst_deepgram_stt_finalize;
  object_class->set_property = gst_deepgram_stt_set_property;
  object_class->get_property = gst_deepgram_stt_get_property;
  stt_class->start = GST_DEBUG_FUNCPTR (gst_deepgram_stt_start);
  stt_class->stop = GST_DEBUG_FUNCPTR (gst_deepgram_stt_stop);
  stt_class->begin_utterance =
      GST_DEBUG_FUNCPTR (gst_deepgram_stt_begin_utterance);
  stt_class->feed = GST_DEBUG_FUNCPTR (gst_deepgram_stt_feed);
  stt_class->end_utterance = GST_DEBUG_FUNCPTR (gst_deepgram_stt_end_utterance);
  stt_class->cancel_utterance =
      GST_DEBUG_FUNCPTR (gst_deepgram_stt_cancel_utterance);
  install_properties (object_class);

  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_set_static_metadata (element_class,
      "Deepgram speech recognition", "Filter/Speech",
      "Recognises speech while it is spoken, by Deepgram",
      "The vowel-gst authors");
  gst_vowel_provider_class_set_name (
      element_class, GST_VOWEL_PROVIDER_STT, "deepgram");
}

static void
gst_deepgram_stt_init (GstDeepgramStt *self)
{
  remote_settings_init (&self->settings, &deepgram_service);
  self->model = g_strdup (DEFAULT_MODEL);
  self->language = g_strdup (DEFAULT_LANGUAGE);
  self->options.finalize_timeout = DEFAULT_FINALIZE_TIMEOUT;
  self->options.keepalive = DEFAULT_KEEPALIVE;
  self->pending = g_ptr_array_new_with_free_func (
      (GDestroyNotify) gst_vowel_utterance_unref);
}
