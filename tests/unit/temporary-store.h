/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "server/store/store.h"

G_BEGIN_DECLS

/* A store that is gone after the test. */
typedef struct _VowelTemporaryStore VowelTemporaryStore;

VowelTemporaryStore *vowel_temporary_store_new (void);
void vowel_temporary_store_free (VowelTemporaryStore *temporary);
VowelStore *vowel_temporary_store_get (VowelTemporaryStore *temporary);
void vowel_temporary_store_put_app (
    VowelTemporaryStore *temporary, const gchar *id);

G_END_DECLS
