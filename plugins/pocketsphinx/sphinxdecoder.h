/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define SPHINX_SAMPLE_RATE 16000

/*
 * SphinxConfig:
 * @hmm: folder of the acoustic model
 * @dictionary: file of the pronunciations
 * @language_model: file of the general language model
 * @grammar: (nullable): JSGF file, in place of the language model
 * @outside_cost: with a grammar: what each sound outside it costs (see
 *   #GstPocketsphinxStt:outside-cost)
 *
 * What a decoder is loaded from.
 */
typedef struct {
  gchar *hmm;
  gchar *dictionary;
  gchar *language_model;
  gchar *grammar;
  gdouble outside_cost;
} SphinxConfig;

SphinxConfig *sphinx_config_copy (const SphinxConfig *config);
void sphinx_config_free (SphinxConfig *config);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SphinxConfig, sphinx_config_free)
/* Equal for configurations that can share a decoder: the grammar's time of
 * change is part of it. (transfer full) */
gchar *sphinx_config_get_key (const SphinxConfig *config);

/*
 * SphinxDecoder:
 *
 * PocketSphinx for one utterance after the other, each as if it were the
 * first. One thread at a time; loading takes up to a second.
 */
typedef struct _SphinxDecoder SphinxDecoder;

SphinxDecoder *sphinx_decoder_load (const SphinxConfig *config, GError **error);
void sphinx_decoder_free (SphinxDecoder *decoder);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SphinxDecoder, sphinx_decoder_free)

/* @samples: the utterance's first SPHINX_PREVIEW_SAMPLES, or all when it is
 * shorter: the channel is judged by them. They are not processed yet. */
#define SPHINX_PREVIEW_SAMPLES (SPHINX_SAMPLE_RATE * 3 / 2)
void sphinx_decoder_begin (
    SphinxDecoder *decoder, const gint16 *samples, gsize n_samples);
void sphinx_decoder_process (
    SphinxDecoder *decoder, const gint16 *samples, gsize n_samples);
void sphinx_decoder_end (SphinxDecoder *decoder);
/* What was understood so far, or in all after the end; "" for nothing.
 * (transfer full) */
gchar *sphinx_decoder_get_text (SphinxDecoder *decoder);

G_END_DECLS
