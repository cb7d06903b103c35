/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * VowelTalkClient:
 *
 * A client of OpenAI Realtime (GA) for one conversation from a terminal. All
 * of it happens on the thread-default main context it was made in.
 */
#define VOWEL_TYPE_TALK_CLIENT (vowel_talk_client_get_type ())
G_DECLARE_FINAL_TYPE (
    VowelTalkClient, vowel_talk_client, VOWEL, TALK_CLIENT, GObject)

/**
 * VOWEL_TALK_RATE:
 *
 * Samples per second of the audio in both directions (S16LE, mono).
 */
#define VOWEL_TALK_RATE 24000

/**
 * VowelTalkCallbacks:
 * @ready: the session is configured
 * @speech_started: the server heard the user begin: stop playing
 * @speech_stopped: the server heard the user end
 * @user_text: the user's words, all of them
 * @assistant_text: more of the assistant's words
 * @assistant_audio: more of its speech
 * @greeted: what the server said of its own accord is over; the answer follows
 * @done: the answer is over; @failure is %NULL, or why there is none
 * @closed: the connection is gone; @error says why
 */
typedef struct {
  void (*ready) (gpointer user_data);
  void (*speech_started) (gpointer user_data);
  void (*speech_stopped) (gpointer user_data);
  void (*user_text) (const gchar *text, gpointer user_data);
  void (*assistant_text) (const gchar *delta, gpointer user_data);
  void (*assistant_audio) (GBytes *audio, gpointer user_data);
  void (*greeted) (gpointer user_data);
  void (*done) (const gchar *failure, gpointer user_data);
  void (*closed) (const GError *error, gpointer user_data);
} VowelTalkCallbacks;

/* @uri: ws:// or wss://; @key: (nullable) */
VowelTalkClient *vowel_talk_client_new (const gchar *uri, const gchar *key,
    const VowelTalkCallbacks *callbacks, gpointer user_data);
/* (nullable): overrides of the server's defaults */
void vowel_talk_client_set_session (VowelTalkClient *client, const gchar *model,
    const gchar *voice, const gchar *instructions);
/* Speech need not come in step with its playing. */
void vowel_talk_client_set_unpaced (VowelTalkClient *client);
void vowel_talk_client_connect (VowelTalkClient *client);
void vowel_talk_client_send_text (VowelTalkClient *client, const gchar *text);
void vowel_talk_client_send_audio (VowelTalkClient *client, GBytes *audio);
void vowel_talk_client_close (VowelTalkClient *client);

G_END_DECLS
