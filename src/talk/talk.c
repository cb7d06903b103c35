/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "talk.h"

#include "talk-audio.h"
#include "talk-client.h"
#include "talk-latency.h"

#include <glib-unix.h>

#include <string.h>
#include <sysexits.h>

#define DEFAULT_URI "ws://127.0.0.1:8787/v1/realtime"
#define PACKET_MS 40
#define PACKET_BYTES (VOWEL_TALK_RATE * PACKET_MS / 1000 * 2)
/* Silence sent behind a recording, for the server to hear its end. */
#define TRAILING_SILENCE_MS 2000

typedef enum {
  STEP_TEXT,
  STEP_WAV,
} StepKind;

typedef struct {
  StepKind kind;
  gchar *value;
} Step;

typedef struct {
  /* options */
  gchar *uri;
  gchar *key;
  gchar *model;
  gchar *voice;
  gchar *instructions;
  gchar *out;
  gboolean microphone;
  gdouble pace;
  gint timeout;
  GPtrArray *steps;

  GMainLoop *loop;
  VowelTalkClient *client;
  VowelTalkDevice *input;
  VowelTalkDevice *output;
  GByteArray *answer; /* all that was said, for --out */

  guint next_step;
  GByteArray *recording; /* what is being sent */
  gsize sent;
  gsize speech_end; /* bytes; silence follows */
  guint packets;    /* source ids */
  guint deadline;

  gboolean heard;     /* the server heard the recording's speech */
  gboolean awaiting;  /* an answer to what was said last */
  gboolean answering; /* the last line on the terminal is an answer's */
  gboolean header_shown;
  VowelTalkLatency latency;
  gint status;
} Talk;

static void next_step (Talk *talk);

static void
quit (Talk *talk, gint status)
{
  if (talk->status == EX_OK)
    talk->status = status;
  g_main_loop_quit (talk->loop);
}

static void
end_line (Talk *talk)
{
  if (talk->answering)
    g_print ("\n");
  talk->answering = FALSE;
}

static gboolean
on_deadline (gpointer user_data)
{
  Talk *talk = user_data;

  talk->deadline = 0;
  end_line (talk);
  if (talk->recording != NULL && !talk->heard)
    g_printerr ("The server heard no speech in the recording.\n");
  else
    g_printerr ("No answer within %d seconds.\n", talk->timeout);
  quit (talk, EX_UNAVAILABLE);
  return G_SOURCE_REMOVE;
}

static void
arm_deadline (Talk *talk)
{
  g_clear_handle_id (&talk->deadline, g_source_remove);
  if (talk->timeout > 0)
    talk->deadline = g_timeout_add_seconds (talk->timeout, on_deadline, talk);
}

/* An answer comes at the pace at which it is spoken, however long it is. */
static void
extend_deadline (Talk *talk)
{
  if (talk->deadline != 0)
    arm_deadline (talk);
}

static gboolean
send_packet (gpointer user_data)
{
  Talk *talk = user_data;
  gsize size = MIN (PACKET_BYTES, talk->recording->len - talk->sent);
  g_autoptr (GBytes) packet =
      g_bytes_new (talk->recording->data + talk->sent, size);

  vowel_talk_client_send_audio (talk->client, packet);
  talk->sent += size;
  if (talk->sent < talk->recording->len)
    return G_SOURCE_CONTINUE;

  talk->packets = 0;
  if (talk->heard && !talk->awaiting)
    next_step (talk);
  return G_SOURCE_REMOVE;
}

static gboolean
start_recording (Talk *talk, const gchar *path)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) sound = vowel_talk_read_file (path, &error);
  gsize silence = (gsize) PACKET_BYTES / PACKET_MS * TRAILING_SILENCE_MS;
  guint start;

  if (sound == NULL) {
    g_printerr ("%s\n", error->message);
    quit (talk, EX_NOINPUT);
    return FALSE;
  }
  talk->recording = g_bytes_unref_to_array (g_steal_pointer (&sound));
  start = talk->speech_end = talk->recording->len;
  g_byte_array_set_size (talk->recording, start + silence);
  memset (talk->recording->data + start, 0, silence);
  talk->sent = 0;
  talk->heard = FALSE;
  talk->packets = talk->pace > 0 ? g_timeout_add (
                      (guint) (PACKET_MS / talk->pace), send_packet, talk)
                                 : g_idle_add (send_packet, talk);
  return TRUE;
}

/* Goes on with what the command line asks for, or ends. */
static void
next_step (Talk *talk)
{
  Step *step;

  if (talk->microphone)
    return;
  if (talk->next_step == talk->steps->len) {
    quit (talk, EX_OK);
    return;
  }
  step = g_ptr_array_index (talk->steps, talk->next_step++);
  g_clear_pointer (&talk->recording, g_byte_array_unref);
  arm_deadline (talk);
  talk->awaiting = TRUE;
  vowel_talk_latency_begin (&talk->latency, g_get_monotonic_time ());
  if (step->kind == STEP_TEXT) {
    g_print ("you:   %s\n", step->value);
    vowel_talk_client_send_text (talk->client, step->value);
  } else {
    start_recording (talk, step->value);
  }
}

static void
on_microphone (GBytes *audio, gpointer user_data)
{
  Talk *talk = user_data;

  vowel_talk_client_send_audio (talk->client, audio);
}

static void
on_ready (gpointer user_data)
{
  Talk *talk = user_data;
  g_autoptr (GError) error = NULL;

  if (!talk->microphone) {
    next_step (talk);
    return;
  }
  talk->input = vowel_talk_microphone_new (on_microphone, talk, &error);
  if (talk->input != NULL)
    talk->output = vowel_talk_loudspeaker_new (&error);
  if (talk->output == NULL) {
    g_printerr ("%s\n", error->message);
    quit (talk, EX_NOINPUT);
    return;
  }
  g_print ("Speak. Ctrl-C ends the conversation.\n");
}

static void
on_speech_started (gpointer user_data)
{
  Talk *talk = user_data;

  end_line (talk);
  talk->heard = TRUE;
  talk->awaiting = TRUE;
  if (talk->output != NULL)
    vowel_talk_loudspeaker_stop (talk->output);
}

static void
on_speech_stopped (gpointer user_data)
{
  Talk *talk = user_data;

  vowel_talk_latency_begin (&talk->latency, g_get_monotonic_time ());
}

static void
on_user_text (const gchar *text, gpointer user_data)
{
  Talk *talk = user_data;

  vowel_talk_latency_mark (
      &talk->latency, VOWEL_TALK_TRANSCRIPT, g_get_monotonic_time ());
  end_line (talk);
  g_print ("you:   %s\n", *text != '\0' ? text : "(nothing understood)");
}

static void
on_assistant_text (const gchar *delta, gpointer user_data)
{
  Talk *talk = user_data;

  vowel_talk_latency_mark (
      &talk->latency, VOWEL_TALK_FIRST_TOKEN, g_get_monotonic_time ());
  extend_deadline (talk);
  g_print ("%s%s", talk->answering ? "" : "vowel: ", delta);
  talk->answering = TRUE;
}

static void
on_assistant_audio (GBytes *audio, gpointer user_data)
{
  Talk *talk = user_data;
  gsize size;
  const guint8 *data = g_bytes_get_data (audio, &size);

  vowel_talk_latency_mark (
      &talk->latency, VOWEL_TALK_FIRST_AUDIO, g_get_monotonic_time ());
  extend_deadline (talk);
  if (talk->out != NULL)
    g_byte_array_append (talk->answer, data, size);
  if (talk->output != NULL)
    vowel_talk_loudspeaker_play (talk->output, audio);
}

static void
on_greeted (gpointer user_data)
{
  Talk *talk = user_data;

  end_line (talk);
  extend_deadline (talk);
  vowel_talk_latency_begin (&talk->latency, g_get_monotonic_time ());
}

static void
on_done (const gchar *failure, gpointer user_data)
{
  Talk *talk = user_data;
  g_autofree gchar *table = NULL;

  vowel_talk_latency_mark (
      &talk->latency, VOWEL_TALK_DONE, g_get_monotonic_time ());
  end_line (talk);
  if (failure != NULL) {
    g_printerr ("The server could not answer: %s\n", failure);
    if (!talk->microphone)
      quit (talk, EX_UNAVAILABLE);
    return;
  }
  table = vowel_talk_latency_format (&talk->latency, !talk->header_shown);
  talk->header_shown = TRUE;
  g_print ("%s", table);
  talk->awaiting = FALSE;
  /* A recording may hold several turns. */
  if (talk->packets != 0 && talk->sent < talk->speech_end)
    return;
  g_clear_handle_id (&talk->packets, g_source_remove);
  next_step (talk);
}

static void
on_closed (const GError *error, gpointer user_data)
{
  Talk *talk = user_data;

  end_line (talk);
  g_printerr ("%s\n", error->message);
  quit (talk, EX_UNAVAILABLE);
}

static gboolean
on_interrupt (gpointer user_data)
{
  Talk *talk = user_data;

  end_line (talk);
  quit (talk, EX_OK);
  return G_SOURCE_CONTINUE;
}

static void
step_free (gpointer data)
{
  Step *step = data;

  g_free (step->value);
  g_free (step);
}

static gboolean
add_step (
    const gchar *option, const gchar *value, gpointer data, GError **error)
{
  Talk *talk = data;
  Step *step = g_new0 (Step, 1);

  step->kind = g_str_equal (option, "--text") || g_str_equal (option, "-t")
                   ? STEP_TEXT
                   : STEP_WAV;
  step->value = g_strdup (value);
  g_ptr_array_add (talk->steps, step);
  return TRUE;
}

static gboolean
parse_options (Talk *talk, gint argc, gchar **argv, GError **error)
{
  const GOptionEntry entries[] = {
      {"url", 'u', 0, G_OPTION_ARG_STRING, &talk->uri,
          "The server's Realtime endpoint (default " DEFAULT_URI ")", "URL"},
      {"key", 'k', 0, G_OPTION_ARG_STRING, &talk->key,
          "API key or token (default: $API_KEY)", "KEY"},
      {"text", 't', 0, G_OPTION_ARG_CALLBACK, add_step,
          "Say this; may be given several times", "TEXT"},
      {"wav", 'w', 0, G_OPTION_ARG_CALLBACK, add_step,
          "Play this recording to the server; may be given several times",
          "FILE"},
      {"mic", 'm', 0, G_OPTION_ARG_NONE, &talk->microphone,
          "Talk through the microphone and loudspeaker", NULL},
      {"out", 'o', 0, G_OPTION_ARG_FILENAME, &talk->out,
          "Write the spoken answers to this WAV file", "FILE"},
      {"pace", 0, 0, G_OPTION_ARG_DOUBLE, &talk->pace,
          "How fast a recording is sent: 1 = as spoken, 0 = at once (default "
          "1)",
          "N"},
      {"timeout", 0, 0, G_OPTION_ARG_INT, &talk->timeout,
          "Longest wait for an answer in seconds, 0 = for ever (default 60)",
          "SECONDS"},
      {"model", 0, 0, G_OPTION_ARG_STRING, &talk->model, "Ask for this model",
          "NAME"},
      {"voice", 0, 0, G_OPTION_ARG_STRING, &talk->voice, "Ask for this voice",
          "NAME"},
      {"instructions", 0, 0, G_OPTION_ARG_STRING, &talk->instructions,
          "Instructions for the model", "TEXT"},
      {NULL},
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  GOptionGroup *group = g_option_group_new ("talk", "", "", talk, NULL);

  g_option_group_add_entries (group, entries);
  g_option_context_set_main_group (context, group);
  g_option_context_set_summary (context,
      "Holds a conversation with a server that speaks OpenAI Realtime. Prints\n"
      "what is said on both sides and, per turn, how long each step took\n"
      "(milliseconds after the end of speech, or after sending a text).");
  if (!g_option_context_parse (context, &argc, &argv, error))
    return FALSE;
  if (argc > 1) {
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
        "\"%s\" is not an option; a text is given with --text, a recording "
        "with --wav",
        argv[1]);
    return FALSE;
  }
  if (!talk->microphone && talk->steps->len == 0) {
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
        "nothing to say: give --text TEXT, --wav FILE or --mic");
    return FALSE;
  }
  if (talk->microphone && talk->steps->len > 0) {
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_FAILED,
        "--mic cannot be combined with --text or --wav");
    return FALSE;
  }
  if (talk->pace < 0) {
    g_set_error (error, G_OPTION_ERROR, G_OPTION_ERROR_BAD_VALUE,
        "--pace must not be negative");
    return FALSE;
  }
  return TRUE;
}

static void
talk_clear (Talk *talk)
{
  g_clear_handle_id (&talk->packets, g_source_remove);
  g_clear_handle_id (&talk->deadline, g_source_remove);
  g_clear_pointer (&talk->input, vowel_talk_device_free);
  g_clear_pointer (&talk->output, vowel_talk_device_free);
  g_clear_object (&talk->client);
  g_clear_pointer (&talk->recording, g_byte_array_unref);
  g_clear_pointer (&talk->answer, g_byte_array_unref);
  g_clear_pointer (&talk->steps, g_ptr_array_unref);
  g_clear_pointer (&talk->loop, g_main_loop_unref);
  g_free (talk->uri);
  g_free (talk->key);
  g_free (talk->model);
  g_free (talk->voice);
  g_free (talk->instructions);
  g_free (talk->out);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Talk, talk_clear)

gint
vowel_talk_main (gint argc, gchar **argv)
{
  static const VowelTalkCallbacks callbacks = {
      .ready = on_ready,
      .speech_started = on_speech_started,
      .speech_stopped = on_speech_stopped,
      .user_text = on_user_text,
      .assistant_text = on_assistant_text,
      .assistant_audio = on_assistant_audio,
      .greeted = on_greeted,
      .done = on_done,
      .closed = on_closed,
  };
  g_autoptr (GError) error = NULL;
  g_auto (Talk) talk = {.pace = 1, .timeout = 60};
  guint interrupt;

  talk.steps = g_ptr_array_new_with_free_func (step_free);
  if (!parse_options (&talk, argc, argv, &error)) {
    g_printerr ("%s\nSee vowel-gst talk --help.\n", error->message);
    return EX_USAGE;
  }
  gst_init (NULL, NULL);

  talk.loop = g_main_loop_new (NULL, FALSE);
  talk.answer = g_byte_array_new ();
  talk.client = vowel_talk_client_new (
      talk.uri != NULL ? talk.uri : DEFAULT_URI,
      talk.key != NULL ? talk.key : g_getenv ("API_KEY"), &callbacks, &talk);
  vowel_talk_client_set_session (
      talk.client, talk.model, talk.voice, talk.instructions);
  /* Nobody listens while it speaks. */
  if (!talk.microphone)
    vowel_talk_client_set_unpaced (talk.client);
  interrupt = g_unix_signal_add (SIGINT, on_interrupt, &talk);
  vowel_talk_client_connect (talk.client);
  if (talk.status == EX_OK)
    g_main_loop_run (talk.loop);
  g_source_remove (interrupt);
  vowel_talk_client_close (talk.client);

  if (talk.out != NULL && talk.status == EX_OK && talk.answer->len == 0) {
    g_printerr ("Nothing was said: %s is not written.\n", talk.out);
    return EX_UNAVAILABLE;
  }
  if (talk.out != NULL && talk.status == EX_OK
      && !vowel_talk_write_wav (talk.out, talk.answer, &error)) {
    g_printerr ("%s\n", error->message);
    return EX_CANTCREAT;
  }
  return talk.status;
}
