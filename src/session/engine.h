/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "event.h"

G_BEGIN_DECLS

/**
 * VowelGeneration:
 * @generation: its number, counted up by the session
 * @response_id: the response's id
 * @auxiliary: (nullable): the name of another model that is asked; when the
 *   engine has none of that name, its own is
 * @items: (element-type VowelItem): the context, oldest first
 * @instructions: (nullable): system prompt
 * @tools: (element-type VowelTool): all that the model may call
 * @tool_choice: see #VowelSessionConfig
 * @parallel_tool_calls: there may be several calls
 * @spoken: the text goes on to the voice
 * @skip_failed: a sentence that the voice fails at is left out; only when it
 *   fails at all of them it is reported
 *
 * What the engine needs to produce one response.
 */
typedef struct {
  guint64 generation;
  const gchar *response_id;
  const gchar *auxiliary;
  GPtrArray *items;
  const gchar *instructions;
  GPtrArray *tools;
  const gchar *tool_choice;
  gboolean parallel_tool_calls;
  guint max_output_tokens;
  gdouble temperature;
  gboolean spoken;
  gboolean skip_failed;
  const gchar *voice;
  gdouble speed;
  VowelAudioFormat output_format;
} VowelGeneration;

/**
 * VowelSpeech:
 * @number: counted up by the session
 * @text: what to say
 *
 * A text that is spoken beside the answers.
 */
typedef struct {
  guint64 number;
  const gchar *text;
  const gchar *voice;
  gdouble speed;
  VowelAudioFormat output_format;
} VowelSpeech;

typedef enum {
  VOWEL_STAGE_STT,
  VOWEL_STAGE_LLM,
  VOWEL_STAGE_TTS,
  VOWEL_STAGE_RECORDING,
  VOWEL_STAGE_SPEECH,
} VowelStage;

typedef enum {
  VOWEL_FINISH_STOP,
  VOWEL_FINISH_TOOL_CALLS,
  VOWEL_FINISH_LENGTH,
  VOWEL_FINISH_CONTENT_FILTER,
} VowelFinish;

/**
 * VowelProviderUsage:
 * @stage: VOWEL_STAGE_STT, VOWEL_STAGE_LLM or VOWEL_STAGE_TTS
 * @provider: who did it
 * @requests: how often it was asked, retries included
 * @failures: how many of these failed
 * @retries: how many of these repeated another
 * @take_overs: how often it was asked because another had failed
 * @input_tokens: that a model was given
 * @output_tokens: that it made
 * @cached_tokens: of @input_tokens, from a cache
 * @characters: synthesized
 * @audio_us: recognised
 *
 * What one provider did.
 */
typedef struct {
  VowelStage stage;
  const gchar *provider;
  guint64 requests;
  guint64 failures;
  guint64 retries;
  guint64 take_overs;
  guint64 input_tokens;
  guint64 output_tokens;
  guint64 cached_tokens;
  guint64 characters;
  gint64 audio_us;
} VowelProviderUsage;

/**
 * VowelEngineListener:
 *
 * What an engine reports, always on the session's thread, never from inside a
 * call into the engine, in the order in which it happened. Times are
 * microseconds of all audio pushed so far. Reports for a generation that was
 * cancelled do not come any more.
 */
typedef struct {
  void (*speech_started) (gpointer user_data, guint64 utterance,
      gint64 start_us, gboolean emulated);
  void (*speech_stopped) (gpointer user_data, guint64 utterance, gint64 end_us);
  /* (nullable) all three: a recogniser that decides about turns reports the
   * end of one instead of speech_stopped, and may foresee it: the turn may end
   * now, having said @text; then follows turn_resumed or turn_ended. */
  void (*turn_ending) (
      gpointer user_data, guint64 utterance, const gchar *text);
  void (*turn_resumed) (gpointer user_data, guint64 utterance);
  void (*turn_ended) (gpointer user_data, guint64 utterance, gint64 end_us);
  /* Words of an utterance that was not reported as speech before begin it;
   * their final transcript ends it. */
  void (*transcript) (
      gpointer user_data, guint64 utterance, const gchar *text, gboolean final);
  /* (nullable): how sure the recogniser is of the final transcript that
   * follows, 0 to 1; when it can tell */
  void (*confidence) (
      gpointer user_data, guint64 utterance, gdouble confidence);
  /* (nullable): what the recogniser has found the final transcript that follows
   * to be in: a BCP 47 tag or an English name; when it can tell */
  void (*language) (
      gpointer user_data, guint64 utterance, const gchar *language);
  /* @id: utterance for VOWEL_STAGE_STT (0: nothing is heard, of nobody),
   * recording for VOWEL_STAGE_RECORDING, speech for VOWEL_STAGE_SPEECH, else
   * generation.  A failed voice is still followed by audio_ended. */
  void (*failed) (gpointer user_data, VowelStage stage, guint64 id,
      const gchar *code, const GError *error);
  void (*text) (gpointer user_data, guint64 generation, const gchar *delta);
  /* The first report of a call may bring no arguments. */
  void (*tool_arguments) (gpointer user_data, guint64 generation,
      const gchar *call_id, const gchar *name, const gchar *delta);
  void (*tool_call) (gpointer user_data, guint64 generation,
      const gchar *call_id, const gchar *name, const gchar *arguments);
  /* No text or call follows; audio may. */
  void (*generated) (gpointer user_data, guint64 generation, VowelFinish finish,
      const VowelUsage *usage);
  /* In the output format; [text_start, text_end) are code points of the
   * response's spoken text; @sentence_end: a sentence of it ends here. */
  void (*audio) (gpointer user_data, guint64 generation, GBytes *audio,
      guint text_start, guint text_end, gboolean sentence_end);
  void (*audio_ended) (gpointer user_data, guint64 generation);
  /* What is said in a recording that was given to be transcribed. */
  void (*transcribed) (
      gpointer user_data, guint64 recording, const gchar *text);
  /* (nullable): all of a text that was given to be spoken. */
  void (*spoken) (gpointer user_data, guint64 speech, GBytes *audio);
  /* (nullable): what a provider did for one utterance, generation or sentence.
   * The last of these come while the engine is stopped. */
  void (*usage) (gpointer user_data, const VowelProviderUsage *usage);
  /* The engine cannot go on: the session ends. */
  void (*fatal) (gpointer user_data, const GError *error);
} VowelEngineListener;

/**
 * VowelEngine:
 *
 * What hears, thinks and speaks for one session: the GStreamer pipeline in the
 * daemon, a scripted one in tests. Owner thread only; no call blocks.
 */
#define VOWEL_TYPE_ENGINE (vowel_engine_get_type ())
G_DECLARE_INTERFACE (VowelEngine, vowel_engine, VOWEL, ENGINE, GObject)

/**
 * VowelEngineInterface:
 * @start: begin; errors are fatal to the session
 * @stop: end; no report follows, but for what was used until then, which is
 *   reported from inside this call
 * @configure: input format, turn detection, language and noise reduction of
 *   @config take effect for the audio that follows. Called once before start
 * @push_audio: the caller's audio, in the configured input format
 * @begin_utterance: the client speaks (push-to-talk): audio from @start_us on
 *   belongs to an utterance; comes back as an emulated speech_started
 * @end_utterance: commit: the utterance ends here; comes back as
 *   speech_stopped, then a transcript. Begins one first when none is open
 * @discard_utterance: forget the open one, and the audio kept from before
 * @generate: produce a response
 * @say: (nullable): have the voice speak @text, which is all of the generation:
 *   no model is asked. Comes back as audio and audio_ended. %FALSE: there is no
 *   voice
 * @cancel: drop everything of one generation, at once
 * @hold_voice: (nullable): begin no further sentence, or go on. What is being
 *   spoken already may still come
 * @transcribe: write down what is said in @audio, which is not the caller's
 *   live audio and does not disturb it. Comes back as transcribed or failed,
 *   one recording after the other
 * @speak: (nullable): say a text, without a word to anybody else and without
 *   disturbing the answers. Comes back as spoken or failed, one after the other
 */
struct _VowelEngineInterface {
  GTypeInterface parent;

  gboolean (*start) (VowelEngine *engine, const VowelEngineListener *listener,
      gpointer user_data, GError **error);
  void (*stop) (VowelEngine *engine);
  gboolean (*configure) (
      VowelEngine *engine, const VowelSessionConfig *config, GError **error);
  void (*push_audio) (VowelEngine *engine, GBytes *audio);
  void (*begin_utterance) (VowelEngine *engine, gint64 start_us);
  void (*end_utterance) (VowelEngine *engine);
  void (*discard_utterance) (VowelEngine *engine);
  void (*generate) (VowelEngine *engine, const VowelGeneration *generation);
  gboolean (*say) (VowelEngine *engine, const VowelGeneration *generation,
      const gchar *text);
  void (*cancel) (VowelEngine *engine, guint64 generation);
  void (*hold_voice) (VowelEngine *engine, gboolean hold);
  void (*transcribe) (VowelEngine *engine, guint64 recording, GBytes *audio,
      const VowelAudioFormat *format);
  void (*speak) (VowelEngine *engine, const VowelSpeech *speech);
};

gboolean vowel_engine_start (VowelEngine *engine,
    const VowelEngineListener *listener, gpointer user_data, GError **error);
void vowel_engine_stop (VowelEngine *engine);
gboolean vowel_engine_configure (
    VowelEngine *engine, const VowelSessionConfig *config, GError **error);
void vowel_engine_push_audio (VowelEngine *engine, GBytes *audio);
void vowel_engine_begin_utterance (VowelEngine *engine, gint64 start_us);
void vowel_engine_end_utterance (VowelEngine *engine);
void vowel_engine_discard_utterance (VowelEngine *engine);
void vowel_engine_generate (
    VowelEngine *engine, const VowelGeneration *generation);
gboolean vowel_engine_say (
    VowelEngine *engine, const VowelGeneration *generation, const gchar *text);
void vowel_engine_cancel (VowelEngine *engine, guint64 generation);
void vowel_engine_hold_voice (VowelEngine *engine, gboolean hold);
void vowel_engine_transcribe (VowelEngine *engine, guint64 recording,
    GBytes *audio, const VowelAudioFormat *format);
/* FALSE: the engine cannot. */
gboolean vowel_engine_speak (VowelEngine *engine, const VowelSpeech *speech);

G_END_DECLS
