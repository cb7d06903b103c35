/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "gstvowelevent.h"

G_BEGIN_DECLS

/* What events and messages about speech have in them.  To a new structure
 * (transfer full), and from one: FALSE when it is NULL or lacks a field; what
 * is returned is then untouched. */
G_GNUC_INTERNAL GstStructure *gst_vowel_speech_start_to_structure (
    const GstVowelSpeechStart *start, const gchar *name);
G_GNUC_INTERNAL gboolean gst_vowel_speech_start_from_structure (
    const GstStructure *s, GstVowelSpeechStart *ret_start);
G_GNUC_INTERNAL GstStructure *gst_vowel_speech_stop_to_structure (
    const GstVowelSpeechStop *stop, const gchar *name);
G_GNUC_INTERNAL gboolean gst_vowel_speech_stop_from_structure (
    const GstStructure *s, GstVowelSpeechStop *ret_stop);

G_END_DECLS
