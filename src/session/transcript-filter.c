/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "transcript-filter.h"

#include <string.h>

#define INSTEAD "-"
/* Longer transcripts are speech, whatever they say. */
#define MAX_WORDS 64

/* Hesitation, but nothing that can be an answer ("uh-huh", "mhm"). */
static const gchar *const noise[] = {"uh", "uhm", "um", "umm", "er", "erm",
    "eh", "ah", "hm", "hmm", "mm", "ähm", "äh", "öh", "euh", "ehm",
    /* What models of Whisper's kind hear in silence. */
    "thank you for watching", "thanks for watching",
    "thank you so much for watching", "thanks so much for watching",
    "thank you very much for watching", "thank you for listening",
    "please subscribe", "please subscribe to my channel",
    "please like and subscribe", "like and subscribe",
    "don't forget to subscribe", "see you in the next video",
    "i'll see you in the next video", "see you next time",
    "subtitles by the amara org community", "transcription by castingwords",
    "untertitel der amara org community",
    "untertitel im auftrag des zdf für funk",
    "sous titres réalisés par la communauté d'amara org",
    "sous titrage société radio canada",
    "subtítulos realizados por la comunidad de amara org",
    "sottotitoli creati dalla comunità amara org",
    "ondertitels ingediend door de amara org gemeenschap", "music", "applause",
    "laughter", "silence", "blank audio", "inaudible", "no speech", NULL};

/* Between these stands what is heard and not said. */
static const gchar *const brackets[][2] = {
    {"[", "]"}, {"(", ")"}, {"*", "*"}, {"♪", "♪"}, {"<", ">"}};

static const struct {
  const gchar *words;
  const gchar *sign;
} signs[] = {
    {"full stop", "."},
    {"period", "."},
    {"comma", ","},
    {"question mark", "?"},
    {"exclamation mark", "!"},
    {"exclamation point", "!"},
    {"semicolon", ";"},
    {"colon", ":"},
};

struct _VowelTranscriptFilter {
  VowelTranscriptFilterConfig config;
  GPtrArray *phrases; /* (element-type GStrv): the words of each */
};

/* The words in it, in one case. */
static gchar **
split_words (const gchar *text)
{
  g_autofree gchar *folded = g_utf8_casefold (text, -1);
  g_autofree gchar *normal = g_utf8_normalize (folded, -1, G_NORMALIZE_NFKC);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_autoptr (GString) word = g_string_new (NULL);

  for (const gchar *p = normal; p != NULL && *p != '\0';
       p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);

    if (g_unichar_isalnum (c) || g_unichar_ismark (c)) {
      g_string_append_unichar (word, c);
    } else if (c != '\'' && c != 0x2019 && word->len > 0) {
      g_strv_builder_add (builder, word->str);
      g_string_truncate (word, 0);
    }
  }
  if (word->len > 0)
    g_strv_builder_add (builder, word->str);
  return g_strv_builder_end (builder);
}

static void
add_phrase (VowelTranscriptFilter *filter, const gchar *phrase)
{
  g_auto (GStrv) words = split_words (phrase);

  if (words[0] != NULL)
    g_ptr_array_add (filter->phrases, g_steal_pointer (&words));
}

VowelTranscriptFilter *
vowel_transcript_filter_new (const VowelTranscriptFilterConfig *config)
{
  VowelTranscriptFilter *filter = g_new0 (VowelTranscriptFilter, 1);
  gchar **own = config->phrases;
  gboolean instead =
      own != NULL && own[0] != NULL && g_str_equal (own[0], INSTEAD);

  filter->config = *config;
  filter->config.phrases = NULL;
  filter->phrases =
      g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  for (guint i = 0; !instead && noise[i] != NULL; i++)
    add_phrase (filter, noise[i]);
  for (guint i = 0; own != NULL && own[i] != NULL; i++)
    add_phrase (filter, own[i]);
  return filter;
}

void
vowel_transcript_filter_free (VowelTranscriptFilter *filter)
{
  g_ptr_array_unref (filter->phrases);
  g_free (filter);
}

/* What is heard and not said goes. */
static gchar *
remove_sounds (const gchar *text)
{
  GString *rest = g_string_new (text);

  for (gsize i = 0; i < G_N_ELEMENTS (brackets); i++) {
    const gchar *from, *to;

    while ((from = strstr (rest->str, brackets[i][0])) != NULL
           && (to = strstr (from + strlen (brackets[i][0]), brackets[i][1]))
                  != NULL)
      g_string_erase (
          rest, from - rest->str, to + strlen (brackets[i][1]) - from);
  }
  return g_string_free (rest, FALSE);
}

/* How many of the words from @at on are the phrase; 0: they are not. */
static guint
match (gchar **words, guint at, gchar **phrase)
{
  guint n = 0;

  while (phrase[n] != NULL) {
    if (words[at + n] == NULL || !g_str_equal (words[at + n], phrase[n]))
      return 0;
    n++;
  }
  return n;
}

/* All the words are phrases of the list, one after the other. */
static gboolean
is_only_phrases (VowelTranscriptFilter *filter, gchar **words)
{
  guint n_words = g_strv_length (words);
  gboolean reached[MAX_WORDS + 1] = {TRUE};

  if (n_words > MAX_WORDS)
    return FALSE;
  for (guint at = 0; at < n_words; at++) {
    for (guint i = 0; reached[at] && i < filter->phrases->len; i++) {
      guint n = match (words, at, g_ptr_array_index (filter->phrases, i));

      if (n > 0)
        reached[at + n] = TRUE;
    }
  }
  return reached[n_words];
}

static gboolean
is_speech (VowelTranscriptFilter *filter, const gchar *text)
{
  g_autofree gchar *said = remove_sounds (text);
  g_auto (GStrv) words = split_words (said);
  guint n_chars = 0;

  for (guint i = 0; words[i] != NULL; i++)
    n_chars += g_utf8_strlen (words[i], -1);
  return n_chars >= MAX (filter->config.min_chars, 1)
         && !is_only_phrases (filter, words);
}

/* Dictation. */

/* A word without the punctuation around it, in one case. */
static gchar *
bare (const gchar *word)
{
  g_auto (GStrv) parts = split_words (word);

  return g_strdup (parts[0] != NULL && parts[1] == NULL ? parts[0] : "");
}

/* (nullable): the sign that the words from @at on name, and how many these are
 */
static const gchar *
find_sign (gchar **words, guint at, guint *ret_n)
{
  g_autofree gchar *first = bare (words[at]);
  g_autofree gchar *second =
      words[at + 1] != NULL ? bare (words[at + 1]) : g_strdup ("");
  g_autofree gchar *both = g_strconcat (first, " ", second, NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (signs); i++) {
    gboolean is_pair = strchr (signs[i].words, ' ') != NULL;

    if (g_str_equal (signs[i].words, is_pair ? both : first)) {
      *ret_n = is_pair ? 2 : 1;
      return signs[i].sign;
    }
  }
  return NULL;
}

static void
append_capital (GString *text, const gchar *word)
{
  g_string_append_unichar (text, g_unichar_toupper (g_utf8_get_char (word)));
  g_string_append (text, g_utf8_next_char (word));
}

static gchar *
punctuate (const gchar *text)
{
  g_auto (GStrv) words = g_strsplit_set (text, " \t\r\n", -1);
  g_autoptr (GString) result = g_string_new (NULL);
  gboolean capital = TRUE;

  for (guint i = 0; words[i] != NULL; i++) {
    guint n = 0;
    const gchar *sign = result->len > 0 ? find_sign (words, i, &n) : NULL;

    if (*words[i] == '\0')
      continue;
    if (sign != NULL) {
      if (strchr (".,;:?!", result->str[result->len - 1]) != NULL)
        g_string_truncate (result, result->len - 1);
      g_string_append (result, sign);
      i += n - 1;
    } else {
      if (result->len > 0)
        g_string_append_c (result, ' ');
      if (capital)
        append_capital (result, words[i]);
      else
        g_string_append (result, words[i]);
    }
    capital = strchr (".?!", result->str[result->len - 1]) != NULL;
  }
  return g_strdup (result->str);
}

gchar *
vowel_transcript_filter_apply (VowelTranscriptFilter *filter, const gchar *text)
{
  if (filter->config.drop_noise && !is_speech (filter, text))
    return g_strdup ("");
  return filter->config.dictation ? punctuate (text) : g_strdup (text);
}
