/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "remote.h"

G_BEGIN_DECLS

/* A text-to-speech element, whose fake speaks 60 ms per character; sample
 * number i of a text is i % 30000. */

/**
 * Fault:
 * @faults: what goes wrong
 * @code: how it ends; -1: well, after a second try
 */
typedef struct {
  const gchar *faults;
  gint code;
} Fault;

void speaking_init (Fixture *f, const gchar *factory);
/* A response of its own. */
void speaking_start (Fixture *f, const gchar *text);
/* Until its end; what came of it is dropped. */
void speaking_skip (Fixture *f);
/* All of it comes, sample by sample. */
void speaking_expect (Fixture *f, const gchar *text, gint rate);

G_END_DECLS
