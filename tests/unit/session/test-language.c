/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* Which language a caller speaks, and what becomes of it. */

#include "session-fixture.h"

#include "session/language-tracker.h"

static VowelLanguageDetector *
make_detector (void)
{
  g_autoptr (GError) error = NULL;
  VowelLanguageDetector *detector = vowel_language_detector_new (
      vowel_language_detector_get_models (), &error);

  g_assert_no_error (error);
  return detector;
}

static void
expect (VowelLanguageDetector *detector, const gchar *text, const gchar *code,
    gdouble min, gdouble max)
{
  gdouble confidence = -1;
  g_autofree gchar *found =
      vowel_language_detector_detect (detector, text, &confidence);

  if (confidence < min || confidence > max
      || (code != NULL && g_strcmp0 (found, code) != 0))
    g_error ("\"%s\" is %s with %g", text, found, confidence);
}

static void
test_scripts (void)
{
  g_autoptr (VowelLanguageDetector) detector =
      vowel_language_detector_new (NULL, NULL);

  expect (detector, "今何時ですか", "ja", 1, 1);
  expect (detector, "现在几点了", "zh", 1, 1);
  expect (detector, "지금 몇 시예요?", "ko", 1, 1);
  expect (detector, "Τι ώρα είναι;", "el", 1, 1);
  expect (detector, "מה השעה?", "he", 1, 1);
  expect (detector, "是", NULL, 0, 0.1);
  expect (detector, "", NULL, 0, 0);
  expect (detector, "42!", NULL, 0, 0);
}

/* What a caller says in a word or two must not change the language. */
static void
test_letters (void)
{
  g_autoptr (VowelLanguageDetector) detector = NULL;
  static const gchar *const short_texts[] = {"Okay", "Yes please.",
      "What time is it?", "My name is Juan Carlos.", "No, thank you very much.",
      "Can you help me with my order?", "Hello there", "Sí, por favor.",
      "Oui, merci beaucoup.", "Rendezvous at the restaurant",
      "Tell me a story about dragons", "Ja, bitte."};
  static const gchar *const long_texts[][2] = {
      {"en", "I would like to know whether the shop around the corner is still "
             "open, because I have to buy something for my mother."},
      {"es",
          "Me gustaría saber si la tienda de la esquina todavía está abierta, "
          "porque tengo que comprar algo para mi madre."},
      {"fr", "Je voudrais réserver une table pour deux personnes demain soir."},
      {"de", "Ich möchte gern einen Tisch für zwei Personen reservieren."},
      {"nl", "Ik wil graag een tafel voor twee personen reserveren."},
      {"pt", "Gostaria de reservar uma mesa para duas pessoas amanhã."},
      {"pl", "Chciałbym zarezerwować na jutro stolik dla dwóch osób."},
  };

  if (vowel_language_detector_get_models () == NULL) {
    g_test_skip ("built without libexttextcat");
    return;
  }
  detector = make_detector ();
  for (gsize i = 0; i < G_N_ELEMENTS (short_texts); i++)
    expect (detector, short_texts[i], NULL, 0, VOWEL_LANGUAGE_THRESHOLD - 0.01);
  for (gsize i = 0; i < G_N_ELEMENTS (long_texts); i++)
    expect (detector, long_texts[i][1], long_texts[i][0],
        VOWEL_LANGUAGE_THRESHOLD, 1);
}

static void
test_models_missing (void)
{
  g_autoptr (GError) error = NULL;

  if (vowel_language_detector_get_models () == NULL) {
    g_test_skip ("built without libexttextcat");
    return;
  }
  g_assert_null (vowel_language_detector_new ("/nonexistent", &error));
  g_assert_nonnull (strstr (error->message, "/nonexistent/fpdb.conf"));
}

static void
heard (VowelLanguageTracker *tracker, const gchar *current, const gchar *text,
    const gchar *expected)
{
  g_autofree gchar *code =
      vowel_language_tracker_heard (tracker, current, text, NULL);

  g_assert_cmpstr (code, ==, expected);
}

static void
test_consecutive (void)
{
  g_autoptr (VowelLanguageDetector) detector = make_detector ();
  VowelLanguageConfig config = {
      .detector = detector, .threshold = 0.8, .min_consecutive = 2};
  g_autoptr (VowelLanguageTracker) tracker =
      vowel_language_tracker_new (&config);

  heard (tracker, "en", "今何時ですか", NULL);
  /* Says nothing, for or against. */
  heard (tracker, "en", "Okay", NULL);
  heard (tracker, "en", "今何時ですか", "ja");
  heard (tracker, "ja", "지금 몇 시예요?", NULL);
  heard (tracker, "ja", "今何時ですか", NULL);
  heard (tracker, "ja", "지금 몇 시예요?", NULL);
  heard (tracker, "ja", "现在几点了", NULL);
  heard (tracker, "ja", "지금 몇 시예요?", NULL);
  heard (tracker, "ja", "지금 몇 시예요?", "ko");
}

static void
told (VowelLanguageTracker *tracker, const gchar *text, const gchar *reported,
    const gchar *expected)
{
  g_autofree gchar *code =
      vowel_language_tracker_heard (tracker, "en", text, reported);

  g_assert_cmpstr (code, ==, expected);
}

/* Who has heard it knows better than who has read it. */
static void
test_reported (void)
{
  g_autoptr (VowelLanguageDetector) detector = make_detector ();
  VowelLanguageConfig config = {
      .detector = detector, .threshold = 0.8, .min_consecutive = 2};
  g_autoptr (VowelLanguageTracker) tracker =
      vowel_language_tracker_new (&config);

  told (tracker, "Gracias.", "es-419", NULL);
  told (tracker, "Bueno.", "spanish", "es");
  told (tracker, "今何時ですか", "en-US", NULL);
  /* No language: read, then. */
  told (tracker, "今何時ですか", "", NULL);
  told (tracker, "今何時ですか", NULL, "ja");
}

/* In a session: the voice goes with the language, and clients are told. */
static void
test_session (void)
{
  g_autoptr (VowelBehaviours) behaviours = vowel_behaviours_new ();
  g_autoptr (VowelSessionConfig) config = NULL;
  const VowelSessionConfig *now;
  Fixture f = {0};

  behaviours->language.detector = make_detector ();
  behaviours->language.min_consecutive = 1;
  behaviours->language.voices =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  g_hash_table_insert (
      behaviours->language.voices, g_strdup ("ja"), g_strdup ("hana"));
  fixture_prepare (&f);
  g_free (f.config->voice);
  f.config->voice = g_strdup ("ann");
  f.config->language = g_strdup ("en");
  fixture_connect (&f, behaviours);
  fixture_start (&f);
  fixture_push_ms (&f, 3000);
  fake_engine_speech_started (f.engine, 1, 0);
  fake_engine_speech_stopped (f.engine, 1, 1000);
  event_recorder_forget (f.recorder);
  fake_engine_final (f.engine, 1, "今何時ですか");
  event_recorder_expect (f.recorder, "session-changed",
      "transcript i1 '今何時ですか'", "transcript-done i1 '今何時ですか' 1000",
      "response-started r1", "> generate 1 [user: 今何時ですか]");
  now = vowel_session_get_config (f.session);
  g_assert_cmpstr (now->language, ==, "ja");
  g_assert_cmpstr (now->voice, ==, "hana");
  g_assert_nonnull (
      strstr (fake_engine_get_asked (f.engine), "spoken 1 by hana"));
  fixture_speak (&f, 1);
  fake_engine_generated (f.engine, 1, VOWEL_FINISH_STOP);
  fake_engine_audio_ended (f.engine, 1);

  /* A language without a voice of its own. */
  config = vowel_session_config_copy (now);
  g_free (config->language);
  config->language = g_strdup ("ko");
  g_assert_true (
      vowel_session_configure (f.session, f.client, config, NULL, NULL));
  now = vowel_session_get_config (f.session);
  g_assert_cmpstr (now->voice, ==, "ann");

  /* The recogniser knows. */
  fake_engine_speech_started (f.engine, 2, 1500);
  fake_engine_speech_stopped (f.engine, 2, 2500);
  fake_engine_language (f.engine, 2, "ja-JP");
  fake_engine_final (f.engine, 2, "Okay.");
  now = vowel_session_get_config (f.session);
  g_assert_cmpstr (now->language, ==, "ja");

  event_recorder_forget (f.recorder);
  fixture_tear_down (&f, NULL);
}

/* The last voice that spoke a language wins over the configured one. */
static void
test_voices (void)
{
  VowelLanguageConfig config = {
      .voices = g_hash_table_new (g_str_hash, g_str_equal)};
  g_autoptr (VowelLanguageTracker) tracker = NULL;

  g_hash_table_insert (config.voices, (gpointer) "es", (gpointer) "paloma");
  tracker = vowel_language_tracker_new (&config);
  g_hash_table_unref (config.voices);
  g_assert_cmpstr (
      vowel_language_tracker_get_voice (tracker, "es", "ann"), ==, "paloma");
  g_assert_cmpstr (
      vowel_language_tracker_get_voice (tracker, "de", "ann"), ==, "ann");
  vowel_language_tracker_spoken (tracker, "es", "pedro");
  g_assert_cmpstr (
      vowel_language_tracker_get_voice (tracker, "es", "ann"), ==, "pedro");
  heard (tracker, "en", "今何時ですか", NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/language/scripts", test_scripts);
  g_test_add_func ("/language/letters", test_letters);
  g_test_add_func ("/language/models-missing", test_models_missing);
  g_test_add_func ("/language/consecutive", test_consecutive);
  g_test_add_func ("/language/reported", test_reported);
  g_test_add_func ("/language/voices", test_voices);
  g_test_add_func ("/language/session", test_session);
  return g_test_run ();
}
