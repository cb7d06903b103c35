/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/vowel/gstvoweltts.h>
#include <json-glib/json-glib.h>

#include "remote-settings.h"

G_BEGIN_DECLS

/**
 * SpeechReply:
 * @context: (nullable): which context it is about
 * @audio: (nullable): in base64
 * @spoken: all of the context's audio has been made; the rest is on its way
 * @end: all of the context's audio has come
 * @stopped: the service has forgotten the context
 * @status: of a failure, as HTTP would say it; 0: none
 * @reason: (nullable): why it failed
 * @symbols: (nullable): words, or characters, that are spoken
 * @starts: (nullable): when each begins
 * @unit: of @starts, in seconds
 * @by_chunk: @starts count from where the audio of this message begins, not
 *   from where the context's does
 * @by_character: @symbols are characters
 *
 * What a message of a service says. What it points to is the message's.
 */
typedef struct {
  const gchar *context;
  const gchar *audio;
  gboolean spoken;
  gboolean end;
  gboolean stopped;
  guint status;
  const gchar *reason;
  JsonArray *symbols;
  JsonArray *starts;
  gdouble unit;
  gboolean by_chunk;
  gboolean by_character;
} SpeechReply;

/**
 * SpeechProtocol:
 * @max_contexts: how many texts the service speaks at a time; 1: they have no
 *   names, whatever comes is about the one
 * @max_starts: (0 for no limit): how many texts may be begun in a minute
 * @stops_silently: nothing tells that a context has been stopped
 * @read: what a message says; @reply is all zero before
 * @stop: speak this one no longer. (transfer full)
 * @close: (nullable): this one gets no more text. The end of a context is told
 *   only after it, which is said when all has been spoken, or it is quiet.
 *   (transfer full)
 * @keep_alive: (nullable): a sign of life for a context, or (%NULL) for a
 *   connection that has none. (transfer full)
 *
 * How a service speaks over a WebSocket: JSON messages, with the audio in them
 * or beside them as binary ones. Constant.
 */
typedef struct {
  guint max_contexts;
  guint max_starts;
  gboolean stops_silently;
  void (*read) (JsonObject *message, SpeechReply *reply);
  gchar *(*stop) (const gchar *context);
  gchar *(*close) (const gchar *context);
  gchar *(*keep_alive) (const gchar *context);
} SpeechProtocol;

/**
 * SpeechSocketOptions:
 * @end_timeout: how long to wait for more of a text whose end is not told
 * @keepalive: how often to send a sign of life
 */
typedef struct {
  GstClockTime end_timeout;
  GstClockTime keepalive;
} SpeechSocketOptions;

/*
 * SpeechSocket: an element's one connection to a service that speaks, and the
 * texts (contexts) on it. It is kept open; when it is gone, what was on it
 * fails and the next text makes a new one. All on the worker.
 */
typedef struct _SpeechSocket SpeechSocket;

SpeechSocket *speech_socket_new (
    GstVowelTts *tts, const SpeechProtocol *protocol);
void speech_socket_free (SpeechSocket *socket);
void speech_socket_set_options (
    SpeechSocket *socket, const SpeechSocketOptions *options);
/* Connects, so that the first text need not wait for it. @path: behind the base
 * URL. */
void speech_socket_open (
    SpeechSocket *socket, const RemoteTarget *target, const gchar *path);
/* As many texts have been begun as may be in a minute. */
gboolean speech_socket_is_exhausted (SpeechSocket *socket);
/* (transfer full): a name for the next context */
gchar *speech_socket_make_name (SpeechSocket *socket);
/* @messages: of strings: what has the text spoken, in order; @rate: of the
 * audio.  Waits for its turn. */
void speech_socket_speak (SpeechSocket *socket, const RemoteTarget *target,
    const gchar *path, GstVowelTtsJob *job, const gchar *name,
    GPtrArray *messages, gint rate);
/* FALSE: the job is not here. */
gboolean speech_socket_cancel (SpeechSocket *socket, GstVowelTtsJob *job);

G_END_DECLS
