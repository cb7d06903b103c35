/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/vowel/gstvowelchat.h>
#include <gst/vowel/gstvowelerror.h>
#include <gst/vowel/gstvowelevent.h>
#include <gst/vowel/vowel-prelude.h>

G_BEGIN_DECLS

/*
 * Bus messages, all of type GST_MESSAGE_ELEMENT.  The structure's name is in
 * each comment; fields are named like the parameters with dashes.  A parser
 * returns FALSE when the message is of another kind.  Strings that a parser
 * returns belong to the message.
 */

/* The kind of a message, so that a bus handler can switch over it. */
typedef enum {
  GST_VOWEL_MESSAGE_NONE,
  GST_VOWEL_MESSAGE_SPEECH_START,    /* vowel-speech-start */
  GST_VOWEL_MESSAGE_SPEECH_STOP,     /* vowel-speech-stop */
  GST_VOWEL_MESSAGE_TRANSCRIPT,      /* vowel-transcript */
  GST_VOWEL_MESSAGE_TEXT,            /* vowel-text */
  GST_VOWEL_MESSAGE_TOOL_CALL_DELTA, /* vowel-tool-call-delta */
  GST_VOWEL_MESSAGE_TOOL_CALL,       /* vowel-tool-call */
  GST_VOWEL_MESSAGE_GENERATED,       /* vowel-generated */
  GST_VOWEL_MESSAGE_FAILURE,         /* vowel-failure */
  GST_VOWEL_MESSAGE_TAKE_OVER,       /* vowel-take-over */
  GST_VOWEL_MESSAGE_USAGE,           /* vowel-usage */
  GST_VOWEL_MESSAGE_TURN_ENDING,     /* vowel-turn-ending */
  GST_VOWEL_MESSAGE_TURN_RESUMED,    /* vowel-turn-resumed */
} GstVowelMessageKind;

GST_VOWEL_API GstVowelMessageKind gst_vowel_message_get_kind (
    GstMessage *message);

/* vad: speech started, stopped (also sent in-band). */
GST_VOWEL_API GstMessage *gst_vowel_message_new_speech_start (
    GstObject *src, const GstVowelSpeechStart *start);
GST_VOWEL_API gboolean gst_vowel_message_parse_speech_start (
    GstMessage *message, GstVowelSpeechStart *ret_start);
GST_VOWEL_API GstMessage *gst_vowel_message_new_speech_stop (
    GstObject *src, const GstVowelSpeechStop *stop);
GST_VOWEL_API gboolean gst_vowel_message_parse_speech_stop (
    GstMessage *message, GstVowelSpeechStop *ret_stop);

/**
 * GstVowelTranscript:
 * @utterance: the utterance's number; 0 when the stream carried no speech
 *   events
 * @text: what was said so far (interim) or in all (final), never %NULL
 * @final: no further transcript follows for this utterance
 * @start: PTS of the utterance's begin
 * @end: PTS of its end, or of the audio heard so far
 * @confidence: 0 to 1, or negative when unknown
 * @language: (nullable): what it is in, as the service writes it: a BCP 47 tag
 *   or the language's English name; %NULL when it does not tell
 */
typedef struct {
  guint64 utterance;
  const gchar *text;
  gboolean final;
  GstClockTime start;
  GstClockTime end;
  gdouble confidence;
  const gchar *language;
} GstVowelTranscript;

GST_VOWEL_API GstMessage *gst_vowel_message_new_transcript (
    GstObject *src, const GstVowelTranscript *transcript);
GST_VOWEL_API gboolean gst_vowel_message_parse_transcript (
    GstMessage *message, GstVowelTranscript *ret_transcript);

/* A recogniser that decides about turns: the turn of @utterance may end now,
 * having said @text; it goes on after all. */
GST_VOWEL_API GstMessage *gst_vowel_message_new_turn_ending (
    GstObject *src, guint64 utterance, const gchar *text);
GST_VOWEL_API gboolean gst_vowel_message_parse_turn_ending (
    GstMessage *message, guint64 *ret_utterance, const gchar **ret_text);
GST_VOWEL_API GstMessage *gst_vowel_message_new_turn_resumed (
    GstObject *src, guint64 utterance);
GST_VOWEL_API gboolean gst_vowel_message_parse_turn_resumed (
    GstMessage *message, guint64 *ret_utterance);

/* A piece of a response's text, as the model produced it. */
GST_VOWEL_API GstMessage *gst_vowel_message_new_text (GstObject *src,
    const gchar *response_id, guint64 generation, const gchar *delta);
GST_VOWEL_API gboolean gst_vowel_message_parse_text (GstMessage *message,
    const gchar **ret_response_id, guint64 *ret_generation,
    const gchar **ret_delta);

/**
 * GstVowelToolCall:
 * @response_id: the response that makes the call
 * @generation: its generation
 * @call_id: the call's id, unique in the conversation
 * @name: the tool
 * @arguments: JSON text; a fragment in a delta message, complete in the call
 *   itself
 *
 * A tool call on the bus. `vowel-tool-call-delta` carries fragments that add up
 * to the arguments (the first is empty: the call has begun); `vowel-tool-call`
 * comes once, with all of them. They come together when the call is complete,
 * because what a model gets wrong is put right first. Answer it with the
 * "tool-result" action of the language model element.
 */
typedef struct {
  const gchar *response_id;
  guint64 generation;
  const gchar *call_id;
  const gchar *name;
  const gchar *arguments;
} GstVowelToolCall;

GST_VOWEL_API GstMessage *gst_vowel_message_new_tool_call (
    GstObject *src, const GstVowelToolCall *call, gboolean delta);
GST_VOWEL_API gboolean gst_vowel_message_parse_tool_call (
    GstMessage *message, GstVowelToolCall *ret_call);

/* The model has finished a response: no text or call follows. */
GST_VOWEL_API GstMessage *gst_vowel_message_new_generated (GstObject *src,
    const gchar *response_id, guint64 generation, GstVowelFinishReason reason,
    const GstVowelUsage *usage);
GST_VOWEL_API gboolean gst_vowel_message_parse_generated (GstMessage *message,
    const gchar **ret_response_id, guint64 *ret_generation,
    GstVowelFinishReason *ret_reason, GstVowelUsage *ret_usage);

/* One utterance or response failed; the pipeline lives on.  @stage is "stt",
 * "llm" or "tts"; @id the utterance's number or the response's generation.
 * The details structure is that of gst_vowel_error_details_new(). */
GST_VOWEL_API GstMessage *gst_vowel_message_new_failure (GstObject *src,
    const gchar *stage, guint64 id, const GError *error, GstStructure *details);
GST_VOWEL_API gboolean gst_vowel_message_parse_failure (GstMessage *message,
    const gchar **ret_stage, guint64 *ret_id, GError **ret_error,
    const GstStructure **ret_details);

/**
 * GstVowelTakeOver:
 * @stage: "stt", "llm" or "tts"
 * @id: the utterance's number or the response's generation
 * @failed: the provider that cannot do it
 * @provider: the one that is asked instead
 * @error: why
 *
 * One provider of a list takes over from another, for one utterance, request or
 * sentence.
 */
typedef struct {
  const gchar *stage;
  guint64 id;
  const gchar *failed;
  const gchar *provider;
  const GError *error;
} GstVowelTakeOver;

GST_VOWEL_API GstMessage *gst_vowel_message_new_take_over (
    GstObject *src, const GstVowelTakeOver *take_over);
GST_VOWEL_API gboolean gst_vowel_message_parse_take_over (
    GstMessage *message, GstVowelTakeOver *ret_take_over);

/**
 * GstVowelProviderUsage:
 * @stage: "stt", "llm" or "tts"
 * @provider: who did it
 * @requests: how often it was asked, retries included
 * @failures: how many of these failed
 * @retries: how many of these repeated another
 * @take_overs: how often it was asked because another had failed
 * @input_tokens: that a model was given
 * @output_tokens: that it made
 * @cached_tokens: of @input_tokens, from a cache
 * @characters: synthesized
 * @audio: recognised, in ns
 *
 * What one provider did for one utterance, request or sentence. Token counts
 * are estimates where the provider tells none.
 */
typedef struct {
  const gchar *stage;
  const gchar *provider;
  guint requests;
  guint failures;
  guint retries;
  guint take_overs;
  guint input_tokens;
  guint output_tokens;
  guint cached_tokens;
  guint characters;
  GstClockTime audio;
} GstVowelProviderUsage;

/* Comes when a provider's part of some work is over, however it went. */
GST_VOWEL_API GstMessage *gst_vowel_message_new_usage (
    GstObject *src, const GstVowelProviderUsage *usage);
GST_VOWEL_API gboolean gst_vowel_message_parse_usage (
    GstMessage *message, GstVowelProviderUsage *ret_usage);

G_END_DECLS
