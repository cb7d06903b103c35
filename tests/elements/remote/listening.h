/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "hearing.h"

G_BEGIN_DECLS

/**
 * ListeningSubject:
 * @factory: the element
 * @vendor: the fake that it asks, which says how long an utterance was
 * @single_use: a connection is for one utterance
 * @timed: takes an end without an answer for one without words
 *
 * A recogniser with a live connection. Constant.
 */
typedef struct {
  const gchar *factory;
  const gchar *vendor;
  gboolean single_use;
  gboolean timed;
} ListeningSubject;

/* Stopped, with the key: properties are read when it connects. */
void listening_init (
    Fixture *f, const ListeningSubject *subject, const gchar *faults);
/* What every one of them must stand: the fault matrix, and more. */
void listening_add_tests (const ListeningSubject *subject);

G_END_DECLS
