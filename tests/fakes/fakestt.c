/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:element-fakestt
 * @title: fakestt
 * @short_description: Recognises what it is told
 *
 * The property `text` has one transcript per utterance, separated by `|`; the
 * last one repeats. Unset, the transcript is "N samples", which tells exactly
 * how the base class has cut.
 */

#include "config.h"

#include <string.h>

#include "fakes.h"

enum {
  PROP_0,
  PROP_MODE,
  PROP_TEXT,
  PROP_INTERIM,
  PROP_FIRST_SAMPLE,
  PROP_CANCELLED,
};

enum {
  SIGNAL_RELEASE,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

typedef struct {
  guint64 samples;
  gboolean interim_sent;
} Heard;

#define FAKE_TYPE_STT (fake_stt_get_type ())
G_DECLARE_FINAL_TYPE (FakeStt, fake_stt, FAKE, STT, GstVowelStt)

struct _FakeStt {
  GstVowelStt parent;

  /* Protected by the object lock. */
  FakeMode mode;
  gchar *text;
  gboolean interim;
  gint first_sample;
  guint cancelled;

  /* Worker thread only. */
  guint count;
  GPtrArray *held; /* of GstVowelUtterance */
};

G_DEFINE_FINAL_TYPE (FakeStt, fake_stt, GST_TYPE_VOWEL_STT)
GST_ELEMENT_REGISTER_DEFINE (fakestt, "fakestt", GST_RANK_NONE, FAKE_TYPE_STT)

static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE ("sink",
    GST_PAD_SINK, GST_PAD_ALWAYS,
    GST_STATIC_CAPS ("audio/x-raw, format=S16LE, rate=[ 1, max ], channels=1, "
                     "layout=interleaved"));

static gchar *
next_text (FakeStt *self, guint64 samples)
{
  g_auto (GStrv) texts = NULL;
  guint n;

  GST_OBJECT_LOCK (self);
  if (self->text != NULL)
    texts = g_strsplit (self->text, "|", -1);
  GST_OBJECT_UNLOCK (self);
  if (texts == NULL)
    return g_strdup_printf ("%" G_GUINT64_FORMAT " samples", samples);
  n = g_strv_length (texts);
  return n > 0 ? g_strdup (texts[MIN (self->count, n - 1)]) : g_strdup ("");
}

static void
answer (FakeStt *self, GstVowelUtterance *utterance)
{
  Heard *heard = gst_vowel_utterance_get_data (utterance);
  g_autofree gchar *text = next_text (self, heard->samples);

  self->count++;
  gst_vowel_stt_push_result (
      GST_VOWEL_STT (self), utterance, text, TRUE, 0.875);
}

static gboolean
fake_stt_begin (GstVowelStt *stt, GstVowelUtterance *utterance, GError **error)
{
  FakeStt *self = FAKE_STT (stt);

  if (self->mode == FAKE_FAIL) {
    g_propagate_error (error, fake_error_new ());
    return FALSE;
  }
  gst_vowel_utterance_set_data (utterance, g_new0 (Heard, 1), g_free);
  return TRUE;
}

static void
fake_stt_feed (GstVowelStt *stt, GstVowelUtterance *utterance, GstBuffer *audio)
{
  FakeStt *self = FAKE_STT (stt);
  Heard *heard = gst_vowel_utterance_get_data (utterance);
  gint16 sample = 0;

  if (heard->samples == 0) {
    gst_buffer_extract (audio, 0, &sample, sizeof (sample));
    GST_OBJECT_LOCK (self);
    self->first_sample = GINT16_FROM_LE (sample);
    GST_OBJECT_UNLOCK (self);
  }
  heard->samples += gst_buffer_get_size (audio) / sizeof (gint16);
  if (self->interim && !heard->interim_sent) {
    heard->interim_sent = TRUE;
    gst_vowel_stt_push_result (stt, utterance, "…", FALSE, -1.0);
  }
}

static void
fake_stt_end (GstVowelStt *stt, GstVowelUtterance *utterance)
{
  FakeStt *self = FAKE_STT (stt);

  if (self->mode == FAKE_OK)
    answer (self, utterance);
  else if (self->mode == FAKE_HOLD)
    g_ptr_array_add (self->held, gst_vowel_utterance_ref (utterance));
}

static void
fake_stt_cancel (GstVowelStt *stt, GstVowelUtterance *utterance)
{
  GST_OBJECT_LOCK (stt);
  FAKE_STT (stt)->cancelled++;
  GST_OBJECT_UNLOCK (stt);
}

static void
fake_stt_stop (GstVowelStt *stt)
{
  g_ptr_array_set_size (FAKE_STT (stt)->held, 0);
  FAKE_STT (stt)->count = 0;
}

/* Newest first, also those that are no longer live: late results. */
static void
do_release (gpointer user_data)
{
  FakeStt *self = FAKE_STT (user_data);

  while (self->held->len > 0) {
    GstVowelUtterance *utterance =
        g_ptr_array_steal_index (self->held, self->held->len - 1);

    answer (self, utterance);
    gst_vowel_utterance_unref (utterance);
  }
}

static void
fake_stt_release (FakeStt *self)
{
  gst_vowel_worker_call (
      gst_vowel_stt_get_worker (GST_VOWEL_STT (self)), do_release, self);
}

static void
fake_stt_set_property (
    GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  FakeStt *self = FAKE_STT (object);

  GST_OBJECT_LOCK (self);
  switch (id) {
    case PROP_MODE:
      self->mode = g_value_get_enum (value);
      break;
    case PROP_TEXT:
      g_free (self->text);
      self->text = g_value_dup_string (value);
      break;
    case PROP_INTERIM:
      self->interim = g_value_get_boolean (value);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
  }
  GST_OBJECT_UNLOCK (self);
}

static void
fake_stt_get_property (
    GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  FakeStt *self = FAKE_STT (object);

  GST_OBJECT_LOCK (self);
  switch (id) {
    case PROP_MODE:
      g_value_set_enum (value, self->mode);
      break;
    case PROP_TEXT:
      g_value_set_string (value, self->text);
      break;
    case PROP_INTERIM:
      g_value_set_boolean (value, self->interim);
      break;
    case PROP_FIRST_SAMPLE:
      g_value_set_int (value, self->first_sample);
      break;
    case PROP_CANCELLED:
      g_value_set_uint (value, self->cancelled);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
      break;
  }
  GST_OBJECT_UNLOCK (self);
}

static void
fake_stt_finalize (GObject *object)
{
  g_ptr_array_unref (FAKE_STT (object)->held);
  g_free (FAKE_STT (object)->text);
  G_OBJECT_CLASS (fake_stt_parent_class)->finalize (object);
}

static void
fake_stt_class_init (FakeSttClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstVowelSttClass *stt_class = GST_VOWEL_STT_CLASS (klass);

  object_class->finalize = fake_stt_finalize;
  object_class->set_property = fake_stt_set_property;
  object_class->get_property = fake_stt_get_property;
  stt_class->stop = fake_stt_stop;
  stt_class->begin_utterance = fake_stt_begin;
  stt_class->feed = fake_stt_feed;
  stt_class->end_utterance = fake_stt_end;
  stt_class->cancel_utterance = fake_stt_cancel;

  g_object_class_install_property (object_class, PROP_MODE,
      g_param_spec_enum ("mode", "Mode", "What to do", fake_mode_get_type (),
          FAKE_OK, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS));
  g_object_class_install_property (object_class, PROP_TEXT,
      g_param_spec_string ("text", "Text",
          "Transcripts, separated by |; unset = the number of samples", NULL,
          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS));
  g_object_class_install_property (object_class, PROP_INTERIM,
      g_param_spec_boolean ("interim", "Interim",
          "An interim result with the first audio", FALSE,
          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS));
  g_object_class_install_property (object_class, PROP_FIRST_SAMPLE,
      g_param_spec_int ("first-sample", "First sample",
          "First sample of the newest utterance", G_MININT16, G_MAXINT16, 0,
          G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));
  g_object_class_install_property (object_class, PROP_CANCELLED,
      g_param_spec_uint ("cancelled", "Cancelled", "Utterances cancelled", 0,
          G_MAXUINT, 0, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS));
  signals[SIGNAL_RELEASE] = g_signal_new_class_handler ("release",
      G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION,
      G_CALLBACK (fake_stt_release), NULL, NULL, NULL, G_TYPE_NONE, 0);

  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_set_static_metadata (element_class, "Fake speech to text",
      "Sink/Audio/Text", "Recognises what it is told", GST_PACKAGE_NAME);
  gst_vowel_provider_class_set_name (
      element_class, GST_VOWEL_PROVIDER_STT, "fake");
}

static void
fake_stt_init (FakeStt *self)
{
  self->held = g_ptr_array_new_with_free_func (
      (GDestroyNotify) gst_vowel_utterance_unref);
}
