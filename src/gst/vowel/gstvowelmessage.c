/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:gstvowelmessage
 * @title: Bus messages
 * @short_description: What the elements tell the application
 *
 * Constructors and parsers of the element messages. Nobody else spells a field
 * name; all of them are of type %GST_MESSAGE_ELEMENT.
 */

#include "config.h"

#include "gstvowelevent-priv.h"
#include "gstvowelmessage-priv.h"

static const gchar *const kind_names[] = {
    [GST_VOWEL_MESSAGE_SPEECH_START] = "vowel-speech-start",
    [GST_VOWEL_MESSAGE_SPEECH_STOP] = "vowel-speech-stop",
    [GST_VOWEL_MESSAGE_TRANSCRIPT] = "vowel-transcript",
    [GST_VOWEL_MESSAGE_TEXT] = "vowel-text",
    [GST_VOWEL_MESSAGE_TOOL_CALL_DELTA] = "vowel-tool-call-delta",
    [GST_VOWEL_MESSAGE_TOOL_CALL] = "vowel-tool-call",
    [GST_VOWEL_MESSAGE_GENERATED] = "vowel-generated",
    [GST_VOWEL_MESSAGE_FAILURE] = "vowel-failure",
    [GST_VOWEL_MESSAGE_TAKE_OVER] = "vowel-take-over",
    [GST_VOWEL_MESSAGE_USAGE] = "vowel-usage",
    [GST_VOWEL_MESSAGE_TURN_ENDING] = "vowel-turn-ending",
    [GST_VOWEL_MESSAGE_TURN_RESUMED] = "vowel-turn-resumed",
};

/**
 * gst_vowel_message_get_kind:
 * @message: any message
 *
 * Returns: its kind; %GST_VOWEL_MESSAGE_NONE when it is not one of ours
 */
GstVowelMessageKind
gst_vowel_message_get_kind (GstMessage *message)
{
  static GQuark quarks[G_N_ELEMENTS (kind_names)];
  static gsize ready = 0;
  const GstStructure *s;
  GQuark name;

  g_return_val_if_fail (GST_IS_MESSAGE (message), GST_VOWEL_MESSAGE_NONE);

  if (GST_MESSAGE_TYPE (message) != GST_MESSAGE_ELEMENT)
    return GST_VOWEL_MESSAGE_NONE;
  s = gst_message_get_structure (message);
  if (s == NULL)
    return GST_VOWEL_MESSAGE_NONE;

  if (g_once_init_enter (&ready)) {
    for (guint i = 1; i < G_N_ELEMENTS (kind_names); i++)
      quarks[i] = g_quark_from_static_string (kind_names[i]);
    g_once_init_leave (&ready, 1);
  }
  name = gst_structure_get_name_id (s);
  for (guint i = 1; i < G_N_ELEMENTS (kind_names); i++) {
    if (quarks[i] == name)
      return i;
  }
  return GST_VOWEL_MESSAGE_NONE;
}

const gchar *
gst_vowel_message_get_name (GstVowelMessageKind kind)
{
  return kind_names[kind];
}

const GstStructure *
gst_vowel_message_get_fields (GstMessage *message, GstVowelMessageKind kind)
{
  return gst_vowel_message_get_kind (message) == kind
             ? gst_message_get_structure (message)
             : NULL;
}

/**
 * gst_vowel_message_new_speech_start:
 * @src: (nullable): who says it
 * @start: what to say
 *
 * Returns: (transfer full): the message
 */
GstMessage *
gst_vowel_message_new_speech_start (
    GstObject *src, const GstVowelSpeechStart *start)
{
  g_return_val_if_fail (start != NULL, NULL);

  return gst_message_new_element (
      src, gst_vowel_speech_start_to_structure (
               start, kind_names[GST_VOWEL_MESSAGE_SPEECH_START]));
}

/**
 * gst_vowel_message_parse_speech_start:
 * @message: any message
 * @ret_start: (out caller-allocates): what it says
 *
 * Returns: %FALSE when @message is of another kind
 */
gboolean
gst_vowel_message_parse_speech_start (
    GstMessage *message, GstVowelSpeechStart *ret_start)
{
  const GstStructure *s =
      gst_vowel_message_get_fields (message, GST_VOWEL_MESSAGE_SPEECH_START);

  g_return_val_if_fail (ret_start != NULL, FALSE);

  return gst_vowel_speech_start_from_structure (s, ret_start);
}

/**
 * gst_vowel_message_new_speech_stop:
 * @src: (nullable): who says it
 * @stop: what to say
 *
 * Returns: (transfer full): the message
 */
GstMessage *
gst_vowel_message_new_speech_stop (
    GstObject *src, const GstVowelSpeechStop *stop)
{
  g_return_val_if_fail (stop != NULL, NULL);

  return gst_message_new_element (
      src, gst_vowel_speech_stop_to_structure (
               stop, kind_names[GST_VOWEL_MESSAGE_SPEECH_STOP]));
}

/**
 * gst_vowel_message_parse_speech_stop:
 * @message: any message
 * @ret_stop: (out caller-allocates): what it says
 *
 * Returns: %FALSE when @message is of another kind
 */
gboolean
gst_vowel_message_parse_speech_stop (
    GstMessage *message, GstVowelSpeechStop *ret_stop)
{
  const GstStructure *s =
      gst_vowel_message_get_fields (message, GST_VOWEL_MESSAGE_SPEECH_STOP);

  g_return_val_if_fail (ret_stop != NULL, FALSE);

  return gst_vowel_speech_stop_from_structure (s, ret_stop);
}

/**
 * gst_vowel_message_new_transcript:
 * @src: (nullable): who says it
 * @transcript: what was heard
 *
 * Returns: (transfer full): the message
 */
GstMessage *
gst_vowel_message_new_transcript (
    GstObject *src, const GstVowelTranscript *transcript)
{
  g_return_val_if_fail (transcript != NULL, NULL);
  g_return_val_if_fail (transcript->text != NULL, NULL);

  return gst_message_new_element (src,
      gst_structure_new (kind_names[GST_VOWEL_MESSAGE_TRANSCRIPT], "utterance",
          G_TYPE_UINT64, transcript->utterance, "text", G_TYPE_STRING,
          transcript->text, "final", G_TYPE_BOOLEAN, transcript->final, "start",
          G_TYPE_UINT64, transcript->start, "end", G_TYPE_UINT64,
          transcript->end, "confidence", G_TYPE_DOUBLE, transcript->confidence,
          "language", G_TYPE_STRING, transcript->language, NULL));
}

/**
 * gst_vowel_message_parse_transcript:
 * @message: any message
 * @ret_transcript: (out caller-allocates): what was heard
 *
 * Returns: %FALSE when @message is of another kind
 */
gboolean
gst_vowel_message_parse_transcript (
    GstMessage *message, GstVowelTranscript *ret_transcript)
{
  const GstStructure *s =
      gst_vowel_message_get_fields (message, GST_VOWEL_MESSAGE_TRANSCRIPT);
  GstVowelTranscript t;

  g_return_val_if_fail (ret_transcript != NULL, FALSE);

  if (s == NULL
      || !gst_structure_get (s, "utterance", G_TYPE_UINT64, &t.utterance,
          "final", G_TYPE_BOOLEAN, &t.final, "start", G_TYPE_UINT64, &t.start,
          "end", G_TYPE_UINT64, &t.end, "confidence", G_TYPE_DOUBLE,
          &t.confidence, NULL))
    return FALSE;
  t.text = gst_structure_get_string (s, "text");
  t.language = gst_structure_get_string (s, "language");
  if (t.text == NULL)
    return FALSE;
  *ret_transcript = t;
  return TRUE;
}

/**
 * gst_vowel_message_new_turn_ending:
 * @src: (nullable): who says it
 * @utterance: the utterance's number
 * @text: what was said in it
 *
 * Returns: (transfer full): the message: the turn may end now
 */
GstMessage *
gst_vowel_message_new_turn_ending (
    GstObject *src, guint64 utterance, const gchar *text)
{
  g_return_val_if_fail (text != NULL, NULL);

  return gst_message_new_element (src,
      gst_structure_new (kind_names[GST_VOWEL_MESSAGE_TURN_ENDING], "utterance",
          G_TYPE_UINT64, utterance, "text", G_TYPE_STRING, text, NULL));
}

/**
 * gst_vowel_message_parse_turn_ending:
 * @message: any message
 * @ret_utterance: (out) (optional): the utterance's number
 * @ret_text: (out) (optional) (transfer none): what was said in it
 *
 * Returns: %FALSE when @message is of another kind
 */
gboolean
gst_vowel_message_parse_turn_ending (
    GstMessage *message, guint64 *ret_utterance, const gchar **ret_text)
{
  const GstStructure *s =
      gst_vowel_message_get_fields (message, GST_VOWEL_MESSAGE_TURN_ENDING);
  const gchar *text;
  guint64 utterance;

  if (s == NULL)
    return FALSE;
  text = gst_structure_get_string (s, "text");
  if (text == NULL || !gst_structure_get_uint64 (s, "utterance", &utterance))
    return FALSE;
  if (ret_utterance != NULL)
    *ret_utterance = utterance;
  if (ret_text != NULL)
    *ret_text = text;
  return TRUE;
}

/**
 * gst_vowel_message_new_turn_resumed:
 * @src: (nullable): who says it
 * @utterance: the utterance's number
 *
 * Returns: (transfer full): the message: the turn goes on after all
 */
GstMessage *
gst_vowel_message_new_turn_resumed (GstObject *src, guint64 utterance)
{
  return gst_message_new_element (
      src, gst_structure_new (kind_names[GST_VOWEL_MESSAGE_TURN_RESUMED],
               "utterance", G_TYPE_UINT64, utterance, NULL));
}

/**
 * gst_vowel_message_parse_turn_resumed:
 * @message: any message
 * @ret_utterance: (out) (optional): the utterance's number
 *
 * Returns: %FALSE when @message is of another kind
 */
gboolean
gst_vowel_message_parse_turn_resumed (
    GstMessage *message, guint64 *ret_utterance)
{
  const GstStructure *s =
      gst_vowel_message_get_fields (message, GST_VOWEL_MESSAGE_TURN_RESUMED);
  guint64 utterance;

  if (s == NULL || !gst_structure_get_uint64 (s, "utterance", &utterance))
    return FALSE;
  if (ret_utterance != NULL)
    *ret_utterance = utterance;
  return TRUE;
}

/**
 * gst_vowel_message_new_text:
 * @src: (nullable): who says it
 * @response_id: the response
 * @generation: its generation
 * @delta: a piece of its text
 *
 * Returns: (transfer full): the message
 */
GstMessage *
gst_vowel_message_new_text (GstObject *src, const gchar *response_id,
    guint64 generation, const gchar *delta)
{
  g_return_val_if_fail (response_id != NULL, NULL);
  g_return_val_if_fail (delta != NULL, NULL);

  return gst_message_new_element (
      src, gst_structure_new (kind_names[GST_VOWEL_MESSAGE_TEXT], "response-id",
               G_TYPE_STRING, response_id, "generation", G_TYPE_UINT64,
               generation, "delta", G_TYPE_STRING, delta, NULL));
}

/**
 * gst_vowel_message_parse_text:
 * @message: any message
 * @ret_response_id: (out) (optional) (transfer none): the response
 * @ret_generation: (out) (optional): its generation
 * @ret_delta: (out) (optional) (transfer none): a piece of its text
 *
 * Returns: %FALSE when @message is of another kind
 */
gboolean
gst_vowel_message_parse_text (GstMessage *message,
    const gchar **ret_response_id, guint64 *ret_generation,
    const gchar **ret_delta)
{
  const GstStructure *s =
      gst_vowel_message_get_fields (message, GST_VOWEL_MESSAGE_TEXT);
  const gchar *response_id, *delta;
  guint64 generation;

  if (s == NULL)
    return FALSE;
  response_id = gst_structure_get_string (s, "response-id");
  delta = gst_structure_get_string (s, "delta");
  if (response_id == NULL || delta == NULL
      || !gst_structure_get_uint64 (s, "generation", &generation))
    return FALSE;
  if (ret_response_id != NULL)
    *ret_response_id = response_id;
  if (ret_generation != NULL)
    *ret_generation = generation;
  if (ret_delta != NULL)
    *ret_delta = delta;
  return TRUE;
}

/**
 * gst_vowel_message_new_tool_call:
 * @src: (nullable): who says it
 * @call: the call
 * @delta: %TRUE when @call carries a fragment of the arguments, %FALSE when it
 *   is complete
 *
 * Returns: (transfer full): the message
 */
GstMessage *
gst_vowel_message_new_tool_call (
    GstObject *src, const GstVowelToolCall *call, gboolean delta)
{
  GstVowelMessageKind kind =
      delta ? GST_VOWEL_MESSAGE_TOOL_CALL_DELTA : GST_VOWEL_MESSAGE_TOOL_CALL;

  g_return_val_if_fail (call != NULL, NULL);
  g_return_val_if_fail (call->response_id != NULL, NULL);
  g_return_val_if_fail (call->call_id != NULL, NULL);
  g_return_val_if_fail (call->name != NULL, NULL);
  g_return_val_if_fail (call->arguments != NULL, NULL);

  return gst_message_new_element (
      src, gst_structure_new (kind_names[kind], "response-id", G_TYPE_STRING,
               call->response_id, "generation", G_TYPE_UINT64, call->generation,
               "call-id", G_TYPE_STRING, call->call_id, "name", G_TYPE_STRING,
               call->name, "arguments", G_TYPE_STRING, call->arguments, NULL));
}

/**
 * gst_vowel_message_parse_tool_call:
 * @message: any message
 * @ret_call: (out caller-allocates): the call
 *
 * Parses both the complete call and its deltas; gst_vowel_message_get_kind()
 * tells them apart.
 *
 * Returns: %FALSE when @message is of another kind
 */
gboolean
gst_vowel_message_parse_tool_call (
    GstMessage *message, GstVowelToolCall *ret_call)
{
  GstVowelMessageKind kind = gst_vowel_message_get_kind (message);
  const GstStructure *s;
  GstVowelToolCall call;

  g_return_val_if_fail (ret_call != NULL, FALSE);

  if (kind != GST_VOWEL_MESSAGE_TOOL_CALL
      && kind != GST_VOWEL_MESSAGE_TOOL_CALL_DELTA)
    return FALSE;
  s = gst_message_get_structure (message);
  call.response_id = gst_structure_get_string (s, "response-id");
  call.call_id = gst_structure_get_string (s, "call-id");
  call.name = gst_structure_get_string (s, "name");
  call.arguments = gst_structure_get_string (s, "arguments");
  if (call.response_id == NULL || call.call_id == NULL || call.name == NULL
      || call.arguments == NULL
      || !gst_structure_get_uint64 (s, "generation", &call.generation))
    return FALSE;
  *ret_call = call;
  return TRUE;
}

/**
 * gst_vowel_message_new_generated:
 * @src: (nullable): who says it
 * @response_id: the response
 * @generation: its generation
 * @reason: why the model stopped
 * @usage: the tokens it took
 *
 * Returns: (transfer full): the message
 */
GstMessage *
gst_vowel_message_new_generated (GstObject *src, const gchar *response_id,
    guint64 generation, GstVowelFinishReason reason, const GstVowelUsage *usage)
{
  g_return_val_if_fail (response_id != NULL, NULL);
  g_return_val_if_fail (usage != NULL, NULL);

  return gst_message_new_element (src,
      gst_structure_new (kind_names[GST_VOWEL_MESSAGE_GENERATED], "response-id",
          G_TYPE_STRING, response_id, "generation", G_TYPE_UINT64, generation,
          "reason", GST_TYPE_VOWEL_FINISH_REASON, reason, "input-tokens",
          G_TYPE_UINT, usage->input_tokens, "output-tokens", G_TYPE_UINT,
          usage->output_tokens, "cached-tokens", G_TYPE_UINT,
          usage->cached_tokens, "estimated", G_TYPE_BOOLEAN, usage->estimated,
          NULL));
}

/**
 * gst_vowel_message_parse_generated:
 * @message: any message
 * @ret_response_id: (out) (optional) (transfer none): the response
 * @ret_generation: (out) (optional): its generation
 * @ret_reason: (out) (optional): why the model stopped
 * @ret_usage: (out caller-allocates) (optional): the tokens it took
 *
 * Returns: %FALSE when @message is of another kind
 */
gboolean
gst_vowel_message_parse_generated (GstMessage *message,
    const gchar **ret_response_id, guint64 *ret_generation,
    GstVowelFinishReason *ret_reason, GstVowelUsage *ret_usage)
{
  const GstStructure *s =
      gst_vowel_message_get_fields (message, GST_VOWEL_MESSAGE_GENERATED);
  const gchar *response_id;
  guint64 generation;
  gint reason;
  GstVowelUsage usage;

  if (s == NULL)
    return FALSE;
  response_id = gst_structure_get_string (s, "response-id");
  if (response_id == NULL
      || !gst_structure_get (s, "generation", G_TYPE_UINT64, &generation,
          "reason", GST_TYPE_VOWEL_FINISH_REASON, &reason, "input-tokens",
          G_TYPE_UINT, &usage.input_tokens, "output-tokens", G_TYPE_UINT,
          &usage.output_tokens, "cached-tokens", G_TYPE_UINT,
          &usage.cached_tokens, "estimated", G_TYPE_BOOLEAN, &usage.estimated,
          NULL))
    return FALSE;
  if (ret_response_id != NULL)
    *ret_response_id = response_id;
  if (ret_generation != NULL)
    *ret_generation = generation;
  if (ret_reason != NULL)
    *ret_reason = reason;
  if (ret_usage != NULL)
    *ret_usage = usage;
  return TRUE;
}
