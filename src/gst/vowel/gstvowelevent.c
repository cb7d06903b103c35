/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:gstvowelevent
 * @title: In-band events
 * @short_description: Speech start and stop, detector, end of a response
 *
 * Constructors and parsers of the custom events that travel between the
 * buffers. Nobody else spells a field name.
 */

#include "config.h"

#include "gstvowelevent-priv.h"

#define SPEECH_START "vowel-speech-start"
#define SPEECH_STOP "vowel-speech-stop"
#define DETECTOR "vowel-detector"
#define RESPONSE_END "vowel-response-end"

static const GstStructure *
event_structure (GstEvent *event, GstEventType type, const gchar *name)
{
  const GstStructure *s;

  g_return_val_if_fail (GST_IS_EVENT (event), NULL);

  if (GST_EVENT_TYPE (event) != type)
    return NULL;
  s = gst_event_get_structure (event);
  return s != NULL && gst_structure_has_name (s, name) ? s : NULL;
}

GstStructure *
gst_vowel_speech_start_to_structure (
    const GstVowelSpeechStart *start, const gchar *name)
{
  return gst_structure_new (name, "utterance", G_TYPE_UINT64, start->utterance,
      "start", G_TYPE_UINT64, start->start, "detected", G_TYPE_UINT64,
      start->detected, "emulated", G_TYPE_BOOLEAN, start->emulated, NULL);
}

gboolean
gst_vowel_speech_start_from_structure (
    const GstStructure *s, GstVowelSpeechStart *ret_start)
{
  GstVowelSpeechStart start;

  if (s == NULL
      || !gst_structure_get (s, "utterance", G_TYPE_UINT64, &start.utterance,
          "start", G_TYPE_UINT64, &start.start, "detected", G_TYPE_UINT64,
          &start.detected, "emulated", G_TYPE_BOOLEAN, &start.emulated, NULL))
    return FALSE;
  *ret_start = start;
  return TRUE;
}

GstStructure *
gst_vowel_speech_stop_to_structure (
    const GstVowelSpeechStop *stop, const gchar *name)
{
  return gst_structure_new (name, "utterance", G_TYPE_UINT64, stop->utterance,
      "end", G_TYPE_UINT64, stop->end, "detected", G_TYPE_UINT64,
      stop->detected, "discard", G_TYPE_BOOLEAN, stop->discard, NULL);
}

gboolean
gst_vowel_speech_stop_from_structure (
    const GstStructure *s, GstVowelSpeechStop *ret_stop)
{
  GstVowelSpeechStop stop;

  if (s == NULL
      || !gst_structure_get (s, "utterance", G_TYPE_UINT64, &stop.utterance,
          "end", G_TYPE_UINT64, &stop.end, "detected", G_TYPE_UINT64,
          &stop.detected, "discard", G_TYPE_BOOLEAN, &stop.discard, NULL))
    return FALSE;
  *ret_stop = stop;
  return TRUE;
}

/**
 * gst_vowel_event_new_speech_start:
 * @start: what to say
 *
 * Returns: (transfer full): a serialized downstream event: an utterance begins
 */
GstEvent *
gst_vowel_event_new_speech_start (const GstVowelSpeechStart *start)
{
  g_return_val_if_fail (start != NULL, NULL);

  return gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM,
      gst_vowel_speech_start_to_structure (start, SPEECH_START));
}

/**
 * gst_vowel_event_parse_speech_start:
 * @event: any event
 * @ret_start: (out caller-allocates): what it says
 *
 * Returns: %FALSE when @event is of another kind; @ret_start is then untouched
 */
gboolean
gst_vowel_event_parse_speech_start (
    GstEvent *event, GstVowelSpeechStart *ret_start)
{
  const GstStructure *s =
      event_structure (event, GST_EVENT_CUSTOM_DOWNSTREAM, SPEECH_START);

  g_return_val_if_fail (ret_start != NULL, FALSE);

  return gst_vowel_speech_start_from_structure (s, ret_start);
}

/**
 * gst_vowel_event_new_speech_stop:
 * @stop: what to say
 *
 * Returns: (transfer full): a serialized downstream event: an utterance ends
 */
GstEvent *
gst_vowel_event_new_speech_stop (const GstVowelSpeechStop *stop)
{
  g_return_val_if_fail (stop != NULL, NULL);

  return gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM,
      gst_vowel_speech_stop_to_structure (stop, SPEECH_STOP));
}

/**
 * gst_vowel_event_parse_speech_stop:
 * @event: any event
 * @ret_stop: (out caller-allocates): what it says
 *
 * Returns: %FALSE when @event is of another kind; @ret_stop is then untouched
 */
gboolean
gst_vowel_event_parse_speech_stop (
    GstEvent *event, GstVowelSpeechStop *ret_stop)
{
  const GstStructure *s =
      event_structure (event, GST_EVENT_CUSTOM_DOWNSTREAM, SPEECH_STOP);

  g_return_val_if_fail (ret_stop != NULL, FALSE);

  return gst_vowel_speech_stop_from_structure (s, ret_stop);
}

/**
 * gst_vowel_event_new_detector:
 * @active: whether speech events will come
 *
 * Returns: (transfer full): a sticky event that tells a recogniser whether to
 *   wait for speech events or to take the whole stream as one utterance
 */
GstEvent *
gst_vowel_event_new_detector (gboolean active)
{
  return gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM_STICKY,
      gst_structure_new (
          DETECTOR, "active", G_TYPE_BOOLEAN, active != FALSE, NULL));
}

/**
 * gst_vowel_event_parse_detector:
 * @event: any event
 * @ret_active: (out) (optional): whether speech events will come
 *
 * Returns: %FALSE when @event is of another kind
 */
gboolean
gst_vowel_event_parse_detector (GstEvent *event, gboolean *ret_active)
{
  const GstStructure *s =
      event_structure (event, GST_EVENT_CUSTOM_DOWNSTREAM_STICKY, DETECTOR);
  gboolean active;

  if (s == NULL || !gst_structure_get_boolean (s, "active", &active))
    return FALSE;
  if (ret_active != NULL)
    *ret_active = active;
  return TRUE;
}

/**
 * gst_vowel_event_new_response_end:
 * @response_id: the response
 * @generation: its generation
 *
 * Returns: (transfer full): a serialized downstream event behind the last
 *   buffer of a response
 */
GstEvent *
gst_vowel_event_new_response_end (const gchar *response_id, guint64 generation)
{
  g_return_val_if_fail (response_id != NULL, NULL);

  return gst_event_new_custom (GST_EVENT_CUSTOM_DOWNSTREAM,
      gst_structure_new (RESPONSE_END, "response-id", G_TYPE_STRING,
          response_id, "generation", G_TYPE_UINT64, generation, NULL));
}

/**
 * gst_vowel_event_parse_response_end:
 * @event: any event
 * @ret_response_id: (out) (optional) (transfer none): the response
 * @ret_generation: (out) (optional): its generation
 *
 * Returns: %FALSE when @event is of another kind
 */
gboolean
gst_vowel_event_parse_response_end (
    GstEvent *event, const gchar **ret_response_id, guint64 *ret_generation)
{
  const GstStructure *s =
      event_structure (event, GST_EVENT_CUSTOM_DOWNSTREAM, RESPONSE_END);
  const gchar *response_id;
  guint64 generation;

  if (s == NULL)
    return FALSE;
  response_id = gst_structure_get_string (s, "response-id");
  if (response_id == NULL
      || !gst_structure_get_uint64 (s, "generation", &generation))
    return FALSE;
  if (ret_response_id != NULL)
    *ret_response_id = response_id;
  if (ret_generation != NULL)
    *ret_generation = generation;
  return TRUE;
}
