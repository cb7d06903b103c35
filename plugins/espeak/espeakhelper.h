/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "espeakpool.h"

G_BEGIN_DECLS

/*
 * EspeakHelper:
 *
 * One helper process and the conversation with it. One thread.
 */
typedef struct _EspeakHelper EspeakHelper;

/* @path: the program; @wake_fd: readable when a job may have been cancelled */
EspeakHelper *espeak_helper_new (const gchar *path, gint wake_fd);
/* Ends the process and waits for it. */
void espeak_helper_free (EspeakHelper *helper);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EspeakHelper, espeak_helper_free)

/* Starts the process when none runs. */
gboolean espeak_helper_start (EspeakHelper *helper, GError **error);
/* Speaks @job, on a fresh process once more if the first one is lost, and ends
 * its task. */
void espeak_helper_run (EspeakHelper *helper, EspeakJob *job);

G_END_DECLS
