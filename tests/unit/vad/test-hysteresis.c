/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <string.h>

#include "speech-hysteresis.h"

/*
 * Windows of 10 samples, drawn as text: '#' speech (at or above threshold),
 * '-' between the thresholds, '.' silence (below neg_threshold), 'F' no window
 * but the end of the stream.  Expected: what vad_hysteresis_step() said, as
 * "S<start>@<decided>" and "E<end>@<decided>".
 */
#define WINDOW 10

typedef struct {
  const gchar *name;
  const gchar *windows;
  const gchar *expected;
  guint min_speech;
  guint min_silence;
  guint prefix;
  guint suffix;
  guint max_utterance;
} Case;

static const Case cases[] = {
    {"silence", "..........", "", 20, 30, 0, 0, 0},
    {"undecided", "----------", "", 20, 30, 0, 0, 0},
    {"empty", "F", "", 20, 30, 0, 0, 0},

    /* start */
    {"click", "..#..#..#..", "", 20, 30, 0, 0, 0},
    {"click-then-undecided", "..#-#-#-..", "", 20, 30, 0, 0, 0},
    {"start", "..##", "S20@40", 20, 30, 0, 0, 0},
    {"start-at-once", "..#", "S20@30", 10, 30, 0, 0, 0},
    {"start-zero-min", "..#", "S20@30", 0, 30, 0, 0, 0},
    {"start-uneven-min", "..###", "S20@50", 21, 30, 0, 0, 0},
    {"start-first-window", "##", "S0@20", 20, 30, 0, 0, 0},
    {"run-restarts", "#.##", "S20@40", 20, 30, 0, 0, 0},
    {"prefix", "....##", "S25@60", 20, 30, 15, 0, 0},
    {"prefix-to-zero", "..##", "S0@40", 20, 30, 20, 0, 0},
    {"prefix-clamped", "..##", "S0@40", 20, 30, 500, 0, 0},

    /* stop */
    {"stop", "##...", "S0@20 E20@50", 20, 30, 0, 0, 0},
    {"stop-not-yet", "##..", "S0@20", 20, 30, 0, 0, 0},
    {"stop-at-once", "##.", "S0@20 E20@30", 20, 10, 0, 0, 0},
    {"stop-zero-min", "##.", "S0@20 E20@30", 20, 0, 0, 0, 0},
    {"stop-uneven-min", "##....", "S0@20 E20@60", 20, 31, 0, 0, 0},
    {"suffix", "##...", "S0@20 E27@50", 20, 30, 0, 7, 0},
    {"suffix-clamped", "##...", "S0@20 E50@50", 20, 30, 0, 500, 0},
    {"speech-clears-silence", "##..#...", "S0@20 E50@80", 20, 30, 0, 0, 0},
    {"undecided-keeps-silence", "##.-.", "S0@20 E20@50", 20, 30, 0, 0, 0},
    {"undecided-does-not-stop", "##.---.", "S0@20 E20@70", 20, 30, 0, 0, 0},
    {"undecided-is-not-silence", "##------", "S0@20", 20, 30, 0, 0, 0},
    {"undecided-before-silence", "##--...", "S0@20 E40@70", 20, 30, 0, 0, 0},

    /* again */
    {"two", "##...##...", "S0@20 E20@50 S50@70 E70@100", 20, 30, 0, 0, 0},
    {"prefix-not-into-last", "##...##", "S0@20 E25@50 S25@70", 20, 30, 100, 5,
        0},
    {"prefix-between", "##....##", "S0@20 E20@50 S45@80", 20, 30, 15, 0, 0},

    /* at most */
    {"cut", "#####", "S0@20 E40@40", 20, 30, 0, 0, 40},
    {"cut-continues", "########", "S0@20 E40@40 S40@60 E80@80", 20, 30, 50, 0,
        40},
    {"cut-counts-prefix", "..####", "S0@40 E50@50", 20, 30, 20, 0, 50},
    {"cut-in-silence", "##..", "S0@20 E40@40", 20, 30, 0, 0, 40},
    {"stop-before-cut", "##..", "S0@20 E20@40", 20, 20, 0, 0, 40},

    /* forced */
    {"finish", "###F", "S0@20 E30@30", 20, 30, 0, 0, 0},
    {"finish-in-silence", "##.F", "S0@20 E20@30", 20, 30, 0, 0, 0},
    {"finish-in-silence-suffix", "##.F", "S0@20 E24@30", 20, 30, 0, 4, 0},
    {"finish-idle", "##...F", "S0@20 E20@50", 20, 30, 0, 0, 0},
    {"finish-candidate", "#F#", "", 20, 30, 0, 0, 0},
    {"finish-then-again", "###F##", "S0@20 E30@30 S30@50", 20, 30, 100, 0, 0},
};

static gchar *
run (const Case *test)
{
  VadHysteresisConfig config = {0.5f, 0.35f, test->min_speech,
      test->min_silence, test->prefix, test->suffix, test->max_utterance};
  VadHysteresis hysteresis;
  g_autoptr (GString) said = g_string_new (NULL);
  guint64 position = 0, at = 0;
  const gchar *window;

  vad_hysteresis_init (&hysteresis, 0);
  for (window = test->windows; *window != '\0'; window++) {
    gfloat probability =
        *window == '#' ? 0.5f : (*window == '-' ? 0.35f : 0.34f);
    VadDecision decision;

    if (*window == 'F') {
      decision = vad_hysteresis_finish (&hysteresis, &config, position, &at);
      g_assert_false (hysteresis.speaking);
    } else {
      decision = vad_hysteresis_step (
          &hysteresis, &config, position, WINDOW, probability, &at);
      position += WINDOW;
    }
    if (decision == VAD_DECISION_NONE)
      continue;
    g_assert_true (hysteresis.speaking == (decision == VAD_DECISION_START));
    g_string_append_printf (said,
        "%s%c%" G_GUINT64_FORMAT "@%" G_GUINT64_FORMAT,
        said->len > 0 ? " " : "", decision == VAD_DECISION_START ? 'S' : 'E',
        at, position);
  }

  return g_string_free (g_steal_pointer (&said), FALSE);
}

static void
test_case (gconstpointer data)
{
  const Case *test = data;
  g_autofree gchar *said = run (test);

  g_assert_cmpstr (said, ==, test->expected);
}

/* Every sequence of nine windows, over several settings: starts and stops
 * alternate, utterances lie in order, do not overlap, and are never decided
 * before they end. */
static void
test_all_sequences (void)
{
  static const guint settings[][5] = {
      {20, 30, 0, 0, 0},
      {10, 20, 15, 5, 0},
      {30, 10, 100, 100, 0},
      {20, 30, 25, 10, 50},
      {0, 0, 10, 10, 30},
  };
  guint s, n, i;

  for (s = 0; s < G_N_ELEMENTS (settings); s++) {
    for (n = 0; n < 19683 /* 3^9 */; n++) {
      gchar windows[11] = {0};
      Case test = {"", windows, "", settings[s][0], settings[s][1],
          settings[s][2], settings[s][3], settings[s][4]};
      g_autofree gchar *said = NULL;
      g_auto (GStrv) events = NULL;
      guint64 last = 0;
      guint rest = n;

      for (i = 0; i < 9; i++, rest /= 3)
        windows[i] = ".-#"[rest % 3];
      windows[9] = 'F';

      said = run (&test);
      events = g_strsplit (said, " ", -1);
      for (i = 0; events[i] != NULL; i++) {
        gchar kind = events[i][0];
        gchar *end;
        guint64 at = g_ascii_strtoull (events[i] + 1, &end, 10);
        guint64 decided = g_ascii_strtoull (end + 1, NULL, 10);

        g_assert_cmpint (kind, ==, i % 2 == 0 ? 'S' : 'E');
        g_assert_cmpuint (at, >=, last);
        g_assert_cmpuint (at, <=, decided);
        if (kind == 'E' && settings[s][4] > 0)
          g_assert_cmpuint (at - last, <=, settings[s][4] + 2 * WINDOW);
        last = at;
      }
      /* The stream's end closes what is open. */
      g_assert_cmpuint (i % 2, ==, 0);
    }
  }
}

/* Settings that change under way take effect with the next window. */
static void
test_reconfigure (void)
{
  VadHysteresisConfig config = {0.5f, 0.35f, 20, 1000, 0, 0, 0};
  VadHysteresis hysteresis;
  guint64 at;

  vad_hysteresis_init (&hysteresis, 100);
  g_assert_cmpint (
      vad_hysteresis_step (&hysteresis, &config, 100, WINDOW, 0.6f, &at), ==,
      VAD_DECISION_NONE);
  config.threshold = 0.7f;
  g_assert_cmpint (
      vad_hysteresis_step (&hysteresis, &config, 110, WINDOW, 0.6f, &at), ==,
      VAD_DECISION_NONE);
  config.threshold = 0.5f;
  config.min_speech = 10;
  config.prefix_padding = 500;
  g_assert_cmpint (
      vad_hysteresis_step (&hysteresis, &config, 120, WINDOW, 0.6f, &at), ==,
      VAD_DECISION_START);
  /* Not before the stream's first sample. */
  g_assert_cmpuint (at, ==, 100);
  g_assert_cmpint (
      vad_hysteresis_step (&hysteresis, &config, 130, WINDOW, 0.1f, &at), ==,
      VAD_DECISION_NONE);
  config.min_silence = 15;
  g_assert_cmpint (
      vad_hysteresis_step (&hysteresis, &config, 140, WINDOW, 0.1f, &at), ==,
      VAD_DECISION_STOP);
  g_assert_cmpuint (at, ==, 130);
}

int
main (int argc, char **argv)
{
  guint i;

  g_test_init (&argc, &argv, NULL);

  for (i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree gchar *path =
        g_strdup_printf ("/vad/hysteresis/%s", cases[i].name);

    g_test_add_data_func (path, &cases[i], test_case);
  }
  g_test_add_func ("/vad/hysteresis/all-sequences", test_all_sequences);
  g_test_add_func ("/vad/hysteresis/reconfigure", test_reconfigure);

  return g_test_run ();
}
