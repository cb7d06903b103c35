/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:element-fakestt
 * @title: fakestt
 * @short_description: Recognises what it is told
 *
 * The property `text` has one transcript per utterance, separated by `|`; the
 * last one repeats. Unset, the transcript is "N samples", which tells exactly
 * how the base class has cut; or with the property `level` "level N", the
 * loudest sample in thousands, which tells whose audio this was, and nothing
 * below 500. With the property `turns` it decides about turns (faketurns.h),
 * and with `lose` it then breaks off at the next audio. The text "settings"
 * stands for what `language` and `prompt` are.
 */

#include "config.h"

#include "fakes.h"
#include "faketurns.h"
#include "fakework.h"

enum {
  PROP_TEXT = FAKE_N_PROPS,
  PROP_LEVEL,
  PROP_INTERIM,
  PROP_FIRST_SAMPLE,
  PROP_LANGUAGE,
  PROP_PROMPT,
  PROP_TURNS,
  PROP_LOSE,
};

typedef struct {
  FakeMode mode;
  guint64 samples;
  gint peak;
  gboolean interim_sent;
} Heard;

#define FAKE_TYPE_STT (fake_stt_get_type ())
G_DECLARE_FINAL_TYPE (FakeStt, fake_stt, FAKE, STT, GstVowelStt)

struct _FakeStt {
  GstVowelStt parent;

  FakeWork work; /* of GstVowelUtterance */

  /* Protected by the object lock. */
  gchar *text;
  gboolean level;
  gboolean interim;
  gint first_sample;
  gchar *language;
  gchar *prompt;
  gboolean turns;
  gboolean lose;

  /* Worker thread only. */
  guint count;
  FakeTurns heard;
};

G_DEFINE_FINAL_TYPE (FakeStt, fake_stt, GST_TYPE_VOWEL_STT)
GST_ELEMENT_REGISTER_DEFINE (fakestt, "fakestt", GST_RANK_NONE, FAKE_TYPE_STT)

static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE ("sink",
    GST_PAD_SINK, GST_PAD_ALWAYS,
    GST_STATIC_CAPS ("audio/x-raw, format=S16LE, rate=[ 1, max ], channels=1, "
                     "layout=interleaved"));

static gchar *
next_text (FakeStt *self, const Heard *heard)
{
  g_auto (GStrv) texts = NULL;
  gchar *settings = NULL;
  gboolean level;
  guint n;

  GST_OBJECT_LOCK (self);
  if (g_strcmp0 (self->text, "settings") == 0)
    settings = g_strdup_printf (
        "language %s, prompt %s", self->language, self->prompt);
  else if (self->text != NULL)
    texts = g_strsplit (self->text, "|", -1);
  level = self->level;
  GST_OBJECT_UNLOCK (self);
  if (settings != NULL)
    return settings;
  if (texts == NULL && level)
    return heard->peak < 500
               ? g_strdup ("")
               : g_strdup_printf ("level %d", (heard->peak + 500) / 1000);
  if (texts == NULL)
    return g_strdup_printf ("%" G_GUINT64_FORMAT " samples", heard->samples);
  n = g_strv_length (texts);
  return n > 0 ? g_strdup (texts[MIN (self->count, n - 1)]) : g_strdup ("");
}

static void
answer (FakeStt *self, GstVowelUtterance *utterance)
{
  Heard *heard = gst_vowel_utterance_get_data (utterance);
  g_autofree gchar *text = next_text (self, heard);

  self->count++;
  gst_vowel_stt_push_result (
      GST_VOWEL_STT (self), utterance, text, TRUE, 0.875);
}

static gboolean
fake_stt_begin (GstVowelStt *stt, GstVowelUtterance *utterance, GError **error)
{
  Heard heard = {fake_work_begin (&FAKE_STT (stt)->work, NULL, error)};

  if (heard.mode == FAKE_FAIL || heard.mode == FAKE_REFUSE)
    return FALSE;
  gst_vowel_utterance_set_data (
      utterance, g_memdup2 (&heard, sizeof (heard)), g_free);
  return TRUE;
}

static gint
find_peak (GstBuffer *audio)
{
  GstMapInfo map;
  gint peak = 0;

  if (!gst_buffer_map (audio, &map, GST_MAP_READ))
    return peak;
  for (gsize i = 0; i + 1 < map.size; i += 2)
    peak = MAX (peak, ABS ((gint16) GST_READ_UINT16_LE (map.data + i)));
  gst_buffer_unmap (audio, &map);
  return peak;
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
  if (self->level)
    heard->peak = MAX (heard->peak, find_peak (audio));
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
  const Heard *heard = gst_vowel_utterance_get_data (utterance);

  if (heard->mode == FAKE_OK)
    answer (self, utterance);
  else if (heard->mode == FAKE_HOLD)
    fake_work_hold (&self->work, gst_vowel_utterance_ref (utterance));
}

static void
fake_stt_cancel (GstVowelStt *stt, GstVowelUtterance *utterance)
{
  fake_work_count_cancelled (&FAKE_STT (stt)->work);
}

static void
fake_stt_stop (GstVowelStt *stt)
{
  g_ptr_array_unref (fake_work_take_held (&FAKE_STT (stt)->work));
  FAKE_STT (stt)->count = 0;
}

static gboolean
fake_stt_has_turns (GstVowelStt *stt)
{
  return FAKE_STT (stt)->turns;
}

static gboolean
fake_stt_begin_turns (GstVowelStt *stt, GError **error)
{
  FakeMode mode = fake_work_begin (&FAKE_STT (stt)->work, NULL, error);

  fake_turns_begin (&FAKE_STT (stt)->heard);
  return mode != FAKE_FAIL && mode != FAKE_REFUSE;
}

static void
fake_stt_feed_turns (GstVowelStt *stt, GstBuffer *audio)
{
  FakeStt *self = FAKE_STT (stt);
  g_autoptr (GError) error = NULL;
  gboolean lose;

  GST_OBJECT_LOCK (self);
  lose = self->lose;
  self->lose = FALSE;
  GST_OBJECT_UNLOCK (self);
  if (lose) {
    g_set_error_literal (
        &error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_UPSTREAM, "Told to break");
    gst_vowel_stt_turns_failed (stt, 0, error);
    return;
  }
  fake_turns_feed (&self->heard, stt, audio, find_peak (audio));
}

static void
fake_stt_end_turn (GstVowelStt *stt)
{
  fake_turns_end (&FAKE_STT (stt)->heard, stt);
}

static void
fake_stt_stop_turns (GstVowelStt *stt)
{
  fake_work_count_cancelled (&FAKE_STT (stt)->work);
}

/* Newest first, also those that are no longer live: late results. */
static void
release (gpointer user_data)
{
  FakeStt *self = FAKE_STT (user_data);
  g_autoptr (GPtrArray) held = fake_work_take_held (&self->work);

  for (guint i = held->len; i-- > 0;)
    answer (self, g_ptr_array_index (held, i));
}

static void
fake_stt_finalize (GObject *object)
{
  fake_work_clear (&FAKE_STT (object)->work);
  g_free (FAKE_STT (object)->text);
  g_free (FAKE_STT (object)->language);
  g_free (FAKE_STT (object)->prompt);
  G_OBJECT_CLASS (fake_stt_parent_class)->finalize (object);
}

static void
fake_stt_class_init (FakeSttClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstVowelSttClass *stt_class = GST_VOWEL_STT_CLASS (klass);

  object_class->finalize = fake_stt_finalize;
  stt_class->stop = fake_stt_stop;
  stt_class->begin_utterance = fake_stt_begin;
  stt_class->feed = fake_stt_feed;
  stt_class->end_utterance = fake_stt_end;
  stt_class->cancel_utterance = fake_stt_cancel;
  stt_class->has_turns = fake_stt_has_turns;
  stt_class->begin_turns = fake_stt_begin_turns;
  stt_class->feed_turns = fake_stt_feed_turns;
  stt_class->end_turn = fake_stt_end_turn;
  stt_class->stop_turns = fake_stt_stop_turns;

  fake_work_class_init (object_class, G_STRUCT_OFFSET (FakeStt, work));
  gst_vowel_field_install (object_class, PROP_TEXT,
      g_param_spec_string ("text", "Text",
          "Transcripts, separated by |; unset = the number of samples", NULL,
          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS),
      G_STRUCT_OFFSET (FakeStt, text));
  gst_vowel_field_install (object_class, PROP_LEVEL,
      g_param_spec_boolean ("level", "Level",
          "Without a text: the loudest sample, in thousands", FALSE,
          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS),
      G_STRUCT_OFFSET (FakeStt, level));
  gst_vowel_field_install (object_class, PROP_INTERIM,
      g_param_spec_boolean ("interim", "Interim",
          "An interim result with the first audio", FALSE,
          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS),
      G_STRUCT_OFFSET (FakeStt, interim));
  gst_vowel_field_install (object_class, PROP_FIRST_SAMPLE,
      g_param_spec_int ("first-sample", "First sample",
          "First sample of the newest utterance", G_MININT16, G_MAXINT16, 0,
          G_PARAM_READABLE | G_PARAM_STATIC_STRINGS),
      G_STRUCT_OFFSET (FakeStt, first_sample));
  gst_vowel_field_install (object_class, PROP_LANGUAGE,
      g_param_spec_string ("language", "Language", "Told by `settings`", NULL,
          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS),
      G_STRUCT_OFFSET (FakeStt, language));
  gst_vowel_field_install (object_class, PROP_PROMPT,
      g_param_spec_string ("prompt", "Prompt", "Told by `settings`", NULL,
          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS),
      G_STRUCT_OFFSET (FakeStt, prompt));

  gst_vowel_field_install (object_class, PROP_TURNS,
      g_param_spec_boolean ("turns", "Turns", "It decides about turns", FALSE,
          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS),
      G_STRUCT_OFFSET (FakeStt, turns));
  gst_vowel_field_install (object_class, PROP_LOSE,
      g_param_spec_boolean ("lose", "Lose", "Break off at the next audio",
          FALSE, G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS),
      G_STRUCT_OFFSET (FakeStt, lose));

  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_set_static_metadata (element_class, "Fake speech to text",
      "Sink/Audio/Text", "Recognises what it is told", GST_PACKAGE_NAME);
  gst_vowel_provider_class_set_name (
      element_class, GST_VOWEL_PROVIDER_STT, "fake");
  gst_vowel_provider_class_set_profiles (
      element_class, GST_VOWEL_PROVIDER_STT, "spare third");
}

static void
fake_stt_init (FakeStt *self)
{
  fake_work_init (
      &self->work, self, (GDestroyNotify) gst_vowel_utterance_unref, release);
}
