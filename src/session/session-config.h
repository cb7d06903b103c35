/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "audio-format.h"

#include <glib-object.h>

G_BEGIN_DECLS

typedef enum {
  VOWEL_TURN_NONE, /* push-to-talk: the client commits */
  VOWEL_TURN_SERVER_VAD,
  VOWEL_TURN_SEMANTIC_VAD,
} VowelTurnDetectionType;

typedef enum {
  VOWEL_EAGERNESS_AUTO,
  VOWEL_EAGERNESS_LOW,
  VOWEL_EAGERNESS_MEDIUM,
  VOWEL_EAGERNESS_HIGH,
} VowelEagerness;

/**
 * VowelTurnDetection:
 * @type: who decides that a turn has ended
 * @threshold: probability that counts as speech, 0 to 1 (0.5)
 * @prefix_padding_ms: audio kept from before the start (300)
 * @silence_duration_ms: silence that ends a turn (500)
 * @idle_timeout_ms: silence after an answer that makes the server ask, 0 = off
 * @eagerness: for semantic detection
 * @create_response: a turn's end starts a response; without a detector, a
 *   commit does
 * @interrupt_response: speech stops a running one; without a detector, audio
 *   does
 */
typedef struct {
  VowelTurnDetectionType type;
  gdouble threshold;
  guint prefix_padding_ms;
  guint silence_duration_ms;
  guint idle_timeout_ms;
  VowelEagerness eagerness;
  gboolean create_response;
  gboolean interrupt_response;
} VowelTurnDetection;

/**
 * VowelSpeculation:
 * @VOWEL_SPECULATION_AUTO: when the recogniser foresees the end of a turn
 * @VOWEL_SPECULATION_OFF: never
 * @VOWEL_SPECULATION_ON: also when a pause has lasted a part of the silence
 *   that ends a turn, and what was said looks complete
 *
 * When an answer is prepared before it is certain that the caller has finished.
 */
typedef enum {
  VOWEL_SPECULATION_AUTO,
  VOWEL_SPECULATION_OFF,
  VOWEL_SPECULATION_ON,
} VowelSpeculation;

typedef enum {
  VOWEL_MODALITY_TEXT,
  VOWEL_MODALITY_AUDIO, /* speech with its transcript */
} VowelModality;

/**
 * VowelSessionKind:
 * @VOWEL_SESSION_REALTIME: hears and answers
 * @VOWEL_SESSION_TRANSCRIPTION: only writes down what it hears
 *
 * What a session is for. It cannot change once something was committed.
 */
typedef enum {
  VOWEL_SESSION_REALTIME,
  VOWEL_SESSION_TRANSCRIPTION,
} VowelSessionKind;

typedef enum {
  VOWEL_TRUNCATION_AUTO,     /* the oldest items go when the context is full */
  VOWEL_TRUNCATION_DISABLED, /* then a response fails instead */
  VOWEL_TRUNCATION_RETENTION_RATIO, /* then more goes than must, at once */
} VowelTruncationType;

/**
 * VowelTruncation:
 * @type: what happens when the model's context is full
 * @retention_ratio: the part of the limit that is kept, 0 to 1; for
 *   %VOWEL_TRUNCATION_RETENTION_RATIO
 * @post_instructions_tokens: the limit for all but the instructions, in tokens;
 *   0 = the server's
 *
 * How the context of the model is kept bounded.
 */
typedef struct {
  VowelTruncationType type;
  gdouble retention_ratio;
  guint post_instructions_tokens;
} VowelTruncation;

/**
 * VowelTool:
 * @name: function name
 * @description: (nullable)
 * @parameters: (nullable): its JSON Schema, as text
 *
 * A tool that a participant offers to the model.
 */
typedef struct {
  gchar *name;
  gchar *description;
  gchar *parameters;
} VowelTool;

VowelTool *vowel_tool_new (
    const gchar *name, const gchar *description, const gchar *parameters);
VowelTool *vowel_tool_copy (const VowelTool *tool);
void vowel_tool_free (VowelTool *tool);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelTool, vowel_tool_free)

/**
 * VowelSessionConfig:
 *
 * What a client may set of a session. Copied, changed and handed in whole; a
 * field is always valid, so that an answer can echo the effective session.
 * Tools are not here: they belong to the participant that offers them.
 */
typedef struct {
  VowelSessionKind kind;
  gchar *model; /* as the client named it */
  gchar *instructions;
  VowelModality output_modality;
  gchar *greeting; /* (nullable): what a prompt for the first words says */
  gchar *language; /* (nullable): of the conversation, ISO 639-1 */
  gchar *voice;
  gdouble speed; /* 0.25 to 1.5 */
  VowelAudioFormat input_format;
  VowelAudioFormat output_format;
  VowelTurnDetection turn_detection;
  VowelSpeculation speculation;
  VowelTurnDetection detector;   /* what a type of detection begins with:
                                    threshold, padding, silence */
  gboolean transcription;        /* whether the client asked for transcripts */
  gchar *transcription_model;    /* (nullable) as the client named it */
  gchar *transcription_language; /* (nullable) */
  gchar *transcription_prompt;   /* (nullable) */
  gchar **transcription_languages; /* (nullable) what may be spoken */
  gchar **transcription_keywords;  /* (nullable) what may be said */
  gchar *transcription_delay;      /* (nullable) "minimal" to "xhigh" */
  gboolean include_logprobs;       /* how sure the recogniser is */
  gchar *noise_reduction;          /* (nullable) "near_field" or "far_field" */
  gchar *tool_choice; /* "auto", "none", "required", "function:NAME" */
  gboolean parallel_tool_calls;
  guint max_output_tokens; /* 0: no limit */
  gdouble temperature;     /* negative: the model's default */
  VowelTruncation truncation;
  /* Kept for clients, which get them back: JSON text. (nullable) */
  gchar *tracing;
  gchar *prompt;
  gchar *reasoning;
} VowelSessionConfig;

/* Server VAD, audio out, 24 kHz PCM both ways. */
VowelSessionConfig *vowel_session_config_new (void);
VowelSessionConfig *vowel_session_config_copy (
    const VowelSessionConfig *config);
void vowel_session_config_free (VowelSessionConfig *config);
/* The built-in defaults of one kind of turn detection. */
void vowel_turn_detection_init (
    VowelTurnDetection *detection, VowelTurnDetectionType type);
/* How long a pause has lasted when the detector reports it. @foresight: the end
 * of a turn is to be foreseen. */
guint vowel_turn_detection_get_pause_ms (
    const VowelTurnDetection *detection, gboolean foresight);
/* Another kind, with the defaults that @config has for it. */
void vowel_session_config_set_detection (
    VowelSessionConfig *config, VowelTurnDetectionType type);
/* Whether pauses are judged before they end a turn, so that an answer can be
 * prepared. */
gboolean vowel_session_config_has_foresight (const VowelSessionConfig *config);
/* Ranges and combinations; the error names the field as a dotted path of the
 * fields above ("turn_detection.threshold", "speed"): faces translate it. */
gboolean vowel_session_config_validate (
    const VowelSessionConfig *config, GError **error);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelSessionConfig, vowel_session_config_free)

G_END_DECLS
