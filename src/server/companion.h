/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "session/session.h"

#include <gst/vowel/gstvowelworker.h>

G_BEGIN_DECLS

/**
 * VowelCompanion:
 * @join: the session is about to begin: join it, as whatever participant, if
 *   there is something to do. The session ends before the companion is freed
 * @free: frees the companion; on the session's worker when it had joined, else
 *   anywhere
 *
 * What goes along with one session inside the server, like tools that are
 * executed here, or whoever keeps the conversation for the next time. Made
 * where HTTP is answered.
 */
typedef struct _VowelCompanion VowelCompanion;
struct _VowelCompanion {
  void (*join) (
      VowelCompanion *companion, VowelSession *session, GstVowelWorker *worker);
  void (*free) (VowelCompanion *companion);
};

static inline void
vowel_companion_free (VowelCompanion *companion)
{
  companion->free (companion);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelCompanion, vowel_companion_free)

G_END_DECLS
