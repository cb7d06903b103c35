/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * OpenaiReasoning:
 *
 * How a server is told how much to think before it speaks.
 */
typedef enum {
  OPENAI_REASONING_EFFORT,   /* reasoning_effort, as it is set */
  OPENAI_REASONING_GROQ,     /* by model */
  OPENAI_REASONING_OBJECT,   /* reasoning: {effort} */
  OPENAI_REASONING_TEMPLATE, /* chat_template_kwargs: {enable_thinking} */
} OpenaiReasoning;

/**
 * OpenaiKind:
 *
 * What is asked of a server; they come in different places.
 */
typedef enum {
  OPENAI_CHAT,
  OPENAI_STT,
  OPENAI_TTS,
} OpenaiKind;

/**
 * OpenaiProfile:
 * @kind: what is asked
 * @name: what users write
 * @secret: (nullable): name of the key, for the secrets module
 * @needs_key: nothing works without one
 * @base_url: (nullable): where the service is; %NULL: the user must say
 * @model: (nullable): default model; %NULL: the user must say
 * @max_tokens: name of the limit
 * @reasoning: how much to think
 * @slow_start: the first request may load the model
 * @path: (nullable): of transcriptions, behind the base URL; %NULL for OpenAI's
 * @streams: sends a transcription while it is made
 * @language: (nullable): what to say when the language is not known
 * @voice: (nullable): default voice
 * @format: (nullable): the audio to ask for
 * @tells_facts: it may say what its models speak like
 *
 * What differs among the services with OpenAI's protocols.
 */
typedef struct {
  OpenaiKind kind;
  const gchar *name;
  const gchar *secret;
  gboolean needs_key;
  const gchar *base_url;
  const gchar *model;
  const gchar *max_tokens;
  OpenaiReasoning reasoning;
  gboolean slow_start;
  const gchar *path;
  gboolean streams;
  const gchar *language;
  const gchar *voice;
  const gchar *format;
  gboolean tells_facts;
} OpenaiProfile;

/* (nullable) */
const OpenaiProfile *openai_profile_find (OpenaiKind kind, const gchar *name);
/* All names but the first, separated by @separator. (transfer full) */
gchar *openai_profile_list (OpenaiKind kind, const gchar *separator);
/* Whether a model of this name, wherever it runs, is known to take images. */
gboolean openai_model_takes_images (const gchar *model);
/* @path behind @base_url, with one slash. (transfer full) */
gchar *openai_profile_make_uri (const gchar *base_url, const gchar *path);

G_END_DECLS
