/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "speech-request.h"
#include "speech-socket.h"

G_BEGIN_DECLS

typedef enum {
  SPEECH_TRANSPORT_REST,
  SPEECH_TRANSPORT_WEBSOCKET,
} SpeechTransport;

/**
 * SpeechOrder:
 * @target: whom to ask
 * @text: (nullable): what to say; %NULL: nothing yet
 * @voice: whose voice
 * @model: (nullable): which model
 * @language: (nullable): which language
 * @speed: 1.0 is the voice's own pace
 * @rate: of the audio
 *
 * All that a service must know to speak.
 */
typedef struct {
  RemoteTarget target;
  const gchar *text;
  gchar *voice;
  gchar *model;
  gchar *language;
  gdouble speed;
  gint rate;
} SpeechOrder;

/**
 * SpeechVendor:
 * @service: where it is, and its key
 * @transport: how to ask it, unless set
 * @voice: the voice, unless set
 * @model: (nullable): the model, unless set; %NULL: its voices are its models
 * @takes_language: whether it can be told the language
 * @keepalive: (0 for none): how often a connection needs a sign of life
 * @voices: (nullable): names that `voice` takes, separated by spaces
 * @make_request: a request with its body, but for its deadlines. (transfer
 *   full)
 * @envelope: (nullable): what the answer has its audio in
 * @protocol: over a WebSocket
 * @make_path: where the WebSocket is, behind the base URL. (transfer full)
 * @add_messages: what to send for an order, as strings
 *
 * A service that speaks, by a request for each text or over a WebSocket.
 * Constant.
 */
typedef struct {
  const RemoteService *service;
  SpeechTransport transport;
  const gchar *voice;
  const gchar *model;
  gboolean takes_language;
  GstClockTime keepalive;
  const gchar *voices;
  GstVowelHttpRequest *(*make_request) (
      GstVowelTts *tts, const SpeechOrder *order);
  const SpeechEnvelope *envelope;
  const SpeechProtocol *protocol;
  gchar *(*make_path) (GstVowelTts *tts, const SpeechOrder *order);
  void (*add_messages) (GstVowelTts *tts, const SpeechOrder *order,
      const gchar *context, GPtrArray *messages);
} SpeechVendor;

/*
 * SpeechVoice: what the text-to-speech elements of services have in common.
 * Each of them has one as a field, and no other code of the base class's.
 */
typedef struct {
  const SpeechVendor *vendor; /* constant */

  /* Protected by the element's object lock. */
  RemoteSettings settings;
  gint transport;
  gint sample_rate;
  gchar *model;
  gchar *language;
  SpeechSocketOptions options;

  /* Worker thread. */
  SpeechSocket *socket; /* (nullable): between start and stop */
} SpeechVoice;

/* Properties that these elements begin with. */
enum {
  SPEECH_PROP_TRANSPORT = REMOTE_N_PROPS,
  SPEECH_PROP_SAMPLE_RATE,
  SPEECH_PROP_END_TIMEOUT,
  SPEECH_PROP_MODEL,
  SPEECH_PROP_LANGUAGE,
  SPEECH_PROP_KEEPALIVE,
  SPEECH_N_PROPS,
};

/* Makes @klass, a final class, one of these. @offset: of its SpeechVoice;
 * @prefix: of the names of its types. */
void speech_voice_setup_class (GstVowelTtsClass *klass,
    const SpeechVendor *vendor, goffset offset, const gchar *prefix);
/* From the instance's init. */
void speech_voice_init (SpeechVoice *voice, const SpeechVendor *vendor);

/* A POST of JSON. @body: (transfer full) */
GstVowelHttpRequest *speech_order_post (const SpeechOrder *order,
    GstVowelTts *tts, const gchar *path, GBytes *body);

G_END_DECLS
