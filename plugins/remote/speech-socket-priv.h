/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "speech-cursor.h"
#include "speech-decoder.h"
#include "speech-socket.h"
#include "ws-client.h"

G_BEGIN_DECLS

GST_DEBUG_CATEGORY_EXTERN (speech_voice_debug);

/* A context that does not tell its end is closed after this part of the time
 * after which it counts as ended. */
#define SPEECH_QUIET_PART 4

typedef enum {
  SPEECH_CONTEXT_WAITING,  /* nothing of it has been sent */
  SPEECH_CONTEXT_SPEAKING, /* its audio is coming */
  SPEECH_CONTEXT_STOPPING, /* the service is to forget it, and has not said so
                              yet */
} SpeechContextState;

/* Where a connection goes. */
typedef struct {
  const gchar *provider;
  gchar *uri;
  const gchar *header;
  gchar *authorization;
  gchar *secret;
} SpeechAddress;

/* One text. */
typedef struct {
  SpeechSocket *socket; /* NULL once it is not in the queue any more */
  SpeechContextState state;
  GstVowelTtsJob *job; /* (nullable): nobody wants it any more */
  gchar *name;
  SpeechAddress address;
  GPtrArray *messages;
  gint rate;
  SpeechDecoder *decoder;
  SpeechCursor cursor; /* in the job's text */
  guint64 received;    /* samples */
  gboolean closed;
  GstClockTime began;
  GstClockTime last_audio;
  GstVowelTimer *timer;
} SpeechContext;

struct _SpeechSocket {
  GstVowelTts *tts; /* borrowed: it outlives us */
  GstVowelWorker *worker;
  const SpeechProtocol *protocol;
  SpeechSocketOptions options;

  WsClient *client;      /* (nullable) */
  SpeechAddress address; /* of @client */
  GQueue contexts;       /* of SpeechContext, in the order they came */
  guint64 n_contexts;
  GQueue starts;      /* of GstClockTime: texts begun in the last minute */
  GstClockTime heard; /* when anything has come last */
  GstVowelTimer *keepalive;
  GPtrArray *lost; /* of SpeechContext, which are still to fail */
  GstVowelTimer *failing;
};

/* speech-context.c: one text, and where it is to go. */

void speech_address_set (
    SpeechAddress *address, const RemoteTarget *target, const gchar *path);
void speech_address_copy (SpeechAddress *address, const SpeechAddress *other);
gboolean speech_address_equal (const SpeechAddress *a, const SpeechAddress *b);
void speech_address_clear (SpeechAddress *address);

void speech_context_unref (SpeechContext *context);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SpeechContext, speech_context_unref)
/* Takes it out of the queue; the job stays where it is. */
void speech_context_forget (SpeechContext *context);
void speech_context_fail (SpeechSocket *self, SpeechContext *context,
    guint status, gint retry_after_ms, const GError *cause);
void speech_context_finish (SpeechSocket *self, SpeechContext *context);
/* All of it has been spoken. */
void speech_context_close (SpeechSocket *self, SpeechContext *context);
/* Nobody wants more of it. */
void speech_context_stop (SpeechSocket *self, SpeechContext *context);
/* More audio of it has come. */
void speech_context_watch_end (SpeechSocket *self, SpeechContext *context);

/* speech-socket.c: the connection, and the texts that wait for it. */

gboolean speech_socket_has_names (SpeechSocket *self);
/* (nullable): of those that the service knows; without names, the one */
SpeechContext *speech_socket_find (SpeechSocket *self, const gchar *name);
/* Begins what may be begun. */
void speech_socket_pump (SpeechSocket *self);
/* @text: (transfer full) */
void speech_socket_send (SpeechSocket *self, gchar *text);
/* The connection is of no use any more: all that was on it fails. */
void speech_socket_fail (
    SpeechSocket *self, guint status, gint retry_after_ms, const GError *cause);
/* The service says that no more may be begun. */
void speech_socket_exhaust (SpeechSocket *self);
void speech_socket_clear_timer (SpeechSocket *self, GstVowelTimer **timer);

/* speech-replies.c: what the service says. */

void speech_socket_take_text (
    WsClient *client, const gchar *text, gsize size, gpointer user_data);
void speech_socket_take_audio (
    WsClient *client, const guint8 *data, gsize size, gpointer user_data);

G_END_DECLS
