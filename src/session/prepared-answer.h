/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "engine.h"

G_BEGIN_DECLS

/**
 * VowelPreparedAnswer:
 *
 * What an engine makes of a question that nobody has asked yet, but probably
 * will: its reports are held back until then. Owner thread only.
 */
typedef struct _VowelPreparedAnswer VowelPreparedAnswer;

/* @question: as the engine is asked; @item_id: the user item that it would
 * answer; @input_tokens: our guess of what it is long. */
VowelPreparedAnswer *vowel_prepared_answer_new (
    const VowelGeneration *question, const gchar *item_id, guint input_tokens);
void vowel_prepared_answer_free (VowelPreparedAnswer *answer);

guint64 vowel_prepared_answer_get_generation (VowelPreparedAnswer *answer);
const gchar *vowel_prepared_answer_get_item_id (VowelPreparedAnswer *answer);
/* Whether an engine that is asked @question could only make this answer. */
gboolean vowel_prepared_answer_is_for (
    VowelPreparedAnswer *answer, const VowelGeneration *question);

/* The engine's reports. */
void vowel_prepared_answer_text (
    VowelPreparedAnswer *answer, const gchar *delta);
void vowel_prepared_answer_tool_arguments (VowelPreparedAnswer *answer,
    const gchar *call_id, const gchar *name, const gchar *delta);
void vowel_prepared_answer_tool_call (VowelPreparedAnswer *answer,
    const gchar *call_id, const gchar *name, const gchar *arguments);
void vowel_prepared_answer_generated (
    VowelPreparedAnswer *answer, VowelFinish finish, const VowelUsage *usage);
void vowel_prepared_answer_audio (VowelPreparedAnswer *answer, GBytes *audio,
    guint text_start, guint text_end, gboolean sentence_end);
void vowel_prepared_answer_audio_ended (VowelPreparedAnswer *answer);

/* How long the speech is that is held back. */
gint64 vowel_prepared_answer_get_audio_us (VowelPreparedAnswer *answer);
/* The tokens that it took so far. */
VowelUsage vowel_prepared_answer_get_usage (VowelPreparedAnswer *answer);
/* All reports so far, in their order; the answer must outlive that. */
void vowel_prepared_answer_tell (VowelPreparedAnswer *answer,
    const VowelEngineListener *listener, gpointer user_data);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelPreparedAnswer, vowel_prepared_answer_free)

G_END_DECLS
