/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * ThinkFilter: takes out of a model's text what it thinks aloud, that is
 * everything between <think> and </think>, in whatever pieces it comes. Plain
 * object.
 */
typedef struct _ThinkFilter ThinkFilter;

ThinkFilter *think_filter_new (void);
void think_filter_free (ThinkFilter *filter);
/* What of @delta, and of what was held back before, is to be said; may be
 * empty. (transfer full) */
gchar *think_filter_feed (ThinkFilter *filter, const gchar *delta);
/* The text is over: what was held back as the possible begin of a tag.
 * (transfer full) */
gchar *think_filter_end (ThinkFilter *filter);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (ThinkFilter, think_filter_free)

G_END_DECLS
