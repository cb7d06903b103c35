/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "fuzz-engine.h"

#include "session/error.h"

typedef struct {
  guint64 id;
  gboolean spoken;
  gboolean generated;
  gboolean audio_ended;
  glong n_chars; /* of the text so far */
  glong n_voiced;
  VowelAudioFormat format;
  gchar *call_id; /* (nullable): of the open call */
  gchar *call_name;
  GString *call_arguments;
} Generation;

/* An utterance has begun or ended. */
typedef struct {
  gboolean stop;
  guint64 utterance;
  gint64 at_us;
  gboolean emulated;
} Report;

struct _FuzzEngine {
  GObject parent;

  const VowelEngineListener *listener; /* (nullable) while it runs */
  gpointer user_data;

  VowelAudioFormat input_format;
  gint64 input_us;
  guint64 n_utterances;
  guint64 unannounced; /* an utterance that no detector has heard; 0: none */
  gboolean is_open;
  gboolean hold;
  GArray *due;        /* Report */
  GArray *recognised; /* guint64: ended utterances without a final text */
  GArray *recordings; /* guint64: not yet transcribed */

  GPtrArray *generations; /* Generation, oldest first */
  guint n_calls;
};

static void fuzz_engine_iface_init (VowelEngineInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (FuzzEngine, fuzz_engine, G_TYPE_OBJECT,
    G_IMPLEMENT_INTERFACE (VOWEL_TYPE_ENGINE, fuzz_engine_iface_init))

static void
generation_free (Generation *generation)
{
  g_free (generation->call_id);
  g_free (generation->call_name);
  if (generation->call_arguments != NULL)
    g_string_free (generation->call_arguments, TRUE);
  g_free (generation);
}

static void
fuzz_engine_init (FuzzEngine *engine)
{
  engine->due = g_array_new (FALSE, FALSE, sizeof (Report));
  engine->recognised = g_array_new (FALSE, FALSE, sizeof (guint64));
  engine->recordings = g_array_new (FALSE, FALSE, sizeof (guint64));
  engine->generations =
      g_ptr_array_new_with_free_func ((GDestroyNotify) generation_free);
}

static void
fuzz_engine_finalize (GObject *object)
{
  FuzzEngine *self = FUZZ_ENGINE (object);

  g_array_unref (self->due);
  g_array_unref (self->recognised);
  g_array_unref (self->recordings);
  g_ptr_array_unref (self->generations);
  G_OBJECT_CLASS (fuzz_engine_parent_class)->finalize (object);
}

static void
fuzz_engine_class_init (FuzzEngineClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = fuzz_engine_finalize;
}

FuzzEngine *
fuzz_engine_new (void)
{
  return g_object_new (FUZZ_TYPE_ENGINE, NULL);
}

/* What the session asks */

static gboolean
fuzz_engine_start (VowelEngine *engine, const VowelEngineListener *listener,
    gpointer user_data, GError **error)
{
  FuzzEngine *self = FUZZ_ENGINE (engine);

  g_assert_null (self->listener);
  self->listener = listener;
  self->user_data = user_data;
  return TRUE;
}

static void
fuzz_engine_stop (VowelEngine *engine)
{
  FUZZ_ENGINE (engine)->listener = NULL;
}

static gboolean
fuzz_engine_configure (
    VowelEngine *engine, const VowelSessionConfig *config, GError **error)
{
  FUZZ_ENGINE (engine)->input_format = config->input_format;
  return TRUE;
}

static void
fuzz_engine_push_audio (VowelEngine *engine, GBytes *audio)
{
  FuzzEngine *self = FUZZ_ENGINE (engine);
  gsize size = g_bytes_get_size (audio);

  g_assert_cmpuint (size, >, 0);
  g_assert_cmpuint (
      size % vowel_audio_format_sample_size (&self->input_format), ==, 0);
  self->input_us += vowel_audio_format_duration_us (&self->input_format, size);
}

static void
begin (FuzzEngine *self, gint64 at_us, gboolean emulated)
{
  Report report = {
      FALSE, ++self->n_utterances, CLAMP (at_us, 0, self->input_us), emulated};

  self->is_open = TRUE;
  g_array_append_val (self->due, report);
}

static void
end (FuzzEngine *self, gboolean emulated)
{
  Report report = {TRUE, self->n_utterances, self->input_us, emulated};

  self->is_open = FALSE;
  g_array_append_val (self->due, report);
}

static void
fuzz_engine_begin_utterance (VowelEngine *engine, gint64 start_us)
{
  FuzzEngine *self = FUZZ_ENGINE (engine);

  if (!self->is_open)
    begin (self, start_us, TRUE);
}

static void
fuzz_engine_end_utterance (VowelEngine *engine)
{
  FuzzEngine *self = FUZZ_ENGINE (engine);

  if (!self->is_open)
    begin (self, self->input_us, TRUE);
  end (self, TRUE);
}

static void
fuzz_engine_discard_utterance (VowelEngine *engine)
{
  FUZZ_ENGINE (engine)->is_open = FALSE;
}

static Generation *
add_generation (FuzzEngine *self, const VowelGeneration *wanted)
{
  Generation *generation = g_new0 (Generation, 1);

  g_assert_nonnull (self->listener);
  for (guint i = 0; i < self->generations->len; i++) {
    Generation *other = g_ptr_array_index (self->generations, i);

    g_assert_cmpuint (other->id, <, wanted->generation);
  }
  generation->id = wanted->generation;
  generation->spoken = wanted->spoken;
  generation->format = wanted->output_format;
  g_ptr_array_add (self->generations, generation);
  return generation;
}

static void
fuzz_engine_generate (VowelEngine *engine, const VowelGeneration *wanted)
{
  add_generation (FUZZ_ENGINE (engine), wanted);
}

static gboolean
fuzz_engine_say (
    VowelEngine *engine, const VowelGeneration *wanted, const gchar *text)
{
  Generation *generation = add_generation (FUZZ_ENGINE (engine), wanted);

  generation->generated = TRUE;
  generation->n_chars = g_utf8_strlen (text, -1);
  return TRUE;
}

static void
fuzz_engine_cancel (VowelEngine *engine, guint64 id)
{
  FuzzEngine *self = FUZZ_ENGINE (engine);

  for (guint i = 0; i < self->generations->len; i++) {
    Generation *generation = g_ptr_array_index (self->generations, i);

    if (generation->id == id) {
      g_ptr_array_remove_index (self->generations, i);
      return;
    }
  }
}

static void
fuzz_engine_transcribe (VowelEngine *engine, guint64 recording, GBytes *audio,
    const VowelAudioFormat *format)
{
  FuzzEngine *self = FUZZ_ENGINE (engine);

  g_assert_nonnull (self->listener);
  g_assert_cmpuint (g_bytes_get_size (audio), >, 0);
  g_array_append_val (self->recordings, recording);
}

static void
fuzz_engine_iface_init (VowelEngineInterface *iface)
{
  iface->start = fuzz_engine_start;
  iface->stop = fuzz_engine_stop;
  iface->configure = fuzz_engine_configure;
  iface->push_audio = fuzz_engine_push_audio;
  iface->begin_utterance = fuzz_engine_begin_utterance;
  iface->end_utterance = fuzz_engine_end_utterance;
  iface->discard_utterance = fuzz_engine_discard_utterance;
  iface->generate = fuzz_engine_generate;
  iface->say = fuzz_engine_say;
  iface->cancel = fuzz_engine_cancel;
  iface->transcribe = fuzz_engine_transcribe;
}

/* What it hears */

void
fuzz_engine_deliver (FuzzEngine *self)
{
  while (!self->hold && self->listener != NULL && self->due->len > 0) {
    Report report = g_array_index (self->due, Report, 0);

    g_array_remove_index (self->due, 0);
    if (report.stop) {
      g_array_append_val (self->recognised, report.utterance);
      self->listener->speech_stopped (
          self->user_data, report.utterance, report.at_us);
    } else {
      self->listener->speech_started (
          self->user_data, report.utterance, report.at_us, report.emulated);
    }
  }
}

void
fuzz_engine_hold (FuzzEngine *self, gboolean hold)
{
  self->hold = hold;
  fuzz_engine_deliver (self);
}

void
fuzz_engine_speech (FuzzEngine *self)
{
  if (self->listener != NULL && !self->is_open)
    begin (self, self->input_us - 300000, FALSE);
  fuzz_engine_deliver (self);
}

void
fuzz_engine_silence (FuzzEngine *self)
{
  if (self->listener != NULL && self->is_open)
    end (self, FALSE);
  fuzz_engine_deliver (self);
}

void
fuzz_engine_transcript (FuzzEngine *self, const gchar *text, gboolean final)
{
  guint64 utterance = self->n_utterances;

  if (self->listener == NULL || (!final && !self->is_open))
    return;

  if (final) {
    if (self->recognised->len == 0)
      return;
    utterance = g_array_index (self->recognised, guint64, 0);
    g_array_remove_index (self->recognised, 0);
  }
  self->listener->transcript (self->user_data, utterance, text, final);
}

void
fuzz_engine_words (FuzzEngine *self, const gchar *text, gboolean final)
{
  guint64 utterance;

  if (self->listener == NULL || self->is_open)
    return;
  if (self->unannounced == 0)
    self->unannounced = ++self->n_utterances;
  utterance = self->unannounced;
  if (final)
    self->unannounced = 0;
  self->listener->transcript (self->user_data, utterance, text, final);
}

static GError *
make_error (void)
{
  return g_error_new_literal (
      VOWEL_ERROR, VOWEL_ERROR_PROVIDER, "the provider is down");
}

/* Takes the oldest; FALSE when there is none. */
static gboolean
take (FuzzEngine *self, GArray *ids, guint64 *ret_id)
{
  if (self->listener == NULL || ids->len == 0)
    return FALSE;
  *ret_id = g_array_index (ids, guint64, 0);
  g_array_remove_index (ids, 0);
  return TRUE;
}

void
fuzz_engine_transcribed (FuzzEngine *self, const gchar *text)
{
  guint64 recording;

  if (take (self, self->recordings, &recording))
    self->listener->transcribed (self->user_data, recording, text);
}

void
fuzz_engine_recording_failed (FuzzEngine *self)
{
  g_autoptr (GError) error = make_error ();
  guint64 recording;

  if (take (self, self->recordings, &recording))
    self->listener->failed (
        self->user_data, VOWEL_STAGE_RECORDING, recording, "upstream", error);
}

void
fuzz_engine_stt_failed (FuzzEngine *self)
{
  g_autoptr (GError) error = make_error ();
  guint64 utterance;

  if (!take (self, self->recognised, &utterance))
    return;
  self->listener->failed (
      self->user_data, VOWEL_STAGE_STT, utterance, "upstream", error);
}

/* What it answers */

static Generation *
get_generation (FuzzEngine *self, guint index)
{
  guint n = self->generations->len;

  return self->listener != NULL && n > 0
             ? g_ptr_array_index (self->generations, n - 1 - index % n)
             : NULL;
}

/* Whether @id is still wanted after a report. */
static Generation *
find_generation (FuzzEngine *self, guint64 id)
{
  for (guint i = 0; self->listener != NULL && i < self->generations->len; i++) {
    Generation *generation = g_ptr_array_index (self->generations, i);

    if (generation->id == id)
      return generation;
  }
  return NULL;
}

static void
settle (FuzzEngine *self, guint64 id)
{
  Generation *generation = find_generation (self, id);

  if (generation != NULL && generation->generated && generation->audio_ended)
    g_ptr_array_remove (self->generations, generation);
}

void
fuzz_engine_text (FuzzEngine *self, guint index, const gchar *delta)
{
  Generation *generation = get_generation (self, index);

  if (generation == NULL || generation->generated || *delta == '\0')
    return;
  generation->n_chars += g_utf8_strlen (delta, -1);
  self->listener->text (self->user_data, generation->id, delta);
}

void
fuzz_engine_arguments (
    FuzzEngine *self, guint index, const gchar *name, const gchar *delta)
{
  Generation *generation = get_generation (self, index);

  if (generation == NULL || generation->generated)
    return;
  if (generation->call_id == NULL) {
    generation->call_id = g_strdup_printf ("call_%u", ++self->n_calls);
    generation->call_name = g_strdup (name);
    generation->call_arguments = g_string_new (NULL);
  }
  g_string_append (generation->call_arguments, delta);
  self->listener->tool_arguments (self->user_data, generation->id,
      generation->call_id, generation->call_name, delta);
}

void
fuzz_engine_call (
    FuzzEngine *self, guint index, const gchar *name, const gchar *rest)
{
  Generation *generation = get_generation (self, index);
  g_autofree gchar *call_id = NULL;
  g_autofree gchar *call_name = NULL;
  g_autofree gchar *arguments = NULL;
  guint64 id;

  if (generation == NULL || generation->generated)
    return;
  id = generation->id;
  if (generation->call_id != NULL) {
    if (*rest != '\0')
      fuzz_engine_arguments (self, index, name, rest);
    generation = find_generation (self, id);
    if (generation == NULL)
      return;
    call_id = g_steal_pointer (&generation->call_id);
    call_name = g_steal_pointer (&generation->call_name);
    arguments =
        g_string_free (g_steal_pointer (&generation->call_arguments), FALSE);
  } else {
    call_id = g_strdup_printf ("call_%u", ++self->n_calls);
    call_name = g_strdup (name);
    arguments = g_strdup (rest);
  }
  self->listener->tool_call (
      self->user_data, id, call_id, call_name, arguments);
}

void
fuzz_engine_generated (FuzzEngine *self, guint index, VowelFinish finish)
{
  Generation *generation = get_generation (self, index);
  VowelUsage usage = {10, 5, 0};
  guint64 id;

  if (generation == NULL || generation->generated)
    return;
  id = generation->id;
  generation->generated = TRUE;
  if (!generation->spoken)
    generation->audio_ended = TRUE;
  self->listener->generated (self->user_data, id, finish, &usage);
  settle (self, id);
}

void
fuzz_engine_audio (FuzzEngine *self, guint index, guint ms)
{
  Generation *generation = get_generation (self, index);
  g_autoptr (GBytes) audio = NULL;
  glong from;
  gsize size;

  /* A voice says what has been written. */
  if (generation == NULL || !generation->spoken || generation->audio_ended
      || generation->n_chars == 0 || ms == 0)
    return;
  from = generation->n_voiced;
  generation->n_voiced = generation->n_chars;
  size = vowel_audio_format_bytes (&generation->format, ms * 1000);
  audio = g_bytes_new_take (g_malloc0 (size), size);
  self->listener->audio (
      self->user_data, generation->id, audio, from, generation->n_voiced, TRUE);
}

void
fuzz_engine_audio_ended (FuzzEngine *self, guint index)
{
  Generation *generation = get_generation (self, index);
  guint64 id;

  if (generation == NULL || !generation->generated || generation->audio_ended)
    return;
  id = generation->id;
  generation->audio_ended = TRUE;
  self->listener->audio_ended (self->user_data, id);
  settle (self, id);
}

void
fuzz_engine_llm_failed (FuzzEngine *self, guint index)
{
  Generation *generation = get_generation (self, index);
  g_autoptr (GError) error = make_error ();

  if (generation != NULL && !generation->generated)
    self->listener->failed (
        self->user_data, VOWEL_STAGE_LLM, generation->id, "upstream", error);
}

void
fuzz_engine_tts_failed (FuzzEngine *self, guint index)
{
  Generation *generation = get_generation (self, index);
  g_autoptr (GError) error = make_error ();
  guint64 id;

  if (generation == NULL || !generation->spoken || generation->audio_ended)
    return;
  id = generation->id;
  self->listener->failed (
      self->user_data, VOWEL_STAGE_TTS, id, "upstream", error);
  generation = find_generation (self, id);
  if (generation == NULL)
    return;
  generation->audio_ended = TRUE;
  self->listener->audio_ended (self->user_data, id);
  settle (self, id);
}

void
fuzz_engine_fatal (FuzzEngine *self)
{
  g_autoptr (GError) error = make_error ();

  if (self->listener != NULL)
    self->listener->fatal (self->user_data, error);
}

void
fuzz_engine_complete (FuzzEngine *self)
{
  fuzz_engine_hold (self, FALSE);
  fuzz_engine_silence (self);
  if (self->unannounced != 0)
    fuzz_engine_words (self, "and no more", TRUE);
  while (self->listener != NULL && self->recognised->len > 0)
    fuzz_engine_transcript (self, "and so on", TRUE);
  while (self->listener != NULL && self->recordings->len > 0)
    fuzz_engine_transcribed (self, "a recording");
  while (get_generation (self, 0) != NULL) {
    fuzz_engine_generated (self, 0, VOWEL_FINISH_STOP);
    fuzz_engine_audio_ended (self, 0);
  }
}
