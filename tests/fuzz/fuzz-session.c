/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * A whole session from bytes: what clients send, what the engine reports and
 * how time passes. One line is one step, its first character says which:
 *
 *   C g       a client connects, its handshake is that of the letter below; V
 *             and W are clients of Vatel's, X and Y of Voicex's, the second of
 *             which only listens; T and U are Twilio's, the first of which
 *             tells of keys
 *   k 5       from the start on, callers have to say so much to interrupt
 *   K 500     and a first message is said, of which so many milliseconds are
 *             heard before it can be interrupted
 *   @ 1       what follows is about connection 1 (0 is the first)
 *   S         the session starts
 *   < {…}     the client sends a text; $i0, $r0, $c0 are the ids of the first
 *             item, response or call that it was told of
 *   b …       the client sends a binary message
 *   x         the client goes away
 *   + 100     milliseconds pass
 *   a 100     the client sends milliseconds of silence
 *   s  e      speech starts, ends
 *   i …  f …  an interim, the final transcript
 *   n …  m …  the same where no detector has heard anybody
 *   r …       what is said in a recording that an item brought
 *   h  u      reports of speech are held back, are made
 *   t …       text; a digit before the space, here and below, counts running
 *             generations from the newest
 *   d …       more of a call's arguments
 *   c …       a call, with the rest of its arguments
 *   v 100     milliseconds of voice
 *   g 0       the text is complete, for that VowelFinish
 *   w         the voice is
 *   F s       a stage fails: s, l, t or r
 *   X         the engine breaks
 *   Z 1       the session ends, for that VowelEndReason
 *
 * Anything else is a text of the client. In the end the engine completes all
 * that it was asked, time passes, and the session ends.
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "fuzz-session.h"
#include "checked-transport.h"
#include "fuzz-engine.h"
#include "fuzz-log.h"
#include "manual-clock.h"
#include "protocol/openai/openai-face.h"
#include "protocol/twilio/twilio-face.h"
#include "protocol/vatel/vatel-face.h"
#include "protocol/voicex/voicex-face.h"

#include <gst/gst.h>

#include <stdlib.h>
#include <string.h>

#define HIBERNATE_MS 30000
#define MAX_CLIENTS 3
#define MAX_ROUNDS 40

typedef struct {
  CheckedTransport *transport;
  VowelFace *face;
  gboolean gone;
} Client;

typedef struct {
  FuzzEngine *engine;
  ManualClock *clock;
  VowelSession *session;
  gboolean print;
  gboolean started;
  VowelBargeInConfig barge_in;
  const gchar *first_message; /* (nullable) */
  guint guard_ms;
  Client clients[MAX_CLIENTS];
  guint n_clients;
  Client *client;
} Fuzz;

static VowelFace *
make_openai_face (Fuzz *fuzz, CheckedTransport *transport, gchar kind)
{
  static const struct {
    gchar letter;
    VowelOpenaiHandshake handshake;
  } kinds[] = {
      {'g', {.user_agent = "OpenAI/JS 7.55.0"}},
      {'b', {.beta_header = "realtime=v1"}},
      {'p', {NULL}},
      {'a', {.user_agent = "Agents/JavaScript 0.20.0"}},
      {'v', {.token_endpoint = "sessions"}},
      {'t', {.intent = "transcription"}},
      {'B', {.beta_header = "realtime=v1", .intent = "transcription"}},
  };
  const VowelOpenaiHandshake *handshake = &kinds[0].handshake;

  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    if (kinds[i].letter == kind)
      handshake = &kinds[i].handshake;
  return VOWEL_FACE (vowel_openai_face_new (
      fuzz->session, VOWEL_TRANSPORT (transport), handshake));
}

static JsonArray *
describe_arguments (
    const gchar *name, const gchar *arguments, gpointer user_data)
{
  JsonArray *array = json_array_new ();
  JsonObject *argument = json_object_new ();

  json_object_set_string_member (argument, "name", "all");
  json_object_set_string_member (argument, "value", arguments);
  json_array_add_object_element (array, argument);
  return array;
}

static VowelFace *
make_twilio_face (Fuzz *fuzz, CheckedTransport *transport, gchar kind)
{
  return VOWEL_FACE (vowel_twilio_face_new (
      fuzz->session, VOWEL_TRANSPORT (transport), kind == 'T'));
}

static VowelFace *
make_vatel_face (Fuzz *fuzz, CheckedTransport *transport, gchar kind)
{
  VowelVatelOptions options = {.only_listens = kind == 'W'};
  VowelVatelFace *face = vowel_vatel_face_new (
      fuzz->session, VOWEL_TRANSPORT (transport), &options);
  g_autoptr (GPtrArray) tools =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vowel_tool_free);

  g_ptr_array_add (tools, vowel_tool_new ("weather", NULL, "{}"));
  if (kind == 'V')
    vowel_vatel_face_set_tools (
        face, tools, describe_arguments, NULL, NULL, NULL);
  return VOWEL_FACE (face);
}

static VowelFace *
make_voicex_face (Fuzz *fuzz, CheckedTransport *transport, gchar kind)
{
  VowelVoicexOptions options = {.session_id = "session-1",
      .history_key = "key-1",
      .only_listens = kind == 'Y'};

  return VOWEL_FACE (vowel_voicex_face_new (
      fuzz->session, VOWEL_TRANSPORT (transport), &options, NULL));
}

static void
connect (Fuzz *fuzz, gchar kind)
{
  static const struct {
    gchar letter;
    CheckedProtocol protocol;
    VowelFace *(*make) (Fuzz *fuzz, CheckedTransport *transport, gchar kind);
  } kinds[] = {
      {'T', CHECKED_PROTOCOL_TWILIO, make_twilio_face},
      {'U', CHECKED_PROTOCOL_TWILIO, make_twilio_face},
      {'V', CHECKED_PROTOCOL_VATEL, make_vatel_face},
      {'W', CHECKED_PROTOCOL_VATEL, make_vatel_face},
      {'X', CHECKED_PROTOCOL_VOICEX, make_voicex_face},
      {'Y', CHECKED_PROTOCOL_VOICEX, make_voicex_face},
      {'\0', CHECKED_PROTOCOL_OPENAI, make_openai_face},
  };
  guint i = 0;
  Client *client = &fuzz->clients[fuzz->n_clients];

  if (fuzz->n_clients == MAX_CLIENTS || vowel_session_is_ended (fuzz->session))
    return;
  while (kinds[i].letter != kind && kinds[i].letter != '\0')
    i++;
  client->transport = checked_transport_new (
      kinds[i].protocol, fuzz->n_clients++, fuzz->started, fuzz->print);
  client->face = kinds[i].make (fuzz, client->transport, kind);
  fuzz->client = client;
}

static Client *
ensure_client (Fuzz *fuzz)
{
  if (fuzz->n_clients == 0)
    connect (fuzz, 'g');
  if (fuzz->client == NULL || fuzz->client->gone
      || checked_transport_is_closed (fuzz->client->transport))
    return NULL;
  return fuzz->client;
}

static void
start (Fuzz *fuzz)
{
  ensure_client (fuzz);
  if (!fuzz->started && !vowel_session_is_ended (fuzz->session)) {
    fuzz->started = TRUE;
    g_assert_true (vowel_session_start (fuzz->session, NULL));
  }
}

static void
apply_behaviours (Fuzz *fuzz)
{
  g_autoptr (VowelBehaviours) behaviours = vowel_behaviours_new ();

  behaviours->barge_in = fuzz->barge_in;
  behaviours->first_message = g_strdup (fuzz->first_message);
  behaviours->first_message_guard_ms = fuzz->guard_ms;
  behaviours->silence_count = fuzz->first_message != NULL ? 2 : 0;
  if (!fuzz->started)
    vowel_session_set_behaviours (fuzz->session, behaviours);
}

static void
set_barge_in (Fuzz *fuzz, guint min_chars)
{
  fuzz->barge_in =
      (VowelBargeInConfig){.min_chars = min_chars, .guard_ms = 300};
  apply_behaviours (fuzz);
}

static void
set_first_message (Fuzz *fuzz, guint guard_ms)
{
  fuzz->first_message = "Good morning.";
  fuzz->guard_ms = guard_ms;
  apply_behaviours (fuzz);
}

static const gchar *
get_id (Client *client, gchar kind, guint index)
{
  switch (kind) {
    case 'i':
      return checked_transport_get_item (client->transport, index);
    case 'r':
      return checked_transport_get_response (client->transport, index);
    case 'c':
      return checked_transport_get_call (client->transport, index);
    default:
      return NULL;
  }
}

static void
send_text (Fuzz *fuzz, const gchar *text, gsize length)
{
  Client *client = ensure_client (fuzz);
  g_autoptr (GString) out = g_string_sized_new (length);

  if (client == NULL || !g_utf8_validate_len (text, length, NULL))
    return;
  for (gsize i = 0; i < length; i++) {
    const gchar *id = NULL;

    if (text[i] == '$' && i + 2 < length && g_ascii_isdigit (text[i + 2]))
      id = get_id (client, text[i + 1], text[i + 2] - '0');
    if (id != NULL) {
      g_string_append (out, id);
      i += 2;
    } else {
      g_string_append_c (out, text[i]);
    }
  }
  vowel_face_receive_text (client->face, out->str, out->len);
}

static void
send_binary (Fuzz *fuzz, const gchar *data, gsize length)
{
  Client *client = ensure_client (fuzz);

  if (client != NULL)
    vowel_face_receive_binary (client->face, (const guint8 *) data, length);
}

static void
send_silence (Fuzz *fuzz, guint ms)
{
  gsize size = MIN (ms, 1000) * 48;
  g_autofree guchar *silence = g_malloc0 (size);
  g_autofree gchar *base64 = g_base64_encode (silence, size);
  g_autofree gchar *text = g_strdup_printf (
      "{\"type\":\"input_audio_buffer.append\",\"audio\":\"%s\"}", base64);

  send_text (fuzz, text, strlen (text));
}

static void
leave (Fuzz *fuzz)
{
  Client *client = ensure_client (fuzz);

  if (client == NULL)
    return;
  client->gone = TRUE;
  vowel_face_closed (client->face, 1000);
}

static void
fail (Fuzz *fuzz, gchar stage, guint index)
{
  if (stage == 's')
    fuzz_engine_stt_failed (fuzz->engine);
  else if (stage == 'l')
    fuzz_engine_llm_failed (fuzz->engine, index);
  else if (stage == 'r')
    fuzz_engine_recording_failed (fuzz->engine);
  else
    fuzz_engine_tts_failed (fuzz->engine, index);
}

/* What the engine says. @rest is text without NUL. */
static void
run_engine (Fuzz *fuzz, gchar step, guint index, const gchar *rest)
{
  FuzzEngine *engine = fuzz->engine;
  guint number = strtoul (rest, NULL, 10);

  switch (step) {
    case 's':
      fuzz_engine_speech (engine);
      break;
    case 'e':
      fuzz_engine_silence (engine);
      break;
    case 'i':
    case 'f':
      fuzz_engine_transcript (engine, rest, step == 'f');
      break;
    case 'n':
    case 'm':
      fuzz_engine_words (engine, rest, step == 'm');
      break;
    case 'r':
      fuzz_engine_transcribed (engine, rest);
      break;
    case 'h':
    case 'u':
      fuzz_engine_hold (engine, step == 'h');
      break;
    case 't':
      fuzz_engine_text (engine, index, rest);
      break;
    case 'd':
      fuzz_engine_arguments (engine, index, "weather", rest);
      break;
    case 'c':
      fuzz_engine_call (engine, index, "weather", rest);
      break;
    case 'v':
      fuzz_engine_audio (engine, index, MIN (number, 3000));
      break;
    case 'g':
      fuzz_engine_generated (engine, index, (VowelFinish) (number % 4));
      break;
    case 'w':
      fuzz_engine_audio_ended (engine, index);
      break;
    case 'F':
      fail (fuzz, *rest, index);
      break;
    case 'X':
      fuzz_engine_fatal (engine);
      break;
  }
}

static void
run_line (Fuzz *fuzz, const gchar *line, gsize length)
{
  gchar step = length > 0 ? *line : '\0';
  gsize head = 1;
  guint index = 0;
  g_autofree gchar *rest = NULL;
  guint number;

  if (length > 1 && g_ascii_isdigit (line[1]))
    index = line[head++] - '0';
  if (step == '\0' || strchr ("nmC@SkK<bx+aseifrhutdcvgwFXZ", step) == NULL
      || (length > head && line[head] != ' ')) {
    send_text (fuzz, line, length);
    return;
  }

  head = MIN (head + 1, length);
  if (step == '<') {
    send_text (fuzz, line + head, length - head);
    return;
  }
  if (step == 'b') {
    send_binary (fuzz, line + head, length - head);
    return;
  }

  rest = g_utf8_make_valid (line + head, length - head);
  number = strtoul (rest, NULL, 10);
  switch (step) {
    case 'C':
      connect (fuzz, *rest);
      break;
    case '@':
      if (number < fuzz->n_clients)
        fuzz->client = &fuzz->clients[number];
      break;
    case 'S':
      start (fuzz);
      break;
    case 'k':
      set_barge_in (fuzz, number);
      break;
    case 'K':
      set_first_message (fuzz, MIN (number, 60000));
      break;
    case 'x':
      leave (fuzz);
      break;
    case '+':
      manual_clock_advance_ms (fuzz->clock, MIN (number, 3700 * 1000));
      break;
    case 'a':
      send_silence (fuzz, number);
      break;
    case 'Z':
      if (fuzz->n_clients > 0)
        vowel_session_end (fuzz->session, (VowelEndReason) (number % 6));
      break;
    default:
      run_engine (fuzz, step, index, rest);
      fuzz_engine_deliver (fuzz->engine);
  }
  fuzz_engine_deliver (fuzz->engine);
}

static void
run_lines (Fuzz *fuzz, const gchar *data, gsize size)
{
  while (size > 0) {
    const gchar *end = memchr (data, '\n', size);
    gsize length = end != NULL ? (gsize) (end - data) : size;

    run_line (fuzz, data, length);
    length = MIN (length + 1, size);
    data += length;
    size -= length;
  }
}

/* A session that is left alone comes to rest by itself. */
static void
finish (Fuzz *fuzz)
{
  for (guint i = 0; i < MAX_ROUNDS; i++) {
    fuzz_engine_complete (fuzz->engine);
    manual_clock_advance_ms (fuzz->clock, 1000);
  }
  fuzz_engine_complete (fuzz->engine);
  for (guint i = 0; i < fuzz->n_clients; i++)
    if (!fuzz->clients[i].gone)
      checked_transport_finish (fuzz->clients[i].transport);

  if (fuzz->n_clients > 0 && !vowel_session_is_ended (fuzz->session))
    vowel_session_end (fuzz->session, VOWEL_END_SHUTDOWN);
}

void
fuzz_session_init (void)
{
  fuzz_log_init ();
  gst_init (NULL, NULL);
}

void
fuzz_session_run (const guint8 *data, gsize size, gboolean print)
{
  g_autoptr (FuzzEngine) engine = fuzz_engine_new ();
  g_autoptr (ManualClock) clock = manual_clock_new ();
  g_autoptr (VowelSessionConfig) config = vowel_session_config_new ();
  g_autoptr (VowelSession) session = vowel_session_new (
      NULL, config, VOWEL_ENGINE (engine), VOWEL_CLOCK (clock));
  Fuzz fuzz = {engine, clock, session, print};

  vowel_session_set_hibernation (session, HIBERNATE_MS);
  run_lines (&fuzz, (const gchar *) data, size);
  finish (&fuzz);
  for (guint i = 0; i < fuzz.n_clients; i++) {
    Client *client = &fuzz.clients[i];

    if (!client->gone)
      vowel_face_closed (client->face, 1000);
  }
  /* What it left to the clock finds nobody to tell. */
  manual_clock_advance_ms (clock, 3600 * 1000);
  for (guint i = 0; i < fuzz.n_clients; i++) {
    g_object_unref (fuzz.clients[i].face);
    g_object_unref (fuzz.clients[i].transport);
  }
}
