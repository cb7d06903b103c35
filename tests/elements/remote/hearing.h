/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "remote.h"

G_BEGIN_DECLS

/* A speech-to-text element behind a detector that is us. */
void hearing_init (Fixture *f, const gchar *factory);
/* Starts it again, after it was stopped. */
void hearing_restart (Fixture *f);
/* An utterance of that length, from its start to its stop. */
void hearing_say (Fixture *f, guint ms);
/* The same in two halves. */
void hearing_begin (Fixture *f, guint ms);
void hearing_end (Fixture *f);
/* Instead of its end: it was nothing. */
void hearing_discard (Fixture *f);
/* Of the utterance that was said last. */
void hearing_expect (Fixture *f, const gchar *text);
/* The first, the second … that were said, whichever comes first. */
void hearing_expect_all (Fixture *f, const gchar *const *texts);
/* The same, and what it is in. @language: "": nobody says */
void hearing_expect_language (
    Fixture *f, const gchar *text, const gchar *language);
void hearing_expect_number (Fixture *f, guint64 utterance, const gchar *text);

G_END_DECLS
