/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "fixture.h"

G_BEGIN_DECLS

/* Lists of providers, by way of the fakes. Providers are children of the bin:
 * "provider", "provider-1" and so on. */

/* @bin: the element that chooses
 * @list: its providers
 * @more: settings, as in a launch line */
void failover_init (
    Fixture *f, const gchar *bin, const gchar *list, const gchar *more);
/* (transfer full) */
GstElement *failover_get_child (Fixture *f, const gchar *name);
/* When all that is under way has been done. */
guint failover_get_uint (Fixture *f, const gchar *name, const gchar *property);
void failover_set_mode (Fixture *f, const gchar *name, const gchar *mode);
void failover_release (Fixture *f, const gchar *name);

void failover_expect_take_over (Fixture *f, const gchar *stage, guint64 id,
    const gchar *failed, const gchar *provider, GstVowelError code);
void failover_expect_usage (Fixture *f, const gchar *provider, guint requests,
    guint failures, guint retries, guint take_overs,
    GstVowelProviderUsage *ret_usage);
/* The failure of one who was in charge at last. */
void failover_expect_failure (Fixture *f, const gchar *stage, guint64 id,
    const gchar *provider, GstVowelError code);
/* Whoever takes over does so from the loop: that is awaited. */
void failover_await (Fixture *f, GstVowelMessageKind kind);

G_END_DECLS
