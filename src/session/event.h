/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "rate-limits.h"
#include "response.h"

G_BEGIN_DECLS

/**
 * VowelEventType:
 *
 * What a session tells its participants. The comments name the fields of
 * #VowelEvent that are set.
 */
typedef enum {
  VOWEL_EVENT_SESSION_STARTED,   /* - */
  VOWEL_EVENT_SESSION_CHANGED,   /* - : read vowel_session_get_config() */
  VOWEL_EVENT_SPEECH_STARTED,    /* item_id, at_ms, emulated */
  VOWEL_EVENT_SPEECH_STOPPED,    /* item_id, at_ms */
  VOWEL_EVENT_INPUT_COMMITTED,   /* item_id, previous_item_id */
  VOWEL_EVENT_INPUT_CLEARED,     /* - */
  VOWEL_EVENT_TRANSCRIPT_GUESS,  /* item_id, text: all so far, which may be
                                    taken back; also while the caller speaks */
  VOWEL_EVENT_TRANSCRIPT,        /* item_id, part_index, text: more of it */
  VOWEL_EVENT_TRANSCRIPT_DONE,   /* item_id, part_index, text: all, duration_ms,
                                    confidence */
  VOWEL_EVENT_TRANSCRIPT_FAILED, /* item_id, part_index, error, text: its code
                                  */
  VOWEL_EVENT_ITEM_ADDED,        /* item, previous_item_id */
  VOWEL_EVENT_ITEM_DONE,         /* item, previous_item_id */
  VOWEL_EVENT_ITEM_RETRIEVED,    /* item */
  VOWEL_EVENT_ITEM_TRUNCATED,    /* item_id, part_index, at_ms */
  VOWEL_EVENT_ITEM_DELETED,      /* item_id */
  VOWEL_EVENT_RESPONSE_STARTED,  /* response */
  VOWEL_EVENT_OUTPUT_STARTED,    /* response, item, output_index */
  VOWEL_EVENT_PART_STARTED,      /* response, item, output_index, part_index,
                                    part_type */
  VOWEL_EVENT_TEXT, /* the same, text: a delta (of the transcript when part_type
                       is AUDIO) */
  VOWEL_EVENT_AUDIO,      /* the same, audio: in the response's output format;
                             text_start, text_end, sentence_end,
                             text_complete */
  VOWEL_EVENT_AUDIO_DONE, /* the same */
  VOWEL_EVENT_TEXT_DONE,  /* the same, text: all */
  VOWEL_EVENT_PART_DONE,  /* the same, text: all */
  VOWEL_EVENT_TOOL_ARGUMENTS, /* response, item, output_index, text: a delta */
  VOWEL_EVENT_TOOL_CALL, /* response, item, output_index; owner: who must answer
                          */
  VOWEL_EVENT_OUTPUT_DONE,   /* response, item, output_index */
  VOWEL_EVENT_INTERRUPTED,   /* response (nullable), item_id, at_ms: heard until
                              */
  VOWEL_EVENT_RESPONSE_DONE, /* response */
  VOWEL_EVENT_ERROR,         /* error, about (nullable) */
  VOWEL_EVENT_ENDED,         /* reason */
  VOWEL_EVENT_INPUT_TIMEOUT, /* item_id, at_ms, duration_ms: the silence that
                                becomes that item */
  VOWEL_EVENT_RATE_LIMITS,   /* response, rate_limits: the last of it */
  VOWEL_EVENT_HIBERNATED,    /* -: nothing has happened for a while */
  VOWEL_EVENT_AWAKENED,      /* -: before what ended that */
} VowelEventType;

/**
 * VowelEndReason:
 *
 * Why a session is over.
 */
typedef enum {
  VOWEL_END_CLIENT_LEFT,
  VOWEL_END_EXPIRED,
  VOWEL_END_IDLE,
  VOWEL_END_SHUTDOWN,
  VOWEL_END_FAILED,
  VOWEL_END_TRANSFERRED, /* the caller talks to somebody else now */
} VowelEndReason;

typedef struct _VowelParticipant VowelParticipant;

/**
 * VowelEvent:
 *
 * Lives for the duration of the callback; whoever wants to keep something takes
 * a reference or a copy of it.
 */
typedef struct {
  VowelEventType type;
  guint64 sequence; /* counts every event of the session from 1 */
  gint64 time_us;   /* since the session began */

  const gchar *item_id;
  const gchar *previous_item_id; /* (nullable): NULL = first */
  VowelItem *item;
  VowelResponse *response;
  guint output_index;
  guint part_index;
  VowelPartType part_type;
  const gchar *text;
  GBytes *audio;
  guint text_start;
  guint text_end;
  gboolean sentence_end;
  gboolean text_complete; /* more audio may follow, but no text */
  guint at_ms;            /* in the audio of input or item */
  gboolean emulated;      /* no detector has heard it */
  guint duration_ms;
  gdouble confidence; /* 0 to 1 */
  gboolean has_confidence;
  VowelParticipant *owner; /* (nullable) */
  const gchar *about;      /* (nullable): the client's id of the command */
  const GError *error;
  VowelEndReason reason;
  const VowelRateLimit *rate_limits; /* VOWEL_N_RATE_LIMITS of them */
} VowelEvent;

typedef void (*VowelEventFunc) (const VowelEvent *event, gpointer user_data);

G_END_DECLS
