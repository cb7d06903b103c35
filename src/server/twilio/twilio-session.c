/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "twilio-session.h"

#include "protocol/twilio/twilio-face.h"

#define SOURCE "twilio"
#define RATE 8000
#define MAX_MESSAGE (1024 * 1024)

#define CLOSE_INTERNAL 1011
#define CLOSE_TRY_AGAIN_LATER 1013

static void
set_formats (VowelSessionConfig *config)
{
  const VowelAudioFormat format = {VOWEL_ENCODING_PCMU, RATE};

  config->input_format = format;
  config->output_format = format;
}

/* (transfer full) */
static gchar *
describe (const VowelTwilioCall *call)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  g_autoptr (JsonNode) root = NULL;

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "callSid");
  json_builder_add_string_value (builder, call->call_sid);
  json_builder_set_member_name (builder, "direction");
  json_builder_add_string_value (
      builder, call->inbound ? "inbound" : "outbound");
  json_builder_end_object (builder);
  root = json_builder_get_root (builder);
  return json_to_string (root, FALSE);
}

static void
set_call (VowelSessionRequest *request, const VowelTwilioCall *call)
{
  set_formats (request->config);
  request->source = SOURCE;
  request->key = g_strdup (call->call_sid);
  request->key_id = g_strdup (call->key_id);
  request->agent_id = g_strdup (call->agent_id);
  request->party = g_strdup (call->party);
  request->details = describe (call);
  request->output_lead_ms = request->output_lead_ms > 0 ? MIN (
                                request->output_lead_ms, VOWEL_TWILIO_LEAD_MS)
                                                        : VOWEL_TWILIO_LEAD_MS;
  request->max_message = MAX_MESSAGE;
  request->maker = vowel_twilio_face_maker_new (FALSE);
}

static gboolean
place (VowelDoorway *doorway, VowelSessionRequest *request,
    const VowelTwilioCall *call, GError **error)
{
  const VowelSessionWish wish = {.has_key = TRUE, .app_id = call->app_id};
  g_autoptr (GError) cause = NULL;

  if (vowel_doorway_place (doorway, request, &wish, &cause))
    return TRUE;
  g_set_error_literal (error, VOWEL_GATE_ERROR,
      g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_BUSY)
          ? CLOSE_TRY_AGAIN_LATER
          : CLOSE_INTERNAL,
      cause->message);
  return FALSE;
}

VowelSessionRequest *
vowel_twilio_session_request (VowelDoorway *doorway,
    const VowelTwilioCall *call, VowelConfigSnapshot **ret_snapshot,
    GError **error)
{
  VowelConfigSnapshot *snapshot = vowel_doorway_get_snapshot (doorway);
  g_autoptr (VowelSessionRequest) request =
      vowel_session_request_new_default (snapshot->config);

  set_call (request, call);
  if (!place (doorway, request, call, error))
    return NULL;
  *ret_snapshot = vowel_config_snapshot_ref (snapshot);
  return g_steal_pointer (&request);
}
