/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "gstvowelmessage.h"

G_BEGIN_DECLS

/* What the structure of such a message is called. */
G_GNUC_INTERNAL const gchar *gst_vowel_message_get_name (
    GstVowelMessageKind kind);
/* (nullable): NULL when it is of another kind */
G_GNUC_INTERNAL const GstStructure *gst_vowel_message_get_fields (
    GstMessage *message, GstVowelMessageKind kind);

G_END_DECLS
