/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "session/audio-format.h"
#include "session/conversation.h"
#include "session/error.h"
#include "session/session-config.h"

static VowelItem *
add_text (VowelConversation *conversation, const gchar *id, VowelRole role,
    const gchar *text)
{
  g_autoptr (VowelItem) item = vowel_item_new_message (id, role);

  vowel_item_add_part (item,
      role == VOWEL_ROLE_ASSISTANT ? VOWEL_PART_AUDIO : VOWEL_PART_TEXT, text);
  g_assert_true (vowel_conversation_insert (conversation, item, NULL, NULL));
  return vowel_conversation_get_item (conversation, id);
}

static VowelItem *
add_call (VowelConversation *conversation, const gchar *call_id)
{
  g_autoptr (VowelItem) item =
      vowel_item_new_function_call (NULL, call_id, "f");

  g_assert_true (vowel_conversation_insert (conversation, item, NULL, NULL));
  return item;
}

static void
add_output (
    VowelConversation *conversation, const gchar *call_id, const gchar *output)
{
  g_autoptr (VowelItem) item =
      vowel_item_new_function_call_output (NULL, call_id, output);

  g_assert_true (vowel_conversation_insert (conversation, item, NULL, NULL));
}

/* "u:text a:text c:id o:id=output …" */
static void
assert_context (VowelConversation *conversation, const gchar *expected)
{
  g_autoptr (GPtrArray) context = vowel_conversation_make_context (
      vowel_conversation_get_items (conversation));
  g_autoptr (GPtrArray) words = g_ptr_array_new_with_free_func (g_free);
  g_autofree gchar *all = NULL;
  guint i;

  for (i = 0; i < context->len; i++) {
    VowelItem *item = g_ptr_array_index (context, i);
    g_autofree gchar *text = vowel_item_dup_text (item);

    if (item->type == VOWEL_ITEM_MESSAGE)
      g_ptr_array_add (
          words, g_strdup_printf ("%c:%s", "sua"[item->role], text));
    else if (item->type == VOWEL_ITEM_FUNCTION_CALL)
      g_ptr_array_add (words, g_strdup_printf ("c:%s", item->call_id));
    else
      g_ptr_array_add (
          words, g_strdup_printf ("o:%s=%s", item->call_id, item->output));
  }
  g_ptr_array_add (words, NULL);
  all = g_strjoinv (" | ", (gchar **) words->pdata);
  g_assert_cmpstr (all, ==, expected);
}

static void
test_order (void)
{
  g_autoptr (VowelConversation) conversation = vowel_conversation_new ();
  g_autoptr (VowelItem) front =
      vowel_item_new_message ("front", VOWEL_ROLE_SYSTEM);
  g_autoptr (VowelItem) middle =
      vowel_item_new_message ("middle", VOWEL_ROLE_USER);
  g_autoptr (VowelItem) lost = vowel_item_new_message ("lost", VOWEL_ROLE_USER);
  g_autoptr (GError) error = NULL;
  g_autofree gchar *field = NULL;

  g_assert_null (vowel_conversation_get_last_id (conversation));
  add_text (conversation, "a", VOWEL_ROLE_USER, "1");
  add_text (conversation, "b", VOWEL_ROLE_USER, "2");
  g_assert_true (vowel_conversation_insert (conversation, front, "root", NULL));
  g_assert_true (vowel_conversation_insert (conversation, middle, "a", NULL));
  g_assert_false (
      vowel_conversation_insert (conversation, middle, NULL, &error));
  g_assert_error (error, VOWEL_ERROR, VOWEL_ERROR_ITEM_EXISTS);
  g_clear_error (&error);
  g_assert_false (
      vowel_conversation_insert (conversation, lost, "nowhere", &error));
  g_assert_error (error, VOWEL_ERROR, VOWEL_ERROR_PREVIOUS_ITEM_UNKNOWN);
  field = vowel_error_dup_field (error);
  g_assert_cmpstr (field, ==, "previous_item_id");
  g_assert_cmpstr (vowel_error_get_text (error), ==,
      "no item \"nowhere\" in the conversation");
  g_assert_cmpuint (vowel_conversation_get_n_items (conversation), ==, 4);
  g_assert_null (vowel_conversation_get_previous_id (conversation, "front"));
  g_assert_cmpstr (
      vowel_conversation_get_previous_id (conversation, "a"), ==, "front");
  g_assert_cmpstr (
      vowel_conversation_get_previous_id (conversation, "middle"), ==, "a");
  g_assert_cmpstr (
      vowel_conversation_get_previous_id (conversation, "b"), ==, "middle");
  g_assert_cmpstr (vowel_conversation_get_last_id (conversation), ==, "b");
  g_assert_true (vowel_conversation_delete (conversation, "middle", NULL));
  g_assert_cmpstr (
      vowel_conversation_get_previous_id (conversation, "b"), ==, "a");
  g_assert_null (vowel_conversation_get_item (conversation, "middle"));
  /* The id is free again. */
  g_assert_true (vowel_conversation_insert (conversation, middle, NULL, NULL));
}

static void
test_limits (void)
{
  g_autoptr (VowelConversation) conversation = vowel_conversation_new ();
  g_autoptr (GError) error = NULL;
  guint i;

  g_assert_false (vowel_conversation_check_room (
      conversation, VOWEL_CONVERSATION_MAX_BYTES + 1, &error));
  g_assert_error (error, VOWEL_ERROR, VOWEL_ERROR_TOO_LONG);
  g_clear_error (&error);
  add_text (conversation, "big", VOWEL_ROLE_USER, "0123456789");
  g_assert_false (vowel_conversation_check_room (
      conversation, VOWEL_CONVERSATION_MAX_BYTES - 9, NULL));
  g_assert_true (vowel_conversation_check_room (
      conversation, VOWEL_CONVERSATION_MAX_BYTES - 10, NULL));
  g_assert_true (vowel_conversation_delete (conversation, "big", NULL));
  g_assert_true (vowel_conversation_check_room (
      conversation, VOWEL_CONVERSATION_MAX_BYTES, NULL));
  for (i = 0; i < VOWEL_CONVERSATION_MAX_ITEMS; i++) {
    g_assert_true (vowel_conversation_check_room (conversation, 0, NULL));
    add_output (conversation, "c", "");
  }
  g_assert_false (vowel_conversation_check_room (conversation, 0, &error));
  g_assert_error (error, VOWEL_ERROR, VOWEL_ERROR_TOO_LONG);
}

static void
test_heard (void)
{
  g_autoptr (VowelConversation) conversation = vowel_conversation_new ();
  VowelItem *answer;

  add_text (conversation, "q", VOWEL_ROLE_USER, "hi");
  answer = add_text (
      conversation, "a", VOWEL_ROLE_ASSISTANT, "Hello there, friend.");
  assert_context (conversation, "u:hi | a:Hello there, friend.");
  answer->heard_chars = 14;
  assert_context (conversation, "u:hi | a:Hello there,");
  answer->heard_chars = 3;
  assert_context (conversation, "u:hi");
  answer->heard_chars = 0;
  assert_context (conversation, "u:hi");
  answer->heard_chars = 500;
  assert_context (conversation, "u:hi | a:Hello there, friend.");
}

static void
test_cut (void)
{
  static const struct {
    const gchar *text;
    guint chars;
    const gchar *cut;
  } cases[] = {
      {"one two", 0, ""},
      {"one two", 2, ""},
      {"one two", 3, "one"},
      {"one two", 4, "one"},
      {"one two", 5, "one"},
      {"one two", 7, "one two"},
      {"one two", 99, "one two"},
      {"don't stop", 4, ""},
      {"don't stop", 5, "don't"},
      {"Grüße, Jürgen", 5, "Grüße"},
      {"Grüße, Jürgen", 9, "Grüße,"},
      {"今日は雨です", 3, "今日は"},
      {"well-known", 6, "well-"},
      {"  x", 2, ""},
      {"", 5, ""},
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autofree gchar *cut = vowel_text_cut (cases[i].text, cases[i].chars);

    g_assert_cmpstr (cut, ==, cases[i].cut);
  }
}

static void
test_calls (void)
{
  g_autoptr (VowelConversation) conversation = vowel_conversation_new ();
  const gchar *pending =
      "{\"status\":\"pending\",\"message\":\"The tool has not answered yet.\"}";
  g_autofree gchar *expected = NULL;

  add_text (conversation, "q", VOWEL_ROLE_USER, "go");
  add_call (conversation, "1");
  add_call (conversation, "2");
  add_text (conversation, "r", VOWEL_ROLE_USER, "hurry");
  add_output (conversation, "2", "two");
  add_output (conversation, "orphan", "x");
  add_output (conversation, "2", "again");
  expected = g_strdup_printf (
      "u:go | c:1 | c:2 | o:1=%s | o:2=two | u:hurry", pending);
  assert_context (conversation, expected);
  add_output (conversation, "1", "one");
  assert_context (
      conversation, "u:go | c:1 | c:2 | o:1=one | o:2=two | u:hurry");
}

/* One step after the other stays so. */
static void
test_calls_in_steps (void)
{
  g_autoptr (VowelConversation) conversation = vowel_conversation_new ();

  add_call (conversation, "1");
  add_output (conversation, "1", "one");
  add_call (conversation, "2")->status = VOWEL_ITEM_COMPLETED;
  add_output (conversation, "2", "two");
  add_call (conversation, "3")->status = VOWEL_ITEM_INCOMPLETE;
  add_output (conversation, "3", "three");
  /* The same call id twice is one call. */
  add_call (conversation, "1");
  assert_context (conversation, "c:1 | o:1=one | c:2 | o:2=two");
  g_assert_nonnull (vowel_conversation_find_call (conversation, "3"));
  g_assert_null (vowel_conversation_find_call (conversation, "4"));
}

static void
test_untranscribed (void)
{
  g_autoptr (VowelConversation) conversation = vowel_conversation_new ();
  g_autoptr (VowelItem) spoken = vowel_item_new_message ("s", VOWEL_ROLE_USER);
  VowelPart *part = vowel_item_add_part (spoken, VOWEL_PART_AUDIO, NULL);

  g_assert_true (vowel_conversation_insert (conversation, spoken, NULL, NULL));
  assert_context (conversation, "");
  part->text = g_string_new ("");
  assert_context (conversation, "");
  g_string_assign (part->text, "yes");
  assert_context (conversation, "u:yes");
}

static void
test_ids (void)
{
  g_autofree gchar *a = vowel_make_id ("resp");
  g_autofree gchar *b = vowel_make_id ("resp");

  g_assert_cmpstr (a, !=, b);
  g_assert_true (g_str_has_prefix (a, "resp_"));
  g_assert_cmpuint (strlen (a), ==, 5 + 21);
}

static void
test_format (void)
{
  VowelAudioFormat pcm = {VOWEL_ENCODING_PCM16, 24000};
  VowelAudioFormat mulaw = {VOWEL_ENCODING_PCMU, 8000};
  VowelAudioFormat cd = {VOWEL_ENCODING_PCM16, 44100};

  g_assert_cmpint (
      vowel_audio_format_duration_us (&pcm, 48000), ==, G_USEC_PER_SEC);
  g_assert_cmpint (vowel_audio_format_duration_us (&pcm, 49), ==, 1000);
  g_assert_cmpint (vowel_audio_format_duration_us (&mulaw, 160), ==, 20000);
  /* A year of audio does not overflow. */
  g_assert_cmpint (
      vowel_audio_format_duration_us (&cd, (gsize) 88200 * 86400 * 365), ==,
      (gint64) 86400 * 365 * G_USEC_PER_SEC);
  g_assert_cmpuint (vowel_audio_format_bytes (&cd, 10000), ==, 882);
  g_assert_cmpuint (vowel_audio_format_bytes (&cd, -5), ==, 0);
  g_assert_false (vowel_audio_format_equal (&pcm, &cd));
}

static void
assert_invalid (VowelSessionConfig *config, gint code, const gchar *field)
{
  g_autoptr (GError) error = NULL;
  g_autofree gchar *found = NULL;

  g_assert_false (vowel_session_config_validate (config, &error));
  g_assert_error (error, VOWEL_ERROR, code);
  found = vowel_error_dup_field (error);
  g_assert_cmpstr (found, ==, field);
  vowel_session_config_free (config);
}

static void
test_config (void)
{
  g_autoptr (VowelSessionConfig) config = vowel_session_config_new ();
  VowelSessionConfig *bad;

  g_assert_true (vowel_session_config_validate (config, NULL));
#define BAD(change, code, field)                                               \
  G_STMT_START                                                                 \
  {                                                                            \
    bad = vowel_session_config_copy (config);                                  \
    bad->change;                                                               \
    assert_invalid (bad, code, field);                                         \
  }                                                                            \
  G_STMT_END
  BAD (speed = 0.2, VOWEL_ERROR_OUT_OF_RANGE, "speed");
  BAD (speed = 1.6, VOWEL_ERROR_OUT_OF_RANGE, "speed");
  BAD (temperature = 2.1, VOWEL_ERROR_OUT_OF_RANGE, "temperature");
  BAD (turn_detection.threshold = 1.1, VOWEL_ERROR_OUT_OF_RANGE,
      "turn_detection.threshold");
  BAD (turn_detection.idle_timeout_ms = 4999, VOWEL_ERROR_OUT_OF_RANGE,
      "turn_detection.idle_timeout_ms");
  BAD (turn_detection.prefix_padding_ms = 5001, VOWEL_ERROR_OUT_OF_RANGE,
      "turn_detection.prefix_padding_ms");
  BAD (turn_detection.silence_duration_ms = 10001, VOWEL_ERROR_OUT_OF_RANGE,
      "turn_detection.silence_duration_ms");
  BAD (input_format.rate = 7999, VOWEL_ERROR_OUT_OF_RANGE, "input_format");
  BAD (output_format.encoding = VOWEL_ENCODING_PCMA, VOWEL_ERROR_INVALID,
      "output_format");
  BAD (noise_reduction = g_strdup ("off"), VOWEL_ERROR_INVALID,
      "noise_reduction");
#undef BAD
  bad = vowel_session_config_copy (config);
  g_free (bad->tool_choice);
  bad->tool_choice = g_strdup ("function:");
  assert_invalid (bad, VOWEL_ERROR_INVALID, "tool_choice");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/conversation/order", test_order);
  g_test_add_func ("/conversation/limits", test_limits);
  g_test_add_func ("/conversation/heard", test_heard);
  g_test_add_func ("/conversation/cut", test_cut);
  g_test_add_func ("/conversation/calls", test_calls);
  g_test_add_func ("/conversation/calls_in_steps", test_calls_in_steps);
  g_test_add_func ("/conversation/untranscribed", test_untranscribed);
  g_test_add_func ("/conversation/ids", test_ids);
  g_test_add_func ("/conversation/format", test_format);
  g_test_add_func ("/conversation/config", test_config);
  return g_test_run ();
}
