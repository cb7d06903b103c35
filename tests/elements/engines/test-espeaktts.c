/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <signal.h>
#include <string.h>

#include <glib/gstdio.h>

#include "speaker.h"

#define TEXT "Hello there, my friend. How are you today?"
/* Shorter than a test may take, longer than a helper ever needs. */
#define SHORT_TIMEOUT 300
#define TIMEOUT (180 * G_TIME_SPAN_SECOND)

static Speaker *
speaker_with (const gchar *property, const gchar *value)
{
  return speaker_new_with ("espeaktts", property, value);
}

/* Whether the process has become a helper: it starts as a copy of us, which
 * must not be stopped before it is one. */
static gboolean
runs_helper (GPid pid)
{
  g_autofree gchar *path = g_strdup_printf ("/proc/%d/comm", pid);
  g_autofree gchar *name = NULL;

  /* Linux keeps fifteen characters. */
  return g_file_get_contents (path, &name, NULL, NULL)
         && g_str_has_prefix (name, "vowel-espeak-he");
}

/* The helpers among our child processes. */
static GArray *
list_helpers (void)
{
  GArray *pids = g_array_new (FALSE, FALSE, sizeof (GPid));
  g_autoptr (GDir) threads = g_dir_open ("/proc/self/task", 0, NULL);
  const gchar *thread;

  while ((thread = g_dir_read_name (threads)) != NULL) {
    g_autofree gchar *path =
        g_build_filename ("/proc/self/task", thread, "children", NULL);
    g_autofree gchar *text = NULL;
    g_auto (GStrv) children = NULL;

    /* A thread may be gone by now. */
    if (!g_file_get_contents (path, &text, NULL, NULL))
      continue;
    children = g_strsplit (text, " ", -1);
    for (guint i = 0; children[i] != NULL; i++) {
      GPid pid = g_ascii_strtoll (children[i], NULL, 10);

      if (pid > 0 && runs_helper (pid))
        g_array_append_val (pids, pid);
    }
  }
  return pids;
}

static guint
count_helpers (void)
{
  g_autoptr (GArray) pids = list_helpers ();

  return pids->len;
}

/* Processes start and end in the background. */
static void
wait_for_helpers (gboolean any)
{
  gint64 deadline = g_get_monotonic_time () + TIMEOUT;

  while ((count_helpers () > 0) != any) {
    g_assert_cmpint (g_get_monotonic_time (), <, deadline);
    g_thread_yield ();
  }
}

static void
signal_helpers (gint signal_number)
{
  g_autoptr (GArray) pids = list_helpers ();

  g_assert_cmpuint (pids->len, >, 0);
  for (guint i = 0; i < pids->len; i++)
    g_assert_cmpint (
        kill (g_array_index (pids, GPid, i), signal_number), ==, 0);
}

static gboolean
is_helper (GPid pid)
{
  g_autoptr (GArray) pids = list_helpers ();

  for (guint i = 0; i < pids->len; i++)
    if (g_array_index (pids, GPid, i) == pid)
      return TRUE;
  return FALSE;
}

/* The whole text was spoken: espeak-ng's audio differs from one time to the
 * next by a few samples. */
static void
assert_same_length (Speaker *speaker, GBytes *expected)
{
  gdouble n_expected = g_bytes_get_size (expected) / 2;

  g_assert_cmpfloat_with_epsilon (
      speaker_get_n_samples (speaker), n_expected, n_expected * 0.01);
}

static void
test_speaks (void)
{
  speaker_test_speaks ("espeaktts", 22050);
}

static void
test_marks (void)
{
  g_autoptr (Speaker) speaker = speaker_with (NULL, NULL);
  g_autoptr (GArray) ranges = NULL;
  const SpeakerRange *apples;

  speaker_say (speaker, "1234567 \u00e4pples.");
  speaker_finish (speaker);

  speaker_assert_ranges (speaker, g_utf8_strlen ("1234567 \u00e4pples.", -1));
  ranges = speaker_get_ranges (speaker);
  apples = speaker_find_range (ranges, strlen ("1234567 a"));
  g_assert_cmpuint (apples->first_sample + apples->n_samples, >,
      speaker_get_n_samples (speaker) * 6 / 10);
}

static void
test_properties (void)
{
  g_autoptr (Speaker) normal = speaker_with (NULL, NULL);
  g_autoptr (Speaker) fast = speaker_with ("rate", "350");
  g_autoptr (Speaker) faster = speaker_with ("speed", "2.0");
  g_autoptr (Speaker) quiet = speaker_with ("volume", "20");
  g_autoptr (Speaker) high = speaker_with ("pitch", "90");
  g_autoptr (Speaker) german = speaker_with ("voice", "de");
  Speaker *all[] = {normal, fast, faster, quiet, high, german};
  g_autoptr (GBytes) normal_samples = NULL;
  g_autoptr (GBytes) high_samples = NULL;
  g_autoptr (GBytes) german_samples = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (all); i++) {
    speaker_say (all[i], TEXT);
    speaker_finish (all[i]);
  }
  normal_samples = speaker_get_samples (normal);
  high_samples = speaker_get_samples (high);
  german_samples = speaker_get_samples (german);

  g_assert_cmpfloat (
      speaker_get_seconds (fast), <, speaker_get_seconds (normal) * 0.7);
  g_assert_cmpfloat (
      speaker_get_seconds (faster), <, speaker_get_seconds (normal) * 0.7);
  g_assert_cmpfloat (
      speaker_get_loudness (quiet), <, speaker_get_loudness (normal) * 0.5);
  g_assert_false (g_bytes_equal (normal_samples, high_samples));
  g_assert_false (g_bytes_equal (normal_samples, german_samples));
}

/* Every voice that it lists speaks; the first one by default. */
static void
test_voices (void)
{
  speaker_test_voices ("espeaktts");
}

static void
test_unknown_voice (void)
{
  speaker_test_unknown_voice ("espeaktts", TEXT, "nobody");
}

static void
test_interrupt (void)
{
  speaker_test_interrupt ("espeaktts", "and so on and so forth ", 300, 22050);
}

/* A helper that is killed with a sentence in its hands: a new one speaks it,
 * in full. */
static void
test_killed (void)
{
  g_autoptr (GBytes) expected = speaker_speak ("espeaktts", TEXT);
  g_autoptr (Speaker) speaker = NULL;

  wait_for_helpers (FALSE);
  speaker = speaker_with ("helpers", "1");
  wait_for_helpers (TRUE);
  signal_helpers (SIGSTOP);
  speaker_say (speaker, TEXT);
  signal_helpers (SIGKILL);
  speaker_finish (speaker);

  assert_same_length (speaker, expected);
}

static void
test_hung (void)
{
  g_autoptr (GBytes) expected = speaker_speak ("espeaktts", TEXT);
  g_autoptr (GArray) helpers = NULL;
  g_autoptr (Speaker) speaker = NULL;
  GstElement *element = gst_element_factory_make ("espeaktts", NULL);

  wait_for_helpers (FALSE);
  g_object_set (element, "helpers", 1, "timeout", SHORT_TIMEOUT, NULL);
  speaker = speaker_new (element);
  wait_for_helpers (TRUE);
  helpers = list_helpers ();
  g_assert_cmpuint (helpers->len, ==, 1);
  signal_helpers (SIGSTOP);
  speaker_say (speaker, TEXT);
  speaker_finish (speaker);

  assert_same_length (speaker, expected);
  g_assert_false (is_helper (g_array_index (helpers, GPid, 0)));
}

static void
test_parallel (void)
{
  g_autoptr (GBytes) expected = speaker_speak ("espeaktts", TEXT TEXT TEXT);
  g_autoptr (GPtrArray) speakers =
      g_ptr_array_new_with_free_func ((GDestroyNotify) speaker_free);

  wait_for_helpers (FALSE);
  for (guint i = 0; i < 12; i++) {
    Speaker *speaker = speaker_with ("helpers", "3");

    g_ptr_array_add (speakers, speaker);
    speaker_say (speaker, TEXT TEXT TEXT);
  }
  for (guint i = 0; i < speakers->len; i++) {
    speaker_finish (g_ptr_array_index (speakers, i));
    assert_same_length (g_ptr_array_index (speakers, i), expected);
  }
  g_assert_cmpuint (count_helpers (), <=, 3);
}

/* With the last element the helpers go, and are reaped. */
static void
test_leaves_nothing (void)
{
  Speaker *speaker = speaker_with (NULL, NULL);

  speaker_say (speaker, TEXT);
  wait_for_helpers (TRUE);
  speaker_free (speaker);
  wait_for_helpers (FALSE);
}

static Speaker *
speaker_with_fake (void)
{
  GstElement *element = gst_element_factory_make ("espeaktts", NULL);

  g_object_set (element, "timeout", SHORT_TIMEOUT, NULL);
  return speaker_new (element);
}

static void
assert_counts_up (Speaker *speaker)
{
  g_autoptr (GBytes) bytes = speaker_get_samples (speaker);
  gsize size;
  const guint8 *samples = g_bytes_get_data (bytes, &size);

  g_assert_cmpuint (size, ==, 2000);
  for (guint i = 0; i < size / 2; i++)
    g_assert_cmpuint (GST_READ_UINT16_LE (samples + 2 * i), ==, i);
}

/* What was heard before the helper died is not heard again. */
static void
test_dies_midway (void)
{
  g_autoptr (Speaker) speaker = speaker_with_fake ();

  speaker_say (speaker, "die once.");
  speaker_finish (speaker);
  assert_counts_up (speaker);
  g_assert_cmpint (g_unlink (g_getenv ("FAKE_ESPEAK_STATE")), ==, 0);
}

/* Gives up after the second helper; the next sentence is spoken. */
static void
test_gives_up (gconstpointer data)
{
  const gchar *text = data;
  g_autoptr (Speaker) speaker = speaker_with_fake ();
  g_autoptr (GError) error = NULL;
  gsize before;

  speaker_say (speaker, text);
  error = speaker_wait_for_failure (speaker);
  if (g_str_has_prefix (text, "hang"))
    g_assert_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_TIMEOUT);
  else
    g_assert_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_UPSTREAM);
  before = speaker_get_n_samples (speaker);
  speaker_say (speaker, "Speak.");
  speaker_finish (speaker);
  g_assert_cmpuint (speaker_get_n_samples (speaker), ==, before + 1000);
}

static void
test_no_helper (void)
{
  GstElement *element =
      gst_object_ref_sink (gst_element_factory_make ("espeaktts", NULL));
  g_autoptr (GstBus) bus = gst_bus_new ();
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GError) error = NULL;

  gst_element_set_bus (element, bus);
  g_assert_cmpint (gst_element_set_state (element, GST_STATE_READY), ==,
      GST_STATE_CHANGE_FAILURE);
  message = gst_bus_pop_filtered (bus, GST_MESSAGE_ERROR);
  g_assert_nonnull (message);
  gst_message_parse_error (message, &error, NULL);
  g_assert_nonnull (strstr (error->message, "/nonexistent/helper"));
  g_assert_nonnull (strstr (error->message, "VOWEL_ESPEAK_HELPER"));
  gst_element_set_state (element, GST_STATE_NULL);
  gst_element_set_bus (element, NULL);
  gst_object_unref (element);
}

static void
add_tests (void)
{
  g_test_add_func ("/espeaktts/speaks", test_speaks);
  g_test_add_func ("/espeaktts/marks", test_marks);
  g_test_add_func ("/espeaktts/properties", test_properties);
  g_test_add_func ("/espeaktts/voices", test_voices);
  g_test_add_func ("/espeaktts/unknown-voice", test_unknown_voice);
  g_test_add_func ("/espeaktts/interrupt", test_interrupt);
  g_test_add_func ("/espeaktts/killed", test_killed);
  g_test_add_func ("/espeaktts/hung", test_hung);
  g_test_add_func ("/espeaktts/parallel", test_parallel);
  g_test_add_func ("/espeaktts/leaves-nothing", test_leaves_nothing);
}

static void
add_fake_tests (void)
{
  g_test_add_func ("/espeaktts/fake/dies-midway", test_dies_midway);
  g_test_add_data_func ("/espeaktts/fake/dies", "die.", test_gives_up);
  g_test_add_data_func ("/espeaktts/fake/hangs", "hang.", test_gives_up);
  g_test_add_data_func ("/espeaktts/fake/nonsense", "nonsense.", test_gives_up);
}

/* Without an argument: the real helper; "fake": the one that misbehaves;
 * "none": none. The environment is set before there are threads. */
int
main (int argc, char **argv)
{
  const gchar *helper = argc > 1 ? argv[1] : "real";
  g_autofree gchar *folder = g_dir_make_tmp ("vowel-XXXXXX", NULL);
  g_autofree gchar *state = g_build_filename (folder, "state", NULL);
  gint result;

  if (g_str_equal (helper, "fake"))
    g_setenv ("VOWEL_ESPEAK_HELPER", FAKE_ESPEAK_HELPER, TRUE);
  else if (g_str_equal (helper, "none"))
    g_setenv ("VOWEL_ESPEAK_HELPER", "/nonexistent/helper", TRUE);
  else
    g_unsetenv ("VOWEL_ESPEAK_HELPER");
  g_setenv ("FAKE_ESPEAK_STATE", state, TRUE);

  g_test_init (&argc, &argv, NULL);
  gst_init (&argc, &argv);

  if (g_str_equal (helper, "fake"))
    add_fake_tests ();
  else if (g_str_equal (helper, "none"))
    g_test_add_func ("/espeaktts/no-helper", test_no_helper);
  else
    add_tests ();
  result = g_test_run ();
  g_rmdir (folder);

  return result;
}
