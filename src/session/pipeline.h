/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "engine.h"
#include "pipeline-recipe.h"

#include <gst/vowel/gstvowelworker.h>

G_BEGIN_DECLS

/**
 * VowelPipeline:
 *
 * A #VowelEngine that is a GStreamer pipeline built from a recipe. It knows
 * these elements by name; what else is in a recipe is the operator's business:
 *
 * `in`: a #GstVowelPushSrc, given the caller's audio.
 * `in-codec` (optional): an identity that is exchanged for a G.711 decoder
 * when the caller's audio needs one.
 * `in-noise` (optional): an identity that is exchanged for noise reduction when
 * a client asks for it. Anything else stays, and is all there is.
 * `vad` (optional): the detector.
 * `stt`: speech to text. `llm`: the language model. `tts` (optional): speech.
 * `out-volume` (optional): a volume, for agents that are louder than their voice
 * or less loud.
 * `out-caps` (optional): a capsfilter that gets the format of the answer.
 * `out-codec` (optional): an identity that is exchanged for a G.711 encoder.
 * `out` (optional, with `tts`): has the signals `packet` and `response-end`.
 *
 * Of these an identity that does nothing, and a volume of 1, is taken out of the
 * pipeline.
 *
 * Between `in` and `in-noise`, and from `tts` to `out`, a recipe must not
 * change threads, because formats change between buffers.
 *
 * All calls and reports on the worker.
 */
#define VOWEL_TYPE_PIPELINE (vowel_pipeline_get_type ())
G_DECLARE_FINAL_TYPE (VowelPipeline, vowel_pipeline, VOWEL, PIPELINE, GObject)

/* @name: for logs, the session's id */
VowelPipeline *vowel_pipeline_new (
    const gchar *name, GstVowelWorker *worker, VowelPipelineRecipe *recipe);

/* The name of the voice that speaks in a pipeline built from a recipe when
 * nobody names one; (transfer full) (nullable): there is none, or its provider
 * cannot tell. */
gchar *vowel_pipeline_dup_voice (GstElement *pipeline);

G_END_DECLS
