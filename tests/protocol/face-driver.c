/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Connections without sockets: faces over a session whose engine and clock do
 * what standard input says, one JSON object per line:
 *
 *   {"connect": {"beta_header": …}}   a connection; several share the session.
 *                                     "face" says which API it speaks
 *   {"lead": 1500}                    how far ahead speech is sent, in ms
 *   {"barge_in": {"min_chars": 5}}    how easily the caller interrupts
 *   {"hibernate": 30000}              when it sleeps, in ms
 *   {"start": true}                   the session starts
 *   {"send": {…}}, {"raw": "…"},      the client sends a message
 *   {"binary": "AAAA"}                (base64)
 *   {"engine": ["text", 1, "Hello"]}  the engine reports something
 *   {"advance": 100}                  milliseconds pass
 *   {"closed": 1000}                  the peer closes
 *   {"end": 3}                        the session ends, for that VowelEndReason
 *   {"refuse": "…"}                   the session cannot begin
 *   {"asked": true}                   {"asked": …}: what the engine was asked
 *   {"heard": true}                   {"heard": …}: bytes that it was given
 *
 * "send", "raw", "binary", "refuse" and "closed" may name a connection by "on"
 * (0 is the first). Everything that is sent comes out as {"event": …},
 * {"binary": …} (base64) or {"close": …}, then {"ready": true} when the line
 * has been carried out.
 */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "fake-engine.h"
#include "manual-clock.h"
#include "protocol/openai/openai-face.h"
#include "protocol/twilio/twilio-face.h"
#include "protocol/vatel/vatel-face.h"
#include "protocol/voicex/voicex-face.h"

#include <gst/gst.h>
#include <json-glib/json-glib.h>
#include <stdio.h>
#include <string.h>

/* A transport that prints. */

#define PRINT_TYPE_TRANSPORT (print_transport_get_type ())
G_DECLARE_FINAL_TYPE (
    PrintTransport, print_transport, PRINT, TRANSPORT, GObject)

struct _PrintTransport {
  GObject parent;
  guint index;
  gboolean closed;
};

static void print_transport_iface_init (VowelTransportInterface *iface);

G_DEFINE_TYPE_WITH_CODE (PrintTransport, print_transport, G_TYPE_OBJECT,
    G_IMPLEMENT_INTERFACE (VOWEL_TYPE_TRANSPORT, print_transport_iface_init))

static void
print_transport_send_text (
    VowelTransport *transport, const gchar *text, gsize length)
{
  PrintTransport *self = PRINT_TRANSPORT (transport);

  g_assert_false (self->closed);
  g_assert_null (memchr (text, '\n', length));
  printf ("{\"on\":%u,\"event\":%.*s}\n", self->index, (int) length, text);
}

static void
print_transport_send_binary (VowelTransport *transport, GBytes *bytes)
{
  PrintTransport *self = PRINT_TRANSPORT (transport);
  gsize length;
  const guint8 *data = g_bytes_get_data (bytes, &length);
  g_autofree gchar *base64 = g_base64_encode (data, length);

  g_assert_false (self->closed);
  printf ("{\"on\":%u,\"binary\":\"%s\"}\n", self->index, base64);
}

static void
print_transport_close (
    VowelTransport *transport, guint16 code, const gchar *reason)
{
  PrintTransport *self = PRINT_TRANSPORT (transport);
  g_autofree gchar *escaped = g_strescape (reason, NULL);

  g_assert_false (self->closed);
  self->closed = TRUE;
  printf ("{\"on\":%u,\"close\":{\"code\":%u,\"reason\":\"%s\"}}\n",
      self->index, code, escaped);
}

static void
print_transport_iface_init (VowelTransportInterface *iface)
{
  iface->send_text = print_transport_send_text;
  iface->send_binary = print_transport_send_binary;
  iface->close = print_transport_close;
}

static void
print_transport_init (PrintTransport *self)
{
}

static void
print_transport_class_init (PrintTransportClass *klass)
{
}

typedef struct {
  EventRecorder *recorder;
  FakeEngine *engine;
  ManualClock *clock;
  VowelSession *session;
  GPtrArray *faces;
} Driver;

static const gchar *
get_string (JsonObject *object, const gchar *key)
{
  return json_object_get_string_member_with_default (object, key, NULL);
}

static gboolean
get_boolean (JsonObject *object, const gchar *key)
{
  return json_object_get_boolean_member_with_default (object, key, FALSE);
}

static VowelFace *
make_openai_face (
    Driver *driver, VowelTransport *transport, JsonObject *evidence)
{
  VowelOpenaiHandshake handshake = {
      .beta_header = get_string (evidence, "beta_header"),
      .subprotocols = get_string (evidence, "subprotocols"),
      .user_agent = get_string (evidence, "user_agent"),
      .agents_sdk_header = get_string (evidence, "agents_sdk_header"),
      .intent = get_string (evidence, "intent"),
      .call_id = get_string (evidence, "call_id"),
      .token_endpoint = get_string (evidence, "token_endpoint"),
      .dialect = get_string (evidence, "dialect"),
      .vowel_key = get_boolean (evidence, "vowel_key"),
      .role = get_boolean (evidence, "server") ? VOWEL_PARTICIPANT_SERVER
                                               : VOWEL_PARTICIPANT_CLIENT,
  };

  return VOWEL_FACE (
      vowel_openai_face_new (driver->session, transport, &handshake));
}

/* As OpenAI's function tools look. */
static GPtrArray *
read_tools (JsonArray *array)
{
  GPtrArray *tools =
      g_ptr_array_new_with_free_func ((GDestroyNotify) vowel_tool_free);

  for (guint i = 0; i < json_array_get_length (array); i++) {
    JsonObject *tool = json_array_get_object_element (array, i);
    g_autofree gchar *parameters =
        json_to_string (json_object_get_member (tool, "parameters"), FALSE);

    g_ptr_array_add (tools, vowel_tool_new (get_string (tool, "name"),
                                get_string (tool, "description"), parameters));
  }
  return tools;
}

/* All that the model has said. */
static JsonArray *
describe_arguments (
    const gchar *name, const gchar *arguments, gpointer user_data)
{
  g_autoptr (JsonNode) node = json_from_string (arguments, NULL);
  JsonObject *object = json_node_get_object (node);
  g_autoptr (GList) names = json_object_get_members (object);
  JsonArray *array = json_array_new ();

  for (GList *l = names; l != NULL; l = l->next) {
    JsonObject *argument = json_object_new ();

    json_object_set_string_member (argument, "name", l->data);
    json_object_set_member (
        argument, "value", json_object_dup_member (object, l->data));
    json_array_add_object_element (array, argument);
  }
  return array;
}

static VowelFace *
make_vatel_face (
    Driver *driver, VowelTransport *transport, JsonObject *evidence)
{
  VowelVatelOptions options = {
      .call_id = get_string (evidence, "call_id"),
      .only_listens = get_boolean (evidence, "only_listens"),
      .no_interim_text = get_boolean (evidence, "no_interim_text"),
      .no_interim_transcripts =
          get_boolean (evidence, "no_interim_transcripts"),
  };
  VowelVatelFace *face =
      vowel_vatel_face_new (driver->session, transport, &options);

  if (json_object_has_member (evidence, "tools")) {
    g_autoptr (GPtrArray) tools =
        read_tools (json_object_get_array_member (evidence, "tools"));
    g_autoptr (GError) error = NULL;

    vowel_vatel_face_set_tools (
        face, tools, describe_arguments, NULL, NULL, &error);
    g_assert_no_error (error);
  }
  return VOWEL_FACE (face);
}

static VowelFace *
make_voicex_face (
    Driver *driver, VowelTransport *transport, JsonObject *evidence)
{
  g_autoptr (GError) error = NULL;
  VowelVoicexOptions options = {
      .session_id = get_string (evidence, "session_id"),
      .history_key = get_string (evidence, "history_key"),
      .agent_id = get_string (evidence, "agent_id"),
      .agent_name = get_string (evidence, "agent_name"),
      .only_listens = get_boolean (evidence, "only_listens"),
  };
  VowelVoicexFace *face =
      vowel_voicex_face_new (driver->session, transport, &options, &error);

  g_assert_no_error (error);
  return VOWEL_FACE (face);
}

static VowelFace *
make_twilio_face (
    Driver *driver, VowelTransport *transport, JsonObject *evidence)
{
  return VOWEL_FACE (vowel_twilio_face_new (
      driver->session, transport, get_boolean (evidence, "hears_keys")));
}

static void
connect_face (Driver *driver, JsonObject *evidence)
{
  static const struct {
    const gchar *name;
    VowelFace *(*make) (
        Driver *driver, VowelTransport *transport, JsonObject *evidence);
  } faces[] = {
      {"openai", make_openai_face},
      {"twilio", make_twilio_face},
      {"vatel", make_vatel_face},
      {"voicex", make_voicex_face},
  };
  const gchar *name =
      json_object_get_string_member_with_default (evidence, "face", "openai");
  g_autoptr (PrintTransport) transport =
      g_object_new (PRINT_TYPE_TRANSPORT, NULL);

  transport->index = driver->faces->len;
  for (guint i = 0; i < G_N_ELEMENTS (faces); i++) {
    if (g_str_equal (faces[i].name, name)) {
      g_ptr_array_add (driver->faces,
          faces[i].make (driver, VOWEL_TRANSPORT (transport), evidence));
      return;
    }
  }
  g_error ("no such face: %s", name);
}

static VowelFace *
get_face (Driver *driver, JsonObject *line)
{
  guint index = json_object_get_int_member_with_default (line, "on", 0);

  g_assert_cmpuint (index, <, driver->faces->len);
  return g_ptr_array_index (driver->faces, index);
}

/* What the engine may report: its arguments follow the name. */
static void
run_engine (FakeEngine *engine, JsonArray *a)
{
  const gchar *what = json_array_get_string_element (a, 0);
  guint64 id = json_array_get_length (a) > 1
                   ? (guint64) json_array_get_int_element (a, 1)
                   : 0;

  if (g_str_equal (what, "speech_started"))
    fake_engine_speech_started (engine, id, json_array_get_int_element (a, 2));
  else if (g_str_equal (what, "begun"))
    fake_engine_begun (engine, id, json_array_get_int_element (a, 2));
  else if (g_str_equal (what, "speech_stopped"))
    fake_engine_speech_stopped (engine, id, json_array_get_int_element (a, 2));
  else if (g_str_equal (what, "interim"))
    fake_engine_interim (engine, id, json_array_get_string_element (a, 2));
  else if (g_str_equal (what, "final"))
    fake_engine_final (engine, id, json_array_get_string_element (a, 2));
  else if (g_str_equal (what, "failed_stt"))
    fake_engine_failed (engine, VOWEL_STAGE_STT, id);
  else if (g_str_equal (what, "failed_llm"))
    fake_engine_failed (engine, VOWEL_STAGE_LLM, id);
  else if (g_str_equal (what, "failed_tts"))
    fake_engine_failed (engine, VOWEL_STAGE_TTS, id);
  else if (g_str_equal (what, "text"))
    fake_engine_text (engine, id, json_array_get_string_element (a, 2));
  else if (g_str_equal (what, "arguments"))
    fake_engine_arguments (engine, id, json_array_get_string_element (a, 2),
        json_array_get_string_element (a, 3),
        json_array_get_string_element (a, 4));
  else if (g_str_equal (what, "call"))
    fake_engine_call (engine, id, json_array_get_string_element (a, 2),
        json_array_get_string_element (a, 3),
        json_array_get_string_element (a, 4));
  else if (g_str_equal (what, "generated"))
    fake_engine_generated (
        engine, id, (VowelFinish) json_array_get_int_element (a, 2));
  else if (g_str_equal (what, "audio"))
    fake_engine_audio (engine, id, json_array_get_int_element (a, 2),
        json_array_get_int_element (a, 3), json_array_get_int_element (a, 4));
  else if (g_str_equal (what, "sentence"))
    fake_engine_sentence (engine, id, json_array_get_int_element (a, 2),
        json_array_get_int_element (a, 3), json_array_get_int_element (a, 4));
  else if (g_str_equal (what, "audio_ended"))
    fake_engine_audio_ended (engine, id);
  else if (g_str_equal (what, "transcribed"))
    fake_engine_transcribed (engine, id, json_array_get_string_element (a, 2));
  else if (g_str_equal (what, "failed_recording"))
    fake_engine_failed (engine, VOWEL_STAGE_RECORDING, id);
  else if (g_str_equal (what, "fatal"))
    fake_engine_fatal (engine);
  else
    g_error ("the engine reports no %s", what);
}

static void
set_barge_in (Driver *driver, JsonObject *settings)
{
  g_autoptr (VowelBehaviours) behaviours = vowel_behaviours_new ();

  behaviours->barge_in.min_chars =
      json_object_get_int_member (settings, "min_chars");
  behaviours->barge_in.guard_ms =
      json_object_get_int_member (settings, "guard_ms");
  vowel_session_set_behaviours (driver->session, behaviours);
}

static void
receive_binary (Driver *driver, JsonObject *line)
{
  gsize length;
  g_autofree guchar *data =
      g_base64_decode (get_string (line, "binary"), &length);

  vowel_face_receive_binary (get_face (driver, line), data, length);
}

static void
run_line (Driver *driver, JsonObject *line)
{
  if (json_object_has_member (line, "connect")) {
    connect_face (driver, json_object_get_object_member (line, "connect"));
  } else if (json_object_has_member (line, "hibernate")) {
    vowel_session_set_hibernation (
        driver->session, json_object_get_int_member (line, "hibernate"));
  } else if (json_object_has_member (line, "start")) {
    g_autoptr (GError) error = NULL;

    vowel_session_start (driver->session, &error);
    g_assert_no_error (error);
  } else if (json_object_has_member (line, "lead")) {
    vowel_session_set_output_lead (
        driver->session, json_object_get_int_member (line, "lead"));
  } else if (json_object_has_member (line, "barge_in")) {
    set_barge_in (driver, json_object_get_object_member (line, "barge_in"));
  } else if (json_object_has_member (line, "refuse")) {
    g_autoptr (GError) error = g_error_new_literal (
        VOWEL_ERROR, VOWEL_ERROR_PROVIDER, get_string (line, "refuse"));

    vowel_face_refuse (get_face (driver, line), error);
  } else if (json_object_has_member (line, "send")) {
    g_autofree gchar *text =
        json_to_string (json_object_get_member (line, "send"), FALSE);

    vowel_face_receive_text (get_face (driver, line), text, strlen (text));
  } else if (json_object_has_member (line, "raw")) {
    const gchar *text = get_string (line, "raw");

    vowel_face_receive_text (get_face (driver, line), text, strlen (text));
  } else if (json_object_has_member (line, "binary")) {
    receive_binary (driver, line);
  } else if (json_object_has_member (line, "heard")) {
    printf ("{\"heard\":%" G_GSIZE_FORMAT "}\n",
        fake_engine_get_n_bytes (driver->engine));
  } else if (json_object_has_member (line, "engine")) {
    run_engine (driver->engine, json_object_get_array_member (line, "engine"));
  } else if (json_object_has_member (line, "asked")) {
    g_autoptr (JsonObject) object = json_object_new ();
    g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);
    g_autofree gchar *text = NULL;

    json_object_set_string_member (
        object, "asked", fake_engine_get_asked (driver->engine));
    json_node_set_object (node, object);
    text = json_to_string (node, FALSE);
    printf ("%s\n", text);
  } else if (json_object_has_member (line, "advance")) {
    manual_clock_advance_ms (
        driver->clock, json_object_get_int_member (line, "advance"));
  } else if (json_object_has_member (line, "closed")) {
    vowel_face_closed (
        get_face (driver, line), json_object_get_int_member (line, "closed"));
  } else if (json_object_has_member (line, "end")) {
    vowel_session_end (driver->session,
        (VowelEndReason) json_object_get_int_member (line, "end"));
  } else {
    g_error ("no such command");
  }
}

int
main (int argc, char **argv)
{
  g_autoptr (EventRecorder) recorder = event_recorder_new ();
  g_autoptr (FakeEngine) engine = fake_engine_new (recorder);
  g_autoptr (ManualClock) clock = manual_clock_new ();
  g_autoptr (VowelSessionConfig) config = vowel_session_config_new ();
  g_autoptr (VowelSession) session = vowel_session_new (
      NULL, config, VOWEL_ENGINE (engine), VOWEL_CLOCK (clock));
  g_autoptr (GPtrArray) faces = g_ptr_array_new_with_free_func (g_object_unref);
  Driver driver = {recorder, engine, clock, session, faces};
  g_autoptr (GIOChannel) input = g_io_channel_unix_new (0);
  gchar *text = NULL;
  gsize length;

  gst_init (&argc, &argv);
  setvbuf (stdout, NULL, _IOLBF, 0);
  while (g_io_channel_read_line (input, &text, &length, NULL, NULL)
         == G_IO_STATUS_NORMAL) {
    g_autofree gchar *line = text;
    g_autoptr (JsonNode) node = json_from_string (line, NULL);

    g_assert_nonnull (node);
    run_line (&driver, json_node_get_object (node));
    printf ("{\"ready\":true}\n");
  }

  return 0;
}
