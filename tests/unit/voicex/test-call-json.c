/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "server/voicex/voicex-call-json.h"

#include <string.h>

static VowelCall *
make_call (void)
{
  VowelCall *call = vowel_call_new ("sess_1");

  call->app_id = g_strdup ("app");
  call->agent_id = g_strdup ("agent");
  call->started_at = 1000;
  call->ended_at = 62600;
  call->end_reason = g_strdup ("client_left");
  return call;
}

/* What the call is shown as, as text. */
static gchar *
show (const VowelCall *call, gboolean is_over)
{
  g_autoptr (JsonNode) node = json_node_new (JSON_NODE_OBJECT);

  json_node_take_object (node, vowel_voicex_call_to_json (call, is_over));
  return json_to_string (node, FALSE);
}

static void
expect (const VowelCall *call, gboolean is_over, const gchar *const *parts)
{
  g_autofree gchar *text = show (call, is_over);

  for (guint i = 0; parts[i] != NULL; i++)
    if (strstr (text, parts[i]) == NULL)
      g_error ("%s is not in %s", parts[i], text);
}

#define EXPECT(call, is_over, ...)                                             \
  expect (call, is_over, (const gchar *const[]){__VA_ARGS__, NULL})

static void
test_over (void)
{
  g_autoptr (VowelCall) call = make_call ();

  call->n_turns = 3;
  call->party = g_strdup ("+15005550006");
  call->source[0] = 'x';
  call->details = g_strdup (
      "{\"summary\":\"Asked.\",\"sentiment\":\"positive\",\"ip\":\"1.2.3.4\"}");
  call->usage = g_strdup ("[{\"output_tokens\":7,\"characters\":30}]");
  vowel_call_add_line (call, 500, "user", "i1", "Hello");
  vowel_call_add_line (call, 600, "tool", "i2", "weather {}");
  vowel_call_add_line (call, 700, "assistant", "i3", "Hi");
  vowel_call_add_turn (
      call, 1, "i1", "r1", "completed", "{\"first_text\":100.4,\"whole\":300}");
  vowel_call_add_turn (
      call, 2, "i1", "r2", "cancelled", "{\"first_text\":200.6,\"whole\":500}");
  vowel_call_add_turn (call, 3, "i1", "r3", "failed", NULL);
  EXPECT (call, TRUE, "\"channel\":\"web\"", "\"status\":\"completed\"",
      "\"startedAt\":\"1970-01-01T00:00:01.000Z\"", "\"durationSec\":62",
      "\"ttfbMs\":201", "\"avgLatencyMs\":400", "\"interruptions\":1",
      "\"totalTokens\":7", "\"ttsChars\":30", "\"turnCount\":3",
      "\"summary\":\"Asked.\",\"sentiment\":\"positive\"",
      "\"transcript\":[{\"role\":\"user\",\"content\":\"Hello\","
      "\"timestamp\":\"1970-01-01T00:00:01.500Z\"},{\"role\":\"assistant\"",
      "\"metadata\":{\"callerPhone\":\"+15005550006\",\"ip\":\"1.2.3.4\"}");
}

static void
test_live (void)
{
  g_autoptr (VowelCall) call = make_call ();

  EXPECT (call, FALSE, "\"status\":\"active\"", "\"endedAt\":null",
      "\"durationSec\":null", "\"ttfbMs\":null", "\"avgLatencyMs\":null",
      "\"summary\":null,\"sentiment\":null,\"transcript\":[]",
      "\"metadata\":{}");
}

static void
test_failed (void)
{
  g_autoptr (VowelCall) call = make_call ();

  g_free (call->end_reason);
  call->end_reason = g_strdup ("failed");
  g_free (call->source);
  call->source = g_strdup ("twilio");
  call->details = g_strdup ("no JSON");
  EXPECT (call, TRUE, "\"status\":\"failed\"", "\"channel\":\"phone\"",
      "\"summary\":\"No conversation took place.\","
      "\"sentiment\":\"neutral\"");
  vowel_call_add_line (call, 500, "user", "i1", "Hello");
  EXPECT (call, TRUE, "\"summary\":\"Call completed.\"");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/voicex-call-json/over", test_over);
  g_test_add_func ("/voicex-call-json/live", test_live);
  g_test_add_func ("/voicex-call-json/failed", test_failed);
  return g_test_run ();
}
