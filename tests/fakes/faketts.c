/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:element-faketts
 * @title: faketts
 * @short_description: Speaks a tone
 *
 * 60 ms of a 440 Hz tone for each character.
 */

#include "config.h"

#include <math.h>

#include "fakes.h"

#define MS_PER_CHARACTER 60
#define DEFAULT_RATE 24000

enum {
  PROP_0,
  PROP_MODE,
  PROP_FAILURES,
  PROP_RATE,
  PROP_MARKS,
  PROP_TRIES,
  PROP_CANCELLED,
  PROP_HELD,
};

enum {
  SIGNAL_RELEASE,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

#define FAKE_TYPE_TTS (fake_tts_get_type ())
G_DECLARE_FINAL_TYPE (FakeTts, fake_tts, FAKE, TTS, GstVowelTts)

struct _FakeTts {
  GstVowelTts parent;

  /* Protected by the object lock. */
  FakeMode mode;
  guint failures;
  gint rate;
  gboolean marks;
  guint tries;
  guint cancelled;
  guint n_held;

  /* Worker thread only. */
  GPtrArray *held; /* of GstVowelTtsJob */
};

G_DEFINE_FINAL_TYPE (FakeTts, fake_tts, GST_TYPE_VOWEL_TTS)
GST_ELEMENT_REGISTER_DEFINE (faketts, "faketts", GST_RANK_NONE, FAKE_TYPE_TTS)

static GstStaticPadTemplate src_template =
    GST_STATIC_PAD_TEMPLATE ("src", GST_PAD_SRC, GST_PAD_ALWAYS,
        GST_STATIC_CAPS ("audio/x-raw, format=S16LE, rate=[ 1000, 192000 ], "
                         "channels=1, layout=interleaved"));

static void
speak (FakeTts *self, GstVowelTtsJob *job)
{
  GstVowelTts *tts = GST_VOWEL_TTS (self);
  glong chars = g_utf8_strlen (gst_vowel_tts_job_get_text (job), -1);
  gsize per_char = self->rate * MS_PER_CHARACTER / 1000;
  gsize n = chars * per_char;
  GstBuffer *buffer = gst_buffer_new_allocate (NULL, n * 2, NULL);
  GstMapInfo map;

  if (gst_buffer_map (buffer, &map, GST_MAP_WRITE)) {
    gint16 *samples = (gint16 *) map.data;
    gsize period = MAX (self->rate / 440, 2);

    for (gsize i = 0; i < n; i++)
      samples[i] = GINT16_TO_LE (
          i < period
              ? (gint16) (8000.0 * sin (2.0 * G_PI * i / (gdouble) period))
              : GINT16_FROM_LE (samples[i - period]));
    gst_buffer_unmap (buffer, &map);
  }
  for (glong i = 0; self->marks && i < chars; i++)
    gst_vowel_tts_mark (tts, job, i, i * per_char);
  gst_vowel_tts_set_rate (tts, self->rate);
  if (gst_vowel_tts_push_audio (tts, job, buffer))
    gst_vowel_tts_finish (tts, job);
}

static gboolean
fake_tts_synthesize (GstVowelTts *tts, GstVowelTtsJob *job, GError **error)
{
  FakeTts *self = FAKE_TTS (tts);
  gboolean fail;

  GST_OBJECT_LOCK (self);
  self->tries++;
  fail = self->mode == FAKE_FAIL && self->tries <= self->failures;
  GST_OBJECT_UNLOCK (self);
  if (fail) {
    g_propagate_error (error, fake_error_new ());
    return FALSE;
  }
  switch (self->mode) {
    case FAKE_HOLD:
      g_ptr_array_add (self->held, gst_vowel_tts_job_ref (job));
      GST_OBJECT_LOCK (self);
      self->n_held = self->held->len;
      GST_OBJECT_UNLOCK (self);
      break;
    case FAKE_NEVER:
      break;
    default:
      speak (self, job);
      break;
  }
  return TRUE;
}

static void
fake_tts_cancel (GstVowelTts *tts, GstVowelTtsJob *job)
{
  GST_OBJECT_LOCK (tts);
  FAKE_TTS (tts)->cancelled++;
  GST_OBJECT_UNLOCK (tts);
}

static void
fake_tts_stop (GstVowelTts *tts)
{
  g_ptr_array_set_size (FAKE_TTS (tts)->held, 0);
}

/* The newest first, so that order is the base's doing; also jobs that were
 * cancelled. */
static void
do_release (gpointer user_data)
{
  FakeTts *self = FAKE_TTS (user_data);
  g_autoptr (GPtrArray) held = g_steal_pointer (&self->held);

  self->held =
      g_ptr_array_new_with_free_func ((GDestroyNotify) gst_vowel_tts_job_unref);
  GST_OBJECT_LOCK (self);
  self->n_held = 0;
  GST_OBJECT_UNLOCK (self);
  for (guint i = held->len; i-- > 0;)
    speak (self, g_ptr_array_index (held, i));
}

static void
fake_tts_release (FakeTts *self)
{
  gst_vowel_worker_call (
      gst_vowel_tts_get_worker (GST_VOWEL_TTS (self)), do_release, self);
}

static void
fake_tts_set_property (
    GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  FakeTts *self = FAKE_TTS (object);

  GST_OBJECT_LOCK (self);
  switch (id) {
    case PROP_MODE:
      self->mode = g_value_get_enum (value);
      break;
    case PROP_FAILURES:
      self->failures = g_value_get_uint (value);
      break;
    case PROP_RATE:
      self->rate = g_value_get_int (value);
      break;
    case PROP_MARKS:
      self->marks = g_value_get_boolean (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
  }
  GST_OBJECT_UNLOCK (self);
}

static void
fake_tts_get_property (
    GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  FakeTts *self = FAKE_TTS (object);

  GST_OBJECT_LOCK (self);
  switch (id) {
    case PROP_MODE:
      g_value_set_enum (value, self->mode);
      break;
    case PROP_FAILURES:
      g_value_set_uint (value, self->failures);
      break;
    case PROP_RATE:
      g_value_set_int (value, self->rate);
      break;
    case PROP_MARKS:
      g_value_set_boolean (value, self->marks);
      break;
    case PROP_TRIES:
      g_value_set_uint (value, self->tries);
      break;
    case PROP_CANCELLED:
      g_value_set_uint (value, self->cancelled);
      break;
    case PROP_HELD:
      g_value_set_uint (value, self->n_held);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
  }
  GST_OBJECT_UNLOCK (self);
}

static void
fake_tts_finalize (GObject *object)
{
  g_ptr_array_unref (FAKE_TTS (object)->held);
  G_OBJECT_CLASS (fake_tts_parent_class)->finalize (object);
}

static void
fake_tts_class_init (FakeTtsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstVowelTtsClass *tts_class = GST_VOWEL_TTS_CLASS (klass);
  const GParamFlags readwrite = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;
  const GParamFlags readable = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->finalize = fake_tts_finalize;
  object_class->set_property = fake_tts_set_property;
  object_class->get_property = fake_tts_get_property;
  tts_class->stop = fake_tts_stop;
  tts_class->synthesize = fake_tts_synthesize;
  tts_class->cancel = fake_tts_cancel;

  g_object_class_install_property (object_class, PROP_MODE,
      g_param_spec_enum ("mode", "Mode", "What to do", fake_mode_get_type (),
          FAKE_OK, readwrite));
  g_object_class_install_property (object_class, PROP_FAILURES,
      g_param_spec_uint ("failures", "Failures", "How many tries fail", 0,
          G_MAXUINT, G_MAXUINT, readwrite));
  g_object_class_install_property (object_class, PROP_RATE,
      g_param_spec_int ("rate", "Rate", "Samples per second", 1000, 192000,
          DEFAULT_RATE, readwrite));
  g_object_class_install_property (object_class, PROP_MARKS,
      g_param_spec_boolean ("marks", "Marks",
          "Tell where each character begins", FALSE, readwrite));
  g_object_class_install_property (object_class, PROP_TRIES,
      g_param_spec_uint ("tries", "Tries", "How often it was asked", 0,
          G_MAXUINT, 0, readable));
  g_object_class_install_property (object_class, PROP_CANCELLED,
      g_param_spec_uint ("cancelled", "Cancelled", "Jobs cancelled", 0,
          G_MAXUINT, 0, readable));
  g_object_class_install_property (object_class, PROP_HELD,
      g_param_spec_uint ("held", "Held", "Jobs that wait for a release", 0,
          G_MAXUINT, 0, readable));
  signals[SIGNAL_RELEASE] = g_signal_new_class_handler ("release",
      G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION,
      G_CALLBACK (fake_tts_release), NULL, NULL, NULL, G_TYPE_NONE, 0);

  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (element_class, "Fake text to speech",
      "Source/Audio/Text", "Speaks a tone", GST_PACKAGE_NAME);
  gst_vowel_provider_class_set_name (
      element_class, GST_VOWEL_PROVIDER_TTS, "fake");
}

static void
fake_tts_init (FakeTts *self)
{
  self->failures = G_MAXUINT;
  self->rate = DEFAULT_RATE;
  self->held =
      g_ptr_array_new_with_free_func ((GDestroyNotify) gst_vowel_tts_job_unref);
}
