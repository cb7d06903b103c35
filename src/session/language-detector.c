/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "language-detector.h"

#include "error.h"
#include "language-names.h"

#include <string.h>
#ifdef HAVE_EXTTEXTCAT
#include <textcat.h>
#endif

/* A text of this many letters is judged with full confidence; or of so many
 * when another language is nearly as likely. */
#define SURE_LETTERS 40
#define SURE_LETTERS_AMBIGUOUS 100
/* A script is certain with this many letters. */
#define SURE_SCRIPT_LETTERS 2
#define MIN_DOCUMENT 6

struct _VowelLanguageDetector {
  gatomicrefcount ref_count;
  GMutex lock; /* around the classifier */
#ifdef HAVE_EXTTEXTCAT
  void *classifier; /* (nullable) */
#endif
};

static const struct {
  GUnicodeScript script;
  const gchar *code;
} scripts[] = {
    {G_UNICODE_SCRIPT_HIRAGANA, "ja"},
    {G_UNICODE_SCRIPT_KATAKANA, "ja"},
    {G_UNICODE_SCRIPT_HANGUL, "ko"},
    {G_UNICODE_SCRIPT_HAN, "zh"},
    {G_UNICODE_SCRIPT_GREEK, "el"},
    {G_UNICODE_SCRIPT_HEBREW, "he"},
    {G_UNICODE_SCRIPT_THAI, "th"},
    {G_UNICODE_SCRIPT_ARABIC, "ar"},
    {G_UNICODE_SCRIPT_DEVANAGARI, "hi"},
};

const gchar *
vowel_language_detector_get_models (void)
{
#ifdef HAVE_EXTTEXTCAT
  return VOWEL_TEXTCAT_MODELS;
#else
  return NULL;
#endif
}

VowelLanguageDetector *
vowel_language_detector_new (const gchar *models, GError **error)
{
  g_autoptr (VowelLanguageDetector) detector =
      g_new0 (VowelLanguageDetector, 1);

  g_atomic_ref_count_init (&detector->ref_count);
  g_mutex_init (&detector->lock);
#ifdef HAVE_EXTTEXTCAT
  if (models != NULL) {
    g_autofree gchar *list = g_build_filename (models, "fpdb.conf", NULL);
    g_autofree gchar *prefix = g_strconcat (models, "/", NULL);

    detector->classifier = special_textcat_Init (list, prefix);
    if (detector->classifier == NULL) {
      g_set_error (error, VOWEL_ERROR, VOWEL_ERROR_INVALID,
          "%s, or what it lists, cannot be read", list);
      return NULL;
    }
    textcat_SetProperty (
        detector->classifier, TCPROP_MINIMUM_DOCUMENT_SIZE, MIN_DOCUMENT);
  }
#endif
  return g_steal_pointer (&detector);
}

VowelLanguageDetector *
vowel_language_detector_ref (VowelLanguageDetector *detector)
{
  g_atomic_ref_count_inc (&detector->ref_count);
  return detector;
}

void
vowel_language_detector_unref (VowelLanguageDetector *detector)
{
  if (!g_atomic_ref_count_dec (&detector->ref_count))
    return;
#ifdef HAVE_EXTTEXTCAT
  if (detector->classifier != NULL)
    textcat_Done (detector->classifier);
#endif
  g_mutex_clear (&detector->lock);
  g_free (detector);
}

/* (nullable): the language that the script alone tells. @ret_letters: of all */
static const gchar *
look_at_script (const gchar *text, guint *ret_letters)
{
  guint counts[G_N_ELEMENTS (scripts)] = {0};
  guint kana, others = 0;

  *ret_letters = 0;
  for (const gchar *p = text; *p != '\0'; p = g_utf8_next_char (p)) {
    gunichar c = g_utf8_get_char (p);
    GUnicodeScript script = g_unichar_get_script (c);
    gboolean known = FALSE;

    if (!g_unichar_isalpha (c))
      continue;
    (*ret_letters)++;
    for (gsize i = 0; i < G_N_ELEMENTS (scripts) && !known; i++) {
      known = scripts[i].script == script;
      counts[i] += known ? 1 : 0;
    }
    others += known ? 0 : 1;
  }
  kana = counts[0] + counts[1];
  for (gsize i = 0; i < G_N_ELEMENTS (scripts); i++) {
    if (counts[i] <= others || *ret_letters < SURE_SCRIPT_LETTERS)
      continue;
    /* Japanese has both. */
    return g_str_equal (scripts[i].code, "zh") && kana > 0 ? "ja"
                                                           : scripts[i].code;
  }
  return NULL;
}

#ifdef HAVE_EXTTEXTCAT
/* "en--utf8", "zh-CN-utf8"; small neighbours of the well-known languages are
 * nobody's guess. */
static gchar *
get_code (const gchar *name)
{
  g_autofree gchar *code = vowel_language_normalize (name);
  g_autofree gchar *known =
      code != NULL ? vowel_language_dup_name (code) : NULL;
  g_autofree gchar *unknown = code != NULL ? g_ascii_strup (code, -1) : NULL;

  if (code == NULL || g_str_equal (known, unknown))
    return NULL;
  return g_steal_pointer (&code);
}

/* (transfer full) (nullable). @ret_alone: no other well-known one is near. */
static gchar *
classify (
    VowelLanguageDetector *detector, const gchar *text, gboolean *ret_alone)
{
  g_autofree gchar *best = NULL;
  candidate_t *candidates;
  gint n;

  *ret_alone = TRUE;
  if (detector->classifier == NULL)
    return NULL;
  g_mutex_lock (&detector->lock);
  candidates = textcat_GetClassifyFullOutput (detector->classifier);
  n = textcat_ClassifyFull (
      detector->classifier, text, strlen (text), candidates);
  for (gint i = 0; i < n; i++) {
    g_autofree gchar *code = get_code (candidates[i].name);

    if (code == NULL)
      continue;
    if (best == NULL)
      best = g_steal_pointer (&code);
    else if (!g_str_equal (best, code))
      *ret_alone = FALSE;
  }
  textcat_ReleaseClassifyFullOutput (detector->classifier, candidates);
  g_mutex_unlock (&detector->lock);
  return g_steal_pointer (&best);
}
#endif

gchar *
vowel_language_detector_detect (
    VowelLanguageDetector *detector, const gchar *text, gdouble *ret_confidence)
{
  guint letters = 0;
  const gchar *certain = look_at_script (text, &letters);
  g_autofree gchar *code = NULL;
  gboolean alone = TRUE;

  *ret_confidence = 1.0;
  if (certain != NULL)
    return g_strdup (certain);
#ifdef HAVE_EXTTEXTCAT
  code = classify (detector, text, &alone);
#endif
  *ret_confidence = MIN (
      (gdouble) letters / (alone ? SURE_LETTERS : SURE_LETTERS_AMBIGUOUS), 1.0);
  return g_steal_pointer (&code);
}
