/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "speaking.h"

G_BEGIN_DECLS

/**
 * Voice:
 * @factory: the element
 * @vendor: whom it asks
 * @transport: (nullable): how; %NULL: it knows one way only
 * @rate: of what it speaks
 * @faults: what its service can do wrong; ends with one without a name
 * @marks: it says when it speaks what
 *
 * A service that speaks, in one of its ways. What every voice must bear is
 * tested in the same way.
 */
typedef struct {
  const gchar *factory;
  const gchar *vendor;
  const gchar *transport;
  gint rate;
  const Fault *faults;
  gboolean marks;
} Voice;

#define VOICE_TEXT "Hello there, all of you."
/* One sentence, of which more than 128 KiB can be sent at once. */
#define VOICE_LONG_TEXT                                                        \
  "When there is very much to say about something that nobody has ever asked " \
  "for, it is good to say all of it at once and to be done with it."

/* What any service can do wrong, to begin a table with. */
#define VOICE_REST_FAULTS                                                      \
  {"429-once", -1}, {"503-once", -1}, {"reset-once", -1},                      \
      {"402", GST_VOWEL_ERROR_BILLING}, {"500", GST_VOWEL_ERROR_UPSTREAM},     \
      {"html", GST_VOWEL_ERROR_UPSTREAM},                                      \
      {"not-http", GST_VOWEL_ERROR_PROTOCOL},                                  \
  {                                                                            \
    "cut", GST_VOWEL_ERROR_UPSTREAM                                            \
  }
#define VOICE_WEBSOCKET_FAULTS                                                 \
  {"429-once", -1}, {"503-once", -1}, {"reset-once", -1}, {"early-once", -1},  \
      {"leave", -1}, {"402", GST_VOWEL_ERROR_BILLING},                         \
      {"500", GST_VOWEL_ERROR_UPSTREAM}, {"early", GST_VOWEL_ERROR_UPSTREAM},  \
      {"not-http", GST_VOWEL_ERROR_UPSTREAM},                                  \
      {"drop", GST_VOWEL_ERROR_UPSTREAM}, {"bye", GST_VOWEL_ERROR_UPSTREAM},   \
      {"error", GST_VOWEL_ERROR_UPSTREAM},                                     \
  {                                                                            \
    "garbage", GST_VOWEL_ERROR_PROTOCOL                                        \
  }

void voice_setup (Fixture *f, const Voice *voice, const gchar *faults);
/* Adds tests: it speaks, whatever the form of the audio; each fault, after
 * which it speaks again; wrong keys; interruptions, which reach the service.
 * @voice: must live as long as they */
void voice_add_tests (const Voice *voice);

G_END_DECLS
