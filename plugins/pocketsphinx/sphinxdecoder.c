/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <string.h>

#include <gio/gio.h>
#include <gst/vowel/vowel.h>

#include <pocketsphinx/pocketsphinx.h>
#include <sphinxbase/cmn.h>
#include <sphinxbase/err.h>
#include <sphinxbase/fe.h>
#include <sphinxbase/jsgf.h>

#include "sphinxdecoder.h"

GST_DEBUG_CATEGORY_EXTERN (gst_pocketsphinx_stt_debug);
#define GST_CAT_DEFAULT gst_pocketsphinx_stt_debug

#define SEARCH_NAME "vowel"
/* Of so much sound a mean is worth taking: 100 ms, in frames of 10 ms. */
#define MIN_FRAMES 10
#define MIN_SAMPLES (SPHINX_SAMPLE_RATE / 10)
/* Begins the name of a sound outside the grammar; no word begins so. */
#define OUTSIDE "++outside++"

struct _SphinxDecoder {
  ps_decoder_t *ps;
  cmd_ln_t *config;
  /* Measures the channel. */
  fe_t *front_end;
  /* The model's cepstral mean. */
  GArray *cepstral_mean;
};

/* The first error that the library logged on this thread while it loaded: its
 * functions say only that they failed. */
static GPrivate first_error = G_PRIVATE_INIT (g_free);

SphinxConfig *
sphinx_config_copy (const SphinxConfig *config)
{
  SphinxConfig *copy = g_new0 (SphinxConfig, 1);

  copy->hmm = g_strdup (config->hmm);
  copy->dictionary = g_strdup (config->dictionary);
  copy->language_model = g_strdup (config->language_model);
  copy->grammar = g_strdup (config->grammar);
  copy->outside_cost = config->outside_cost;

  return copy;
}

void
sphinx_config_free (SphinxConfig *config)
{
  g_free (config->hmm);
  g_free (config->dictionary);
  g_free (config->language_model);
  g_free (config->grammar);
  g_free (config);
}

gchar *
sphinx_config_get_key (const SphinxConfig *config)
{
  g_autoptr (GFile) file = NULL;
  g_autoptr (GFileInfo) info = NULL;
  g_autoptr (GDateTime) changed = NULL;

  if (config->grammar == NULL)
    return g_strjoin (
        "\n", config->hmm, config->dictionary, config->language_model, NULL);

  file = g_file_new_for_path (config->grammar);
  info = g_file_query_info (file,
      G_FILE_ATTRIBUTE_TIME_MODIFIED "," G_FILE_ATTRIBUTE_TIME_MODIFIED_USEC,
      G_FILE_QUERY_INFO_NONE, NULL, NULL);
  if (info != NULL)
    changed = g_file_info_get_modification_date_time (info);

  return g_strdup_printf ("%s\n%s\n%s\n%" G_GINT64_FORMAT ".%06d\n%g",
      config->hmm, config->dictionary, config->grammar,
      changed != NULL ? g_date_time_to_unix (changed) : 0,
      changed != NULL ? g_date_time_get_microsecond (changed) : 0,
      config->outside_cost);
}

/* The library begins with where in its own source an error was found. */
static const gchar *
sphinx_skip_place (const gchar *text)
{
  const gchar *place =
      g_str_has_prefix (text, "ERROR: \"") ? strstr (text, "\", line ") : NULL;
  const gchar *end = place != NULL ? strstr (place, ": ") : NULL;

  return end != NULL ? end + strlen (": ") : text;
}

static G_GNUC_PRINTF (3, 4) void sphinx_log (
    void *user_data, err_lvl_t level, const char *format, ...)
{
  g_autofree gchar *text = NULL;
  va_list args;

  va_start (args, format);
  text = g_strdup_vprintf (format, args);
  va_end (args);
  g_strchomp (text);

  if (level >= ERR_ERROR && g_private_get (&first_error) == NULL)
    g_private_replace (&first_error, g_strdup (sphinx_skip_place (text)));
  if (level >= ERR_WARN)
    GST_INFO ("%s", text);
  else
    GST_DEBUG ("%s", text);
}

/* The library writes to stderr by default, and dumps its settings there even
 * past the callback. */
static void
sphinx_log_init (void)
{
  static gsize once = 0;

  if (g_once_init_enter (&once)) {
    err_set_logfp (NULL);
    err_set_callback (sphinx_log, NULL);
    g_once_init_leave (&once, 1);
  }
}

static const gchar *
sphinx_why (void)
{
  const gchar *why = g_private_get (&first_error);

  return why != NULL ? why : "no reason given";
}

/* Words that the grammar uses and the dictionary does not have; NULL when
 * there are none. */
static gchar *
sphinx_decoder_find_missing_words (SphinxDecoder *self, fsg_model_t *fsg)
{
  GString *missing = NULL;

  for (gint i = 0; i < fsg_model_n_word (fsg); i++) {
    const gchar *word = fsg_model_word_str (fsg, i);
    char *pronunciation = ps_lookup_word (self->ps, word);

    if (pronunciation == NULL) {
      if (missing == NULL)
        missing = g_string_new (NULL);
      g_string_append_printf (
          missing, "%s\"%s\"", missing->len > 0 ? ", " : "", word);
    }
    ckd_free (pronunciation);
  }

  return missing != NULL ? g_string_free (missing, FALSE) : NULL;
}

/* The sounds that the dictionary spells its words with, each once. */
static GHashTable *
sphinx_read_phones (const gchar *dictionary, GError **error)
{
  g_autoptr (GHashTable) phones =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_autofree gchar *text = NULL;
  gchar *next_line;

  if (!g_file_get_contents (dictionary, &text, NULL, error))
    return NULL;

  for (gchar *line = text; line != NULL; line = next_line) {
    gchar *rest = NULL;
    gchar *token;

    next_line = strchr (line, '\n');
    if (next_line != NULL)
      *next_line++ = '\0';
    /* The first token is the word itself. */
    token = strtok_r (line, " \t\r", &rest);
    while (token != NULL && (token = strtok_r (NULL, " \t\r", &rest)) != NULL)
      if (!g_hash_table_contains (phones, token))
        g_hash_table_add (phones, g_strdup (token));
  }
  return g_steal_pointer (&phones);
}

/* A copy of @fsg with room for one state more. */
static fsg_model_t *
sphinx_copy_fsg (fsg_model_t *fsg)
{
  fsg_model_t *copy = fsg_model_init (fsg_model_name (fsg), fsg->lmath,
      fsg_model_lw (fsg), fsg_model_n_state (fsg) + 1);

  copy->start_state = fsg_model_start_state (fsg);
  copy->final_state = fsg_model_final_state (fsg);
  for (gint i = 0; i < fsg_model_n_word (fsg); i++)
    fsg_model_word_add (copy, fsg_model_word_str (fsg, i));
  for (gint state = 0; state < fsg_model_n_state (fsg); state++) {
    fsg_arciter_t *arcs = fsg_model_arcs (fsg, state);

    for (; arcs != NULL; arcs = fsg_arciter_next (arcs)) {
      fsg_link_t *link = fsg_arciter_get (arcs);

      if (fsg_link_wid (link) < 0)
        fsg_model_null_trans_add (copy, fsg_link_from_state (link),
            fsg_link_to_state (link), fsg_link_logs2prob (link));
      else
        fsg_model_trans_add (copy, fsg_link_from_state (link),
            fsg_link_to_state (link), fsg_link_logs2prob (link),
            fsg_link_wid (link));
    }
  }
  return copy;
}

/* Forced to choose a sentence, the decoder finds one in any noise. So beside
 * the grammar it may hear a row of arbitrary sounds, each at a cost: what
 * matches that better than the grammar is outside of it. (transfer full) */
static fsg_model_t *
sphinx_decoder_add_outside (SphinxDecoder *self, const SphinxConfig *config,
    fsg_model_t *fsg, GError **error)
{
  g_autoptr (GHashTable) phones =
      sphinx_read_phones (config->dictionary, error);
  gint cost = logmath_ln_to_log (fsg->lmath, -config->outside_cost)
              * fsg_model_lw (fsg);
  GHashTableIter iter;
  gpointer phone;
  fsg_model_t *both;
  gint outside;

  if (phones == NULL)
    return NULL;

  both = sphinx_copy_fsg (fsg);
  outside = fsg_model_n_state (fsg);
  g_hash_table_iter_init (&iter, phones);
  while (g_hash_table_iter_next (&iter, &phone, NULL)) {
    g_autofree gchar *word = g_strdup_printf (OUTSIDE "%s", (gchar *) phone);
    gint id;

    if (ps_add_word (self->ps, word, phone, FALSE) < 0)
      continue;
    id = fsg_model_word_add (both, word);
    fsg_model_trans_add (both, both->start_state, outside, cost, id);
    fsg_model_trans_add (both, outside, outside, cost, id);
    fsg_model_trans_add (both, outside, both->final_state, cost, id);
  }
  return both;
}

static gboolean
sphinx_decoder_use_fsg (SphinxDecoder *self, const SphinxConfig *config,
    fsg_model_t *fsg, GError **error)
{
  g_autofree gchar *missing = sphinx_decoder_find_missing_words (self, fsg);
  fsg_model_t *both;
  gboolean ok;

  if (missing != NULL) {
    g_set_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_BAD_REQUEST,
        "the grammar %s uses words that are not in the dictionary %s: %s; "
        "write them as the dictionary does, or add them there",
        config->grammar, config->dictionary, missing);
    return FALSE;
  }
  both = sphinx_decoder_add_outside (self, config, fsg, error);
  if (both == NULL)
    return FALSE;
  ok = ps_set_fsg (self->ps, SEARCH_NAME, both) == 0
       && ps_set_search (self->ps, SEARCH_NAME) == 0;
  fsg_model_free (both);
  if (!ok)
    g_set_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_BAD_REQUEST,
        "pocketsphinx does not take the grammar %s: %s", config->grammar,
        sphinx_why ());

  return ok;
}

static gboolean
sphinx_decoder_use_grammar (
    SphinxDecoder *self, const SphinxConfig *config, GError **error)
{
  gfloat weight = cmd_ln_float32_r (self->config, "-lw");
  jsgf_t *grammar;
  jsgf_rule_t *rule;
  fsg_model_t *fsg = NULL;
  gboolean ok = FALSE;

  if (!g_file_test (config->grammar, G_FILE_TEST_IS_REGULAR)) {
    g_set_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_NOT_FOUND,
        "there is no grammar file %s", config->grammar);
    return FALSE;
  }
  grammar = jsgf_parse_file (config->grammar, NULL);
  if (grammar == NULL) {
    g_set_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_BAD_REQUEST,
        "the grammar %s is not valid JSGF: %s", config->grammar, sphinx_why ());
    return FALSE;
  }

  rule = jsgf_get_public_rule (grammar);
  if (rule != NULL)
    fsg = jsgf_build_fsg (grammar, rule, ps_get_logmath (self->ps), weight);
  if (fsg != NULL)
    ok = sphinx_decoder_use_fsg (self, config, fsg, error);
  else
    g_set_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_BAD_REQUEST,
        "the grammar %s %s", config->grammar,
        rule == NULL ? "has no public rule" : sphinx_why ());
  if (fsg != NULL)
    fsg_model_free (fsg);
  jsgf_grammar_free (grammar);

  return ok;
}

/* The model's own value, for an utterance too short to judge by. */
static void
sphinx_decoder_read_cepstral_mean (SphinxDecoder *self)
{
  const gchar *text = cmd_ln_str_r (self->config, "-cmninit");
  g_auto (GStrv) values = g_strsplit (text, ",", -1);
  guint length = feat_cepsize (ps_get_feat (self->ps));

  self->cepstral_mean =
      g_array_sized_new (FALSE, TRUE, sizeof (mfcc_t), length);
  g_array_set_size (self->cepstral_mean, length);
  for (guint i = 0; i < length && values[i] != NULL; i++)
    g_array_index (self->cepstral_mean, mfcc_t, i) =
        FLOAT2MFCC (g_ascii_strtod (values[i], NULL));
}

static gboolean
sphinx_file_exists (
    const gchar *what, const gchar *path, GFileTest test, GError **error)
{
  if (g_file_test (path, test))
    return TRUE;

  g_set_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_NOT_FOUND,
      "there is no %s at %s; install pocketsphinx-en-us, or set the property",
      what, path);
  return FALSE;
}

SphinxDecoder *
sphinx_decoder_load (const SphinxConfig *config, GError **error)
{
  g_autoptr (SphinxDecoder) self = g_new0 (SphinxDecoder, 1);

  sphinx_log_init ();
  g_private_replace (&first_error, NULL);

  if (!sphinx_file_exists (
          "acoustic model (hmm)", config->hmm, G_FILE_TEST_IS_DIR, error)
      || !sphinx_file_exists (
          "dictionary", config->dictionary, G_FILE_TEST_IS_REGULAR, error))
    return NULL;
  if (config->grammar == NULL
      && !sphinx_file_exists ("language-model", config->language_model,
          G_FILE_TEST_IS_REGULAR, error))
    return NULL;

  /* The second and third pass double the time and do not improve the words. */
  self->config = cmd_ln_init (NULL, ps_args (), TRUE, "-hmm", config->hmm,
      "-dict", config->dictionary, "-fwdflat", "no", "-bestpath", "no", NULL);
  if (self->config != NULL && config->grammar == NULL)
    cmd_ln_set_str_r (self->config, "-lm", config->language_model);
  if (self->config != NULL)
    self->ps = ps_init (self->config);
  if (self->ps == NULL) {
    g_set_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_BAD_REQUEST,
        "pocketsphinx cannot load its models: %s", sphinx_why ());
    return NULL;
  }

  if (config->grammar != NULL
      && !sphinx_decoder_use_grammar (self, config, error))
    return NULL;
  sphinx_decoder_read_cepstral_mean (self);
  self->front_end = fe_init_auto_r (self->config);
  if (self->front_end == NULL) {
    g_set_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_BAD_REQUEST,
        "pocketsphinx cannot use the acoustic model %s: %s", config->hmm,
        sphinx_why ());
    return NULL;
  }

  return g_steal_pointer (&self);
}

void
sphinx_decoder_free (SphinxDecoder *self)
{
  if (self->front_end != NULL)
    fe_free (self->front_end);
  if (self->ps != NULL)
    ps_free (self->ps);
  if (self->config != NULL)
    cmd_ln_free_r (self->config);
  g_clear_pointer (&self->cepstral_mean, g_array_unref);
  g_free (self);
}

/* The mean of the cepstrum is what a microphone or a telephone line adds to all
 * speech. Starting from the model's value, the library needs seconds to find
 * it, and understands nothing of a telephone until then; and what it found
 * would colour the next speaker's recognition. So it is measured in the
 * beginning of each utterance. */
static void
sphinx_decoder_set_cepstral_mean (
    SphinxDecoder *self, const gint16 *samples, gsize n_samples)
{
  cmn_t *normalisation = ps_get_feat (self->ps)->cmn_struct;
  g_autofree mfcc_t *mean = g_memdup2 (
      self->cepstral_mean->data, self->cepstral_mean->len * sizeof (mfcc_t));
  g_autofree mfcc_t *rest = g_new0 (mfcc_t, self->cepstral_mean->len);
  mfcc_t **frames = NULL;
  int32 n_frames = 0;
  int32 n_rest = 0;

  if (n_samples < MIN_SAMPLES) {
    cmn_live_set (normalisation, mean);
    return;
  }
  fe_start_stream (self->front_end);
  fe_start_utt (self->front_end);
  fe_process_utt (self->front_end, samples, n_samples, &frames, &n_frames);
  fe_end_utt (self->front_end, rest, &n_rest);

  for (guint i = 0; n_frames >= MIN_FRAMES && i < self->cepstral_mean->len;
       i++) {
    gdouble sum = 0.0;

    for (gint j = 0; j < n_frames; j++)
      sum += MFCC2FLOAT (frames[j][i]);
    mean[i] = FLOAT2MFCC (sum / n_frames);
  }
  fe_free_2d (frames);
  cmn_live_set (normalisation, mean);
}

void
sphinx_decoder_begin (
    SphinxDecoder *self, const gint16 *samples, gsize n_samples)
{
  sphinx_decoder_set_cepstral_mean (self, samples, n_samples);
  ps_start_stream (self->ps);
  ps_start_utt (self->ps);
}

void
sphinx_decoder_process (
    SphinxDecoder *self, const gint16 *samples, gsize n_samples)
{
  ps_process_raw (self->ps, samples, n_samples, FALSE, FALSE);
}

void
sphinx_decoder_end (SphinxDecoder *self)
{
  ps_end_utt (self->ps);
}

gchar *
sphinx_decoder_get_text (SphinxDecoder *self)
{
  const gchar *text = ps_get_hyp (self->ps, NULL);

  if (text == NULL || g_str_has_prefix (text, OUTSIDE))
    text = "";
  return g_strdup (text);
}
