/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "speech-voice.h"

GST_DEBUG_CATEGORY (speech_voice_debug);
#define GST_CAT_DEFAULT speech_voice_debug

#define DEFAULT_SAMPLE_RATE 24000
#define DEFAULT_END_TIMEOUT (3 * GST_SECOND)
#define CONNECT_MS 3000
#define STALL_MS 5000

static GQuark
offset_quark (void)
{
  return g_quark_from_static_string ("vowel-speech-voice");
}

static SpeechVoice *
get_voice (gpointer element)
{
  const goffset *offset =
      g_type_get_qdata (G_OBJECT_TYPE (element), offset_quark ());

  return G_STRUCT_MEMBER_P (element, *offset);
}

/* --- orders --- */

static void
order_clear (SpeechOrder *order)
{
  remote_target_clear (&order->target);
  g_free (order->voice);
  g_free (order->model);
  g_free (order->language);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (SpeechOrder, order_clear)

/* @job: (nullable): NULL to say nothing yet */
static gboolean
make_order (GstVowelTts *tts, GstVowelTtsJob *job, SpeechOrder *ret_order,
    SpeechTransport *ret_transport, GError **error)
{
  SpeechVoice *self = get_voice (tts);
  g_auto (SpeechOrder) order = {0};

  if (!remote_settings_resolve (
          &self->settings, GST_ELEMENT_CAST (tts), &order.target, error))
    return FALSE;
  if (job != NULL) {
    order.text = gst_vowel_tts_job_get_text (job);
    order.voice = g_strdup (gst_vowel_tts_job_get_voice (job));
    order.speed = gst_vowel_tts_job_get_speed (job);
  } else {
    g_object_get (tts, "voice", &order.voice, "speed", &order.speed, NULL);
  }
  if (order.voice == NULL || *order.voice == '\0') {
    g_free (order.voice);
    order.voice = g_strdup (self->vendor->voice);
  }
  GST_OBJECT_LOCK (tts);
  order.model = g_strdup (self->model != NULL && *self->model != '\0'
                              ? self->model
                              : self->vendor->model);
  if (self->language != NULL && *self->language != '\0')
    order.language = g_strdup (self->language);
  order.rate = self->sample_rate;
  *ret_transport = self->transport;
  GST_OBJECT_UNLOCK (tts);
  *ret_order = order;
  order = (SpeechOrder){0};
  return TRUE;
}

GstVowelHttpRequest *
speech_order_post (
    const SpeechOrder *order, GstVowelTts *tts, const gchar *path, GBytes *body)
{
  GstVowelHttpRequest *http = remote_target_request (
      &order->target, gst_vowel_tts_get_worker (tts), "POST", path);

  gst_vowel_http_request_set_body (http, "application/json", body);
  g_bytes_unref (body);
  return http;
}

/* --- the class --- */

static void
set_options (GstVowelTts *tts)
{
  SpeechVoice *self = get_voice (tts);
  SpeechSocketOptions options;

  GST_OBJECT_LOCK (tts);
  options = self->options;
  GST_OBJECT_UNLOCK (tts);
  speech_socket_set_options (self->socket, &options);
}

static gboolean
speech_voice_start (GstVowelTts *tts)
{
  SpeechVoice *self = get_voice (tts);
  g_auto (SpeechOrder) order = {0};
  g_autofree gchar *path = NULL;
  g_autoptr (GError) error = NULL;
  SpeechTransport transport;

  self->socket = speech_socket_new (tts, self->vendor->protocol);
  set_options (tts);
  /* The first sentence must not wait for it. What is wrong is told by then. */
  if (!make_order (tts, NULL, &order, &transport, &error)) {
    GST_INFO_OBJECT (tts, "%s", error->message);
  } else if (transport == SPEECH_TRANSPORT_WEBSOCKET) {
    path = self->vendor->make_path (tts, &order);
    speech_socket_open (self->socket, &order.target, path);
  }
  return TRUE;
}

static void
speech_voice_stop (GstVowelTts *tts)
{
  g_clear_pointer (&get_voice (tts)->socket, speech_socket_free);
}

static void
speak (GstVowelTts *tts, GstVowelTtsJob *job, const SpeechOrder *order)
{
  SpeechVoice *self = get_voice (tts);
  g_autoptr (GPtrArray) messages = g_ptr_array_new_with_free_func (g_free);
  g_autofree gchar *path = self->vendor->make_path (tts, order);
  g_autofree gchar *name = speech_socket_make_name (self->socket);

  self->vendor->add_messages (tts, order, name, messages);
  set_options (tts);
  speech_socket_speak (
      self->socket, &order->target, path, job, name, messages, order->rate);
}

static gboolean
speech_voice_synthesize (GstVowelTts *tts, GstVowelTtsJob *job, GError **error)
{
  SpeechVoice *self = get_voice (tts);
  g_auto (SpeechOrder) order = {0};
  GstVowelHttpRequest *http;
  SpeechTransport transport;

  if (!make_order (tts, job, &order, &transport, error))
    return FALSE;
  if (transport == SPEECH_TRANSPORT_WEBSOCKET
      && !speech_socket_is_exhausted (self->socket)) {
    speak (tts, job, &order);
    return TRUE;
  }
  http = self->vendor->make_request (tts, &order);
  gst_vowel_http_request_set_deadlines (http, CONNECT_MS, 0, STALL_MS);
  speech_request_start (tts, job, http, self->vendor->envelope,
      order.target.service->name, order.target.api_key, order.rate);
  return TRUE;
}

static void
speech_voice_cancel (GstVowelTts *tts, GstVowelTtsJob *job)
{
  if (!speech_socket_cancel (get_voice (tts)->socket, job))
    speech_request_cancel (tts, job);
}

static gchar **
speech_voice_list_voices (GstVowelTts *tts)
{
  const gchar *voices = get_voice (tts)->vendor->voices;

  return voices != NULL ? g_strsplit (voices, " ", -1) : NULL;
}

static gboolean
speech_voice_identify_service (
    GstVowelProviderElement *element, gchar **ret_base_url, gchar **ret_secret)
{
  return remote_settings_identify (
      &get_voice (element)->settings, element, ret_base_url, ret_secret);
}

static void
speech_voice_set_property (
    GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  remote_settings_set_property (
      &get_voice (object)->settings, object, id, value, pspec);
}

static void
speech_voice_get_property (
    GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  remote_settings_get_property (
      &get_voice (object)->settings, object, id, value, pspec);
}

static void
speech_voice_finalize (GObject *object)
{
  SpeechVoice *self = get_voice (object);

  remote_settings_clear (&self->settings);
  g_free (self->model);
  g_free (self->language);
  G_OBJECT_CLASS (g_type_class_peek (g_type_parent (G_OBJECT_TYPE (object))))
      ->finalize (object);
}

/* A type's name can be registered once, and this code is in several plugins. */
static GType
register_transport (const gchar *prefix)
{
  static const GEnumValue values[] = {
      {SPEECH_TRANSPORT_REST, "A request for each sentence", "rest"},
      {SPEECH_TRANSPORT_WEBSOCKET, "One connection that is kept", "websocket"},
      {0, NULL, NULL},
  };
  g_autofree gchar *name = g_strconcat (prefix, "Transport", NULL);

  return g_enum_register_static (g_intern_string (name), values);
}

static void
install_properties (GObjectClass *object_class, const SpeechVendor *vendor,
    goffset offset, const gchar *prefix)
{
  const GParamFlags flags =
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_PLAYING;

  remote_settings_install_properties (object_class, vendor->service);
  gst_vowel_field_install (object_class, SPEECH_PROP_TRANSPORT,
      g_param_spec_enum ("transport", "Transport",
          "How the service is asked: a request for each sentence, or one "
          "connection that is kept",
          register_transport (prefix), vendor->transport, flags),
      offset + G_STRUCT_OFFSET (SpeechVoice, transport));
  gst_vowel_field_install (object_class, SPEECH_PROP_SAMPLE_RATE,
      g_param_spec_int ("sample-rate", "Sample rate",
          "What to ask for, in Hz: 8000, 16000, 24000, 44100 or 48000; not "
          "every service has all of these",
          8000, 48000, DEFAULT_SAMPLE_RATE, flags),
      offset + G_STRUCT_OFFSET (SpeechVoice, sample_rate));
  gst_vowel_field_install (object_class, SPEECH_PROP_END_TIMEOUT,
      g_param_spec_uint64 ("end-timeout", "End timeout",
          "How long to wait over a WebSocket for more of a sentence whose end "
          "the service does not tell, in ns",
          GST_MSECOND, G_MAXINT64, DEFAULT_END_TIMEOUT, flags),
      offset + G_STRUCT_OFFSET (SpeechVoice, options.end_timeout));
  if (vendor->model != NULL)
    gst_vowel_field_install (object_class, SPEECH_PROP_MODEL,
        g_param_spec_string ("model", "Model",
            "The service's name of the model", vendor->model, flags),
        offset + G_STRUCT_OFFSET (SpeechVoice, model));
  if (vendor->takes_language)
    gst_vowel_field_install (object_class, SPEECH_PROP_LANGUAGE,
        g_param_spec_string ("language", "Language",
            "What is spoken, as in en or de; unset = what the service takes it "
            "for",
            NULL, flags),
        offset + G_STRUCT_OFFSET (SpeechVoice, language));
  if (vendor->keepalive > 0)
    gst_vowel_field_install (object_class, SPEECH_PROP_KEEPALIVE,
        g_param_spec_uint64 ("keepalive", "Keep alive",
            "How often a sign of life is sent over a WebSocket, in ns",
            GST_MSECOND, G_MAXINT64, vendor->keepalive, flags),
        offset + G_STRUCT_OFFSET (SpeechVoice, options.keepalive));
}

void
speech_voice_setup_class (GstVowelTtsClass *klass, const SpeechVendor *vendor,
    goffset offset, const gchar *prefix)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  GST_DEBUG_CATEGORY_INIT (
      speech_voice_debug, "vowelvoice", 0, "Voices of services");
  g_type_set_qdata (G_OBJECT_CLASS_TYPE (klass), offset_quark (),
      g_memdup2 (&offset, sizeof offset));
  object_class->finalize = speech_voice_finalize;
  object_class->set_property = speech_voice_set_property;
  object_class->get_property = speech_voice_get_property;
  GST_VOWEL_PROVIDER_ELEMENT_CLASS (klass)->identify_service =
      GST_DEBUG_FUNCPTR (speech_voice_identify_service);
  GST_VOWEL_PROVIDER_ELEMENT_CLASS (klass)->keep_warm =
      vendor->transport == SPEECH_TRANSPORT_REST;
  klass->start = GST_DEBUG_FUNCPTR (speech_voice_start);
  klass->stop = GST_DEBUG_FUNCPTR (speech_voice_stop);
  klass->synthesize = GST_DEBUG_FUNCPTR (speech_voice_synthesize);
  klass->cancel = GST_DEBUG_FUNCPTR (speech_voice_cancel);
  klass->list_voices = GST_DEBUG_FUNCPTR (speech_voice_list_voices);
  install_properties (object_class, vendor, offset, prefix);
}

void
speech_voice_init (SpeechVoice *self, const SpeechVendor *vendor)
{
  self->vendor = vendor;
  remote_settings_init (&self->settings, vendor->service);
  self->transport = vendor->transport;
  self->sample_rate = DEFAULT_SAMPLE_RATE;
  self->model = g_strdup (vendor->model);
  self->options.end_timeout = DEFAULT_END_TIMEOUT;
  self->options.keepalive = vendor->keepalive;
}
