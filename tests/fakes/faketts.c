/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:element-faketts
 * @title: faketts
 * @short_description: Speaks a tone
 *
 * A 440 Hz tone, `ms-per-character` long for each character; with the property
 * `level` no tone, but all samples of the value that the first digit in the
 * text says, in thousands, which tells whose audio this is. The voice `quiet`
 * is half as loud as the voice `fake`.
 */

#include "config.h"

#include <math.h>
#include <string.h>

#include "fakes.h"
#include "fakework.h"

#define DEFAULT_MS_PER_CHARACTER 60
#define DEFAULT_RATE 24000

enum {
  PROP_RATE = FAKE_N_PROPS,
  PROP_MARKS,
  PROP_LEVEL,
  PROP_MS_PER_CHARACTER,
};

#define FAKE_TYPE_TTS (fake_tts_get_type ())
G_DECLARE_FINAL_TYPE (FakeTts, fake_tts, FAKE, TTS, GstVowelTts)

struct _FakeTts {
  GstVowelTts parent;

  FakeWork work; /* of GstVowelTtsJob */

  /* Protected by the object lock. */
  gint rate;
  gboolean marks;
  gboolean level;
  guint ms_per_character;
};

G_DEFINE_FINAL_TYPE (FakeTts, fake_tts, GST_TYPE_VOWEL_TTS)
GST_ELEMENT_REGISTER_DEFINE (faketts, "faketts", GST_RANK_NONE, FAKE_TYPE_TTS)

static GstStaticPadTemplate src_template =
    GST_STATIC_PAD_TEMPLATE ("src", GST_PAD_SRC, GST_PAD_ALWAYS,
        GST_STATIC_CAPS ("audio/x-raw, format=S16LE, rate=[ 1000, 192000 ], "
                         "channels=1, layout=interleaved"));

static void
fill (FakeTts *self, const gchar *text, gint loudness, gint16 *samples, gsize n)
{
  const gchar *digit = strpbrk (text, "0123456789");
  const gint16 level = digit != NULL ? (*digit - '0') * loudness : 0;
  const gsize period = self->level ? 1 : MAX (self->rate / 440, 2);

  for (gsize i = 0; i < MIN (period, n); i++)
    samples[i] = GINT16_TO_LE (
        self->level
            ? level
            : (gint16) (8.0 * loudness * sin (2.0 * G_PI * i / period)));
  for (gsize i = period; i < n; i++)
    samples[i] = samples[i - period];
}

static void
speak (FakeTts *self, GstVowelTtsJob *job)
{
  GstVowelTts *tts = GST_VOWEL_TTS (self);
  const gchar *text = gst_vowel_tts_job_get_text (job);
  const gchar *voice = gst_vowel_tts_job_get_voice (job);
  glong chars = g_utf8_strlen (text, -1);
  gsize per_char = self->rate * self->ms_per_character / 1000;
  gsize n = chars * per_char;
  gint16 *samples = g_new (gint16, n);
  GstBuffer *buffer = gst_buffer_new_wrapped (samples, n * sizeof (gint16));

  fill (self, text, g_strcmp0 (voice, "quiet") == 0 ? 500 : 1000, samples, n);
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

  switch (
      fake_work_begin (&self->work, gst_vowel_tts_job_get_text (job), error)) {
    case FAKE_FAIL:
    case FAKE_REFUSE:
      return FALSE;
    case FAKE_HOLD:
      fake_work_hold (&self->work, gst_vowel_tts_job_ref (job));
      break;
    case FAKE_NEVER:
      break;
    case FAKE_OK:
      speak (self, job);
      break;
  }
  return TRUE;
}

static gchar **
fake_tts_list_voices (GstVowelTts *tts)
{
  static const gchar *const voices[] = {"fake", "quiet", NULL};

  return g_strdupv ((gchar **) voices);
}

static void
fake_tts_cancel (GstVowelTts *tts, GstVowelTtsJob *job)
{
  fake_work_count_cancelled (&FAKE_TTS (tts)->work);
}

static void
fake_tts_stop (GstVowelTts *tts)
{
  g_ptr_array_unref (fake_work_take_held (&FAKE_TTS (tts)->work));
}

/* The newest first, so that order is the base's doing; also jobs that were
 * cancelled. */
static void
release (gpointer user_data)
{
  FakeTts *self = FAKE_TTS (user_data);
  g_autoptr (GPtrArray) held = fake_work_take_held (&self->work);

  for (guint i = held->len; i-- > 0;)
    speak (self, g_ptr_array_index (held, i));
}

static void
fake_tts_finalize (GObject *object)
{
  fake_work_clear (&FAKE_TTS (object)->work);
  G_OBJECT_CLASS (fake_tts_parent_class)->finalize (object);
}

static void
fake_tts_class_init (FakeTtsClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstVowelTtsClass *tts_class = GST_VOWEL_TTS_CLASS (klass);
  const GParamFlags readwrite = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;

  object_class->finalize = fake_tts_finalize;
  tts_class->stop = fake_tts_stop;
  tts_class->synthesize = fake_tts_synthesize;
  tts_class->cancel = fake_tts_cancel;
  tts_class->list_voices = fake_tts_list_voices;

  fake_work_class_init (object_class, G_STRUCT_OFFSET (FakeTts, work));
  gst_vowel_field_install (object_class, PROP_RATE,
      g_param_spec_int ("rate", "Rate", "Samples per second", 1000, 192000,
          DEFAULT_RATE, readwrite),
      G_STRUCT_OFFSET (FakeTts, rate));
  gst_vowel_field_install (object_class, PROP_MARKS,
      g_param_spec_boolean ("marks", "Marks",
          "Tell where each character begins", FALSE, readwrite),
      G_STRUCT_OFFSET (FakeTts, marks));
  gst_vowel_field_install (object_class, PROP_LEVEL,
      g_param_spec_boolean ("level", "Level",
          "No tone: the first digit in the text, in thousands", FALSE,
          readwrite),
      G_STRUCT_OFFSET (FakeTts, level));
  gst_vowel_field_install (object_class, PROP_MS_PER_CHARACTER,
      g_param_spec_uint ("ms-per-character", "Milliseconds per character",
          "How long it speaks", 1, 1000, DEFAULT_MS_PER_CHARACTER, readwrite),
      G_STRUCT_OFFSET (FakeTts, ms_per_character));

  gst_element_class_add_static_pad_template (element_class, &src_template);
  gst_element_class_set_static_metadata (element_class, "Fake text to speech",
      "Source/Audio/Text", "Speaks a tone", GST_PACKAGE_NAME);
  gst_vowel_provider_class_set_name (
      element_class, GST_VOWEL_PROVIDER_TTS, "fake");
  gst_vowel_provider_class_set_profiles (
      element_class, GST_VOWEL_PROVIDER_TTS, "spare third");
}

static void
fake_tts_init (FakeTts *self)
{
  self->rate = DEFAULT_RATE;
  self->ms_per_character = DEFAULT_MS_PER_CHARACTER;
  fake_work_init (
      &self->work, self, (GDestroyNotify) gst_vowel_tts_job_unref, release);
}
