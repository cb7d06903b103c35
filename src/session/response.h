/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "item.h"
#include "session-config.h"

G_BEGIN_DECLS

typedef enum {
  VOWEL_RESPONSE_IN_PROGRESS,
  VOWEL_RESPONSE_COMPLETED,
  VOWEL_RESPONSE_CANCELLED,
  VOWEL_RESPONSE_FAILED,
  VOWEL_RESPONSE_INCOMPLETE,
  VOWEL_N_RESPONSE_STATUSES,
} VowelResponseStatus;

/* As in "in_progress". */
const gchar *vowel_response_status_get_name (VowelResponseStatus status);

typedef enum {
  VOWEL_REASON_NONE,
  VOWEL_REASON_TURN_DETECTED, /* cancelled: the caller spoke */
  VOWEL_REASON_CLIENT_CANCELLED,
  VOWEL_REASON_MAX_OUTPUT_TOKENS,
  VOWEL_REASON_CONTENT_FILTER,
  VOWEL_REASON_SESSION_ENDED,
} VowelResponseReason;

/**
 * VowelUsage:
 *
 * @input_tokens: text that the model was given
 * @output_tokens: text that it made
 * @cached_tokens: what of @input_tokens came from a cache
 * @speech_tokens: what was spoken, by vowel_tokens_of_speech()
 * @estimated: no model counted these
 *
 * Tokens of one response. The model of a cascade is given text, so there are
 * no audio tokens in its input.
 */
typedef struct {
  guint input_tokens;
  guint output_tokens;
  guint cached_tokens;
  guint speech_tokens;
  gboolean estimated;
} VowelUsage;

/**
 * VowelResponseRequest:
 *
 * What a client asks of one response: overrides of the session's settings.
 * A field that is %NULL or negative takes the session's value.
 */
typedef struct {
  gchar *instructions;             /* (nullable) */
  gint modality;                   /* VowelModality, or -1 */
  gchar *voice;                    /* (nullable) */
  VowelAudioFormat *output_format; /* (nullable) */
  GPtrArray *tools;                /* (nullable) (element-type VowelTool) */
  gchar *tool_choice;              /* (nullable) */
  gint parallel_tool_calls;        /* a boolean; -1: the session's */
  gint max_output_tokens;          /* 0: no limit; -1: the session's */
  gdouble temperature;             /* negative: the session's */
  gboolean out_of_band; /* does not read or write the conversation's end */
  GPtrArray *input;     /* (nullable) (element-type VowelItem): instead of
                         * the conversation as context */
  GHashTable *metadata; /* (nullable) string to string, echoed */
} VowelResponseRequest;

/* Reference counted; not changed any more once it was handed in. */
VowelResponseRequest *vowel_response_request_new (void);
VowelResponseRequest *vowel_response_request_ref (
    const VowelResponseRequest *request);
/* Drops one reference. */
void vowel_response_request_free (VowelResponseRequest *request);
/* Whether it asks for anything but an answer as the session gives it. */
gboolean vowel_response_request_has_wishes (
    const VowelResponseRequest *request);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (
    VowelResponseRequest, vowel_response_request_free)

/**
 * VowelResponse:
 *
 * One answer, as faces may show it. Reference counted, changed by its response
 * writer only.
 */
typedef struct {
  gatomicrefcount ref_count;

  gchar *id;
  guint64 generation;
  VowelResponseStatus status;
  VowelResponseReason reason;
  gchar *error_code;    /* (nullable) when failed: nick of the cause */
  gchar *error_message; /* (nullable) */
  gboolean out_of_band;
  VowelModality modality;
  gchar *voice;
  VowelAudioFormat output_format;
  guint max_output_tokens;
  gdouble temperature;
  GHashTable *metadata; /* (nullable) */
  GPtrArray *output;    /* (element-type VowelItem), in output order */
  gboolean has_usage;
  VowelUsage usage;
} VowelResponse;

#define VOWEL_TYPE_RESPONSE (vowel_response_get_type ())
GType vowel_response_get_type (void);
/* In progress, with a fresh id and nothing in it. */
VowelResponse *vowel_response_new (void);
VowelResponse *vowel_response_ref (VowelResponse *response);
void vowel_response_unref (VowelResponse *response);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelResponse, vowel_response_unref)

G_END_DECLS
