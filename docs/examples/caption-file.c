/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * caption-file: subtitles (SRT) for a recording.
 *
 *   caption-file [--provider NAME] [--set PROPERTY=VALUE]… FILE
 *
 * An application of its own that puts two elements of vowel-gst into its
 * pipeline: vad cuts the recording into utterances, sttsink recognises them.
 * All that it needs to know of them are their names and one message.
 */

#include <gst/vowel/vowel.h>

static gchar *opt_provider;
static gchar **opt_set;

static const GOptionEntry options[] = {
    {"provider", 'p', 0, G_OPTION_ARG_STRING, &opt_provider,
        "Speech-to-text provider (default: the best one installed)", "NAME"},
    {"set", 's', 0, G_OPTION_ARG_STRING_ARRAY, &opt_set,
        "Set a property of the provider", "PROPERTY=VALUE"},
    {NULL},
};

static void
print_time (GstClockTime time)
{
  guint64 ms = time / GST_MSECOND;

  g_print ("%02u:%02u:%02u,%03u", (guint) (ms / 3600000),
      (guint) (ms / 60000 % 60), (guint) (ms / 1000 % 60), (guint) (ms % 1000));
}

static void
print_caption (guint number, const GstVowelTranscript *transcript)
{
  g_print ("%u\n", number);
  print_time (transcript->start);
  g_print (" --> ");
  print_time (transcript->end);
  g_print ("\n%s\n\n", transcript->text);
}

/* Until the end of the file or the first error. */
static gboolean
run (GstElement *pipeline)
{
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  guint number = 0;

  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  for (;;) {
    g_autoptr (GstMessage) message =
        gst_bus_timed_pop (bus, GST_CLOCK_TIME_NONE);
    g_autoptr (GError) error = NULL;
    GstVowelTranscript transcript;

    switch (GST_MESSAGE_TYPE (message)) {
      case GST_MESSAGE_EOS:
        return TRUE;
      case GST_MESSAGE_ERROR:
        gst_message_parse_error (message, &error, NULL);
        g_printerr ("%s\n", error->message);
        return FALSE;
      default:
        if (gst_vowel_message_parse_transcript (message, &transcript)) {
          if (transcript.final && *transcript.text != '\0')
            print_caption (++number, &transcript);
        } else if (gst_vowel_message_parse_failure (
                       message, NULL, NULL, &error, NULL)) {
          g_printerr ("One utterance failed: %s\n", error->message);
        }
        break;
    }
  }
}

static gboolean
set_properties (GstElement *stt)
{
  for (guint i = 0; opt_set != NULL && opt_set[i] != NULL; i++) {
    g_auto (GStrv) pair = g_strsplit (opt_set[i], "=", 2);
    g_autofree gchar *name = g_strconcat ("provider::", pair[0], NULL);
    g_autoptr (GObject) target = NULL;
    GParamSpec *pspec;

    if (pair[0] == NULL || pair[1] == NULL
        || !gst_child_proxy_lookup (
            GST_CHILD_PROXY (stt), name, &target, &pspec)) {
      g_printerr ("The provider has no property for --set %s\n", opt_set[i]);
      return FALSE;
    }
    gst_util_set_object_arg (target, pspec->name, pair[1]);
  }
  return TRUE;
}

int
main (int argc, char **argv)
{
  g_autoptr (GOptionContext) context = g_option_context_new ("FILE");
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) pipeline = NULL;
  g_autoptr (GstElement) file = NULL;
  g_autoptr (GstElement) stt = NULL;
  gboolean ok;

  g_option_context_add_main_entries (context, options, NULL);
  g_option_context_add_group (context, gst_init_get_option_group ());
  if (!g_option_context_parse (context, &argc, &argv, &error)) {
    g_printerr ("%s\n", error->message);
    return 2;
  }
  if (argc != 2) {
    g_printerr ("usage: caption-file [OPTION…] FILE\n");
    return 2;
  }

  pipeline = gst_parse_launch (
      "filesrc name=file ! decodebin ! audioconvert ! audioresample ! "
      "audio/x-raw,rate=16000 ! vad ! sttsink name=stt",
      &error);
  if (error != NULL) {
    g_printerr ("%s\n", error->message);
    return 1;
  }
  file = gst_bin_get_by_name (GST_BIN (pipeline), "file");
  stt = gst_bin_get_by_name (GST_BIN (pipeline), "stt");
  g_object_set (file, "location", argv[1], NULL);
  if (opt_provider != NULL)
    g_object_set (stt, "provider", opt_provider, NULL);

  ok = set_properties (stt) && run (pipeline);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  return ok ? 0 : 1;
}
