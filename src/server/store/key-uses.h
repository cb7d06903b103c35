/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * VowelKeyUses:
 *
 * How often keys were used, gathered: a key that makes thousands of tokens a
 * second is not written down thousands of times. One thread, with a
 * thread-default main context.
 */
typedef struct _VowelKeyUses VowelKeyUses;

/**
 * VowelKeyUse:
 * @id: of the key
 * @n: how often
 * @last_at: when last, milliseconds since 1970
 */
typedef struct {
  gchar *id;
  gint64 n;
  gint64 last_at;
} VowelKeyUse;

/* @uses: (transfer full) (element-type VowelKeyUse): of each key at most one */
typedef void (*VowelKeyUsesFunc) (GPtrArray *uses, gpointer user_data);

/* @write: at once with the first use after a while, then once in a while. */
VowelKeyUses *vowel_key_uses_new (VowelKeyUsesFunc write, gpointer user_data);
/* Has written what is left. */
void vowel_key_uses_free (VowelKeyUses *uses);
void vowel_key_uses_note (VowelKeyUses *uses, const gchar *id, gint64 at);
/* Writes what there is now, before something that is to come after it. */
void vowel_key_uses_flush (VowelKeyUses *uses);

G_END_DECLS
