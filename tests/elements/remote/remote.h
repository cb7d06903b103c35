/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "../fixture.h"

G_BEGIN_DECLS

/* The key that the fake services want. */
#define REMOTE_KEY "sk-canary-5e21f0"

/* The fake services of tests/fakes/remote, in a process of their own. */
void remote_start (void);
void remote_stop (void);
/* Points @element to @vendor with @faults; no two addresses are the same. */
void remote_set_target (
    GstElement *element, const gchar *vendor, const gchar *faults);
/* (transfer full): what a path of the services' own answers */
gchar *remote_get (const gchar *path);
/* Until clients have broken off one more request than when this was called
 * last. */
void remote_expect_abort (void);
/* Those that have been broken off so far do not count. */
void remote_forget_aborts (void);
/* Until that many signs of life have come over WebSockets since the last call.
 */
void remote_expect_keepalives (guint n);
/* How many requests have come. */
guint remote_count_requests (void);
/* Whether the one of that number, from 0, is @what: "closed" or "aborted". */
gboolean remote_request_is (guint number, const gchar *what);

/* The user shows a PNG of three bytes, in detail "low", and says "Look". */
void remote_show_image (Fixture *f, const gchar *response_id);
/* (transfer full): why it failed; the key is not in it */
GError *remote_expect_failure (Fixture *f, GstVowelError code);

G_END_DECLS
