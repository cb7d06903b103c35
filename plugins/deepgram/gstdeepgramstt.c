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
 * A model whose name begins with `flux-` decides itself where turns begin and
 * end (`/v2/listen`): it needs no detector and hears all of the stream. With
 * #GstDeepgramStt:eager-eot-threshold it also tells when a turn may be over.
 * The kind of model is fixed while the element runs.
 *
 * ## Example launch lines
 * |[
 * DEEPGRAM_API_KEY=… gst-launch-1.0 -m autoaudiosrc ! audioconvert !
 * audioresample ! vad ! deepgramstt ! fdsink
 * ]|
 * |[
 * DEEPGRAM_API_KEY=… gst-launch-1.0 -m autoaudiosrc ! audioconvert !
 * audioresample ! deepgramstt model=flux-general-en ! fdsink
 * ]|
 */

#include "config.h"

#include "deepgram-service.h"
#include "flux-session.h"
#include "flux-settings.h"
#include "gstdeepgramstt.h"
#include "listen-protocol.h"
#include "live-stt.h"

GST_DEBUG_CATEGORY_STATIC (deepgram_stt_debug);
#define GST_CAT_DEFAULT deepgram_stt_debug

#define DEFAULT_EOT_THRESHOLD 0.7
#define DEFAULT_EAGER_EOT_THRESHOLD 0.5
#define DEFAULT_EOT_TIMEOUT (5 * GST_SECOND)

enum {
  PROP_EOT_THRESHOLD = LIVE_STT_N_PROPS,
  PROP_EAGER_EOT_THRESHOLD,
  PROP_EOT_TIMEOUT,
};

struct _GstDeepgramStt {
  GstVowelStt parent;
  LiveStt live;

  /* Protected by the object lock. */
  gdouble eot_threshold;
  gdouble eager_eot_threshold;
  GstClockTime eot_timeout;
  gboolean changed; /* of what a connection can be told */

  /* Worker thread: Flux. */
  FluxSession *flux; /* (nullable) */
  gboolean listening;
  gboolean no_force; /* the service cannot be told to end a turn */
};

static GstStaticPadTemplate sink_template =
    GST_STATIC_PAD_TEMPLATE ("sink", GST_PAD_SINK, GST_PAD_ALWAYS,
        GST_STATIC_CAPS ("audio/x-raw, format = (string) S16LE, "
                         "layout = (string) interleaved, "
                         "rate = (int) 16000, channels = (int) 1"));

G_DEFINE_FINAL_TYPE (GstDeepgramStt, gst_deepgram_stt, GST_TYPE_VOWEL_STT)
GST_ELEMENT_REGISTER_DEFINE_WITH_CODE (deepgramstt, "deepgramstt",
    GST_RANK_NONE, GST_TYPE_DEEPGRAM_STT,
    GST_DEBUG_CATEGORY_INIT (deepgram_stt_debug, "deepgramstt", 0,
        "Deepgram's live speech recognition"));

/* What serves models without turns. */
static gboolean (*live_start) (GstVowelStt *stt);
static void (*live_stop) (GstVowelStt *stt);

static gchar *
make_path (LiveStt *live)
{
  GString *path = g_string_new ("/v1/listen");

  live_query_append (path, "model", live_stt_get_model (live));
  live_query_append (path, "language", live_stt_get_language (live));
  live_query_append_list (path, "keyterm", live->keyterms);
  live_query_append (path, "encoding", "linear16");
  live_query_append (path, "sample_rate", G_STRINGIFY (LIVE_RATE));
  live_query_append (path, "channels", "1");
  live_query_append (path, "interim_results", "true");
  live_query_append (path, "punctuate", "true");
  live_query_append (path, "smart_format", "true");
  /* Or smart_format holds back what may become a number or a date. */
  live_query_append (path, "no_delay", "true");
  live_query_append (path, "endpointing", "300");
  return g_string_free (path, FALSE);
}

static const LiveProtocol protocol = {
    .read = listen_protocol_read,
    .end = {"{\"type\":\"Finalize\"}"},
    .keepalive = "{\"type\":\"KeepAlive\"}",
    .separator = " ",
    .timed = TRUE,
};

static const LiveVendor vendor = {
    .service = &deepgram_service,
    .protocol = &protocol,
    .make_path = make_path,
    /* Deepgram closes a connection that is silent for 10 s. */
    .options = {.finalize_timeout = 800 * GST_MSECOND,
        .keepalive = 4 * GST_SECOND},
    .model = "nova-3",
    .language = "en-US",
    .about_language =
        "What is spoken, as in en-US or de; multi = several languages in turn",
    .keyterms = TRUE,
};

/* --- Flux; all on the worker --- */

static gboolean
gst_deepgram_stt_has_turns (GstVowelStt *stt)
{
  GstDeepgramStt *self = GST_DEEPGRAM_STT (stt);
  gboolean has_turns;

  GST_OBJECT_LOCK (self);
  has_turns = flux_is_model (live_stt_get_model (&self->live));
  GST_OBJECT_UNLOCK (self);
  return has_turns;
}

/* With the object lock held; strings are the element's. */
static FluxSettings
get_settings (GstDeepgramStt *self)
{
  LiveStt *live = &self->live;

  return (FluxSettings){
      .model = live_stt_get_model (live),
      /* The default of the property is no hint. */
      .hint = g_strcmp0 (live->language, vendor.language) != 0 ? live->language
                                                               : NULL,
      .keyterms = live->keyterms,
      .eot_threshold = self->eot_threshold,
      .eager_eot_threshold = self->eager_eot_threshold,
      .eot_timeout_ms = self->eot_timeout / GST_MSECOND,
  };
}

static void
on_started (GstClockTime start, gpointer user_data)
{
  gst_vowel_stt_turn_started (user_data, start);
}

static void
on_language (const gchar *language, gpointer user_data)
{
  gst_vowel_stt_turn_language (user_data, language);
}

static void
on_text (const gchar *text, gdouble confidence, gpointer user_data)
{
  gst_vowel_stt_turn_text (user_data, text, confidence);
}

static void
on_ending (const gchar *text, gpointer user_data)
{
  gst_vowel_stt_turn_ending (user_data, text);
}

static void
on_resumed (gpointer user_data)
{
  gst_vowel_stt_turn_resumed (user_data);
}

static void
on_ended (
    GstClockTime end, const gchar *text, gdouble confidence, gpointer user_data)
{
  gst_vowel_stt_turn_ended (user_data, end, text, confidence);
}

static void
on_closed (
    guint status, gboolean no_force, const GError *error, gpointer user_data)
{
  GstDeepgramStt *self = user_data;
  gboolean listening = self->listening;

  GST_INFO_OBJECT (self, "%s", error->message);
  self->no_force |= no_force;
  self->listening = FALSE;
  g_clear_pointer (&self->flux, flux_session_free);
  if (listening)
    gst_vowel_stt_turns_failed (GST_VOWEL_STT (self), status, error);
}

static const FluxCallbacks flux_callbacks = {
    .started = on_started,
    .language = on_language,
    .text = on_text,
    .ending = on_ending,
    .resumed = on_resumed,
    .ended = on_ended,
    .closed = on_closed,
};

static gboolean
connect_flux (GstDeepgramStt *self, GError **error)
{
  g_auto (RemoteTarget) target = {0};
  g_autofree gchar *path = NULL;
  FluxSettings settings;
  FluxOptions options;

  if (!remote_settings_resolve (
          &self->live.settings, GST_ELEMENT_CAST (self), &target, error))
    return FALSE;
  GST_OBJECT_LOCK (self);
  settings = get_settings (self);
  path = flux_settings_make_path (&settings);
  options =
      (FluxOptions){.finalize_timeout = self->live.options.finalize_timeout,
          .keepalive = self->live.options.keepalive,
          .no_force = self->no_force};
  self->changed = FALSE;
  GST_OBJECT_UNLOCK (self);
  self->flux =
      flux_session_new (gst_vowel_stt_get_worker (GST_VOWEL_STT (self)),
          &target, path, &options, &flux_callbacks, self);
  return TRUE;
}

static gboolean
gst_deepgram_stt_start (GstVowelStt *stt)
{
  GstDeepgramStt *self = GST_DEEPGRAM_STT (stt);
  g_autoptr (GError) error = NULL;

  if (!gst_deepgram_stt_has_turns (stt))
    return live_start (stt);
  /* Ahead of the first word. What is wrong is told by then. */
  if (!connect_flux (self, &error))
    GST_INFO_OBJECT (self, "%s", error->message);
  return TRUE;
}

static void
gst_deepgram_stt_stop_turns (GstVowelStt *stt)
{
  GstDeepgramStt *self = GST_DEEPGRAM_STT (stt);

  self->listening = FALSE;
  g_clear_pointer (&self->flux, flux_session_free);
}

static void
gst_deepgram_stt_stop (GstVowelStt *stt)
{
  gst_deepgram_stt_stop_turns (stt);
  live_stop (stt);
}

static gboolean
gst_deepgram_stt_begin_turns (GstVowelStt *stt, GError **error)
{
  GstDeepgramStt *self = GST_DEEPGRAM_STT (stt);

  if (self->flux == NULL && !connect_flux (self, error))
    return FALSE;
  self->listening = TRUE;
  return TRUE;
}

/* (transfer full) (nullable): for the connection, when settings have changed */
static gchar *
take_configure (GstDeepgramStt *self)
{
  gchar *message = NULL;

  GST_OBJECT_LOCK (self);
  if (self->changed) {
    FluxSettings settings = get_settings (self);

    message = flux_settings_make_configure (&settings);
    self->changed = FALSE;
  }
  GST_OBJECT_UNLOCK (self);
  return message;
}

static void
gst_deepgram_stt_feed_turns (GstVowelStt *stt, GstBuffer *audio)
{
  GstDeepgramStt *self = GST_DEEPGRAM_STT (stt);
  g_autofree gchar *configure = take_configure (self);
  GstMapInfo map;

  if (self->flux == NULL)
    return;
  if (configure != NULL)
    flux_session_configure (self->flux, configure);
  if (!gst_buffer_map (audio, &map, GST_MAP_READ))
    return;
  flux_session_feed (self->flux, map.data, map.size, GST_BUFFER_PTS (audio));
  gst_buffer_unmap (audio, &map);
}

static void
gst_deepgram_stt_end_turn (GstVowelStt *stt)
{
  GstDeepgramStt *self = GST_DEEPGRAM_STT (stt);

  if (self->flux != NULL)
    flux_session_end_turn (self->flux);
}

/* --- properties --- */

static void
gst_deepgram_stt_set_property (
    GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  GstDeepgramStt *self = GST_DEEPGRAM_STT (object);

  remote_settings_set_property (&self->live.settings, object, id, value, pspec);
  if (id != LIVE_STT_PROP_LANGUAGE && id != LIVE_STT_PROP_KEYTERMS
      && id < PROP_EOT_THRESHOLD)
    return;
  GST_OBJECT_LOCK (self);
  self->changed = TRUE;
  GST_OBJECT_UNLOCK (self);
}

static void
install_properties (GObjectClass *object_class)
{
  const GParamFlags flags =
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_PLAYING;

  /**
   * GstDeepgramStt:eot-threshold:
   *
   * Flux: how sure the end of a turn must be.
   */
  gst_vowel_field_install (object_class, PROP_EOT_THRESHOLD,
      g_param_spec_double ("eot-threshold", "End-of-turn threshold",
          "Flux: how sure the end of a turn must be, 0.5 to 1; 1 = only "
          "silence "
          "of eot-timeout ends one",
          0.5, 1.0, DEFAULT_EOT_THRESHOLD, flags),
      G_STRUCT_OFFSET (GstDeepgramStt, eot_threshold));
  /**
   * GstDeepgramStt:eager-eot-threshold:
   *
   * Flux: how sure the end of a turn must be to be foreseen, so that an answer
   * can be prepared.
   */
  gst_vowel_field_install (object_class, PROP_EAGER_EOT_THRESHOLD,
      g_param_spec_double ("eager-eot-threshold", "Eager end-of-turn threshold",
          "Flux: how sure the end of a turn must be to be foreseen, so that an "
          "answer can be prepared, 0.3 to 0.9 and at most eot-threshold; 0 = "
          "it is not foreseen",
          0.0, 0.9, DEFAULT_EAGER_EOT_THRESHOLD, flags),
      G_STRUCT_OFFSET (GstDeepgramStt, eager_eot_threshold));
  /**
   * GstDeepgramStt:eot-timeout:
   *
   * Flux: silence that ends a turn in any case, in ns.
   */
  gst_vowel_field_install (object_class, PROP_EOT_TIMEOUT,
      g_param_spec_uint64 ("eot-timeout", "End-of-turn timeout",
          "Flux: silence that ends a turn in any case, in ns",
          500 * GST_MSECOND, 60 * GST_SECOND, DEFAULT_EOT_TIMEOUT, flags),
      G_STRUCT_OFFSET (GstDeepgramStt, eot_timeout));
}

static void
gst_deepgram_stt_finalize (GObject *object)
{
  live_stt_clear (&GST_DEEPGRAM_STT (object)->live);
  G_OBJECT_CLASS (gst_deepgram_stt_parent_class)->finalize (object);
}

static void
gst_deepgram_stt_class_init (GstDeepgramSttClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstVowelSttClass *stt_class = GST_VOWEL_STT_CLASS (klass);

  object_class->finalize = gst_deepgram_stt_finalize;
  live_stt_class_init (
      stt_class, G_STRUCT_OFFSET (GstDeepgramStt, live), &vendor);
  live_start = stt_class->start;
  live_stop = stt_class->stop;
  stt_class->start = GST_DEBUG_FUNCPTR (gst_deepgram_stt_start);
  stt_class->stop = GST_DEBUG_FUNCPTR (gst_deepgram_stt_stop);
  stt_class->has_turns = GST_DEBUG_FUNCPTR (gst_deepgram_stt_has_turns);
  stt_class->begin_turns = GST_DEBUG_FUNCPTR (gst_deepgram_stt_begin_turns);
  stt_class->feed_turns = GST_DEBUG_FUNCPTR (gst_deepgram_stt_feed_turns);
  stt_class->end_turn = GST_DEBUG_FUNCPTR (gst_deepgram_stt_end_turn);
  stt_class->stop_turns = GST_DEBUG_FUNCPTR (gst_deepgram_stt_stop_turns);
  object_class->set_property = gst_deepgram_stt_set_property;
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
  live_stt_init (&self->live, GST_VOWEL_STT (self), &vendor);
  self->eot_threshold = DEFAULT_EOT_THRESHOLD;
  self->eager_eot_threshold = DEFAULT_EAGER_EOT_THRESHOLD;
  self->eot_timeout = DEFAULT_EOT_TIMEOUT;
}
