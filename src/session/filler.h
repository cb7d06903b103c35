/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "audio-format.h"
#include "playout-clock.h"

G_BEGIN_DECLS

/**
 * VowelFiller:
 *
 * What is heard while an answer makes the caller wait: a phrase, and then
 * somebody who types, until there is real speech. It begins when nothing has
 * been heard for a while after what was said last. It is sent only just ahead
 * of the caller's ear, because real speech cannot be sent before it. Owner
 * thread only.
 */
typedef struct _VowelFiller VowelFiller;

/**
 * VowelFillerConfig:
 * @acknowledge: say a phrase
 * @delay_ms: how long nothing is heard before it
 * @phrases: (nullable): of which one is said
 * @typing: somebody types, after the phrase or instead of it
 * @typing_volume: how loud, 0 to 1
 * @typing_loop_ms: after how long the sound begins anew
 */
typedef struct {
  gboolean acknowledge;
  guint delay_ms;
  gchar **phrases;
  gboolean typing;
  gdouble typing_volume;
  guint typing_loop_ms;
} VowelFillerConfig;

#define VOWEL_FILLER_DELAY_MS 300
#define VOWEL_FILLER_TYPING_VOLUME 0.3
#define VOWEL_FILLER_TYPING_LOOP_MS 2000

/**
 * VowelFillerActions:
 * @prepare: have the phrase spoken; vowel_filler_spoken() brings its sound,
 *   maybe at once
 * @begin: announce: something is heard from now on. @phrase: (nullable)
 * @audio: send it, and tell the playout clock
 * @end: nothing more is heard
 *
 * What a filler decides. None may free it; each may stop it.
 */
typedef struct {
  void (*prepare) (gpointer user_data, const gchar *phrase);
  void (*begin) (gpointer user_data, const gchar *phrase);
  void (*audio) (gpointer user_data, GBytes *audio);
  void (*end) (gpointer user_data);
} VowelFillerActions;

/* @random: (transfer full). @playout: must outlive the filler. Does nothing
 * until it is configured. */
VowelFiller *vowel_filler_new (VowelClock *clock, VowelPlayoutClock *playout,
    GRand *random, const VowelFillerActions *actions, gpointer user_data);
void vowel_filler_free (VowelFiller *filler);
void vowel_filler_configure (
    VowelFiller *filler, const VowelFillerConfig *config);
/* The built-in phrases; (transfer none) */
const gchar *const *vowel_filler_get_default_phrases (void);

/* The caller waits, from now or from the end of what is being played on.
 * Nothing changes when it waits already. @may_speak: or only the typing. */
void vowel_filler_wait (
    VowelFiller *filler, const VowelAudioFormat *format, gboolean may_speak);
/* @audio: (nullable): the phrase could not be spoken */
void vowel_filler_spoken (
    VowelFiller *filler, const gchar *phrase, GBytes *audio);
/* Nobody waits any more. */
void vowel_filler_stop (VowelFiller *filler);
/* The same without a word: whoever calls it ends what has begun. */
void vowel_filler_forget (VowelFiller *filler);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelFiller, vowel_filler_free)

G_END_DECLS
