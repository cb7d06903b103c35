/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/**
 * GST_VOWEL_API:
 *
 * Marks what libgstvowel-1.0 exports; everything else stays hidden.
 */
#define GST_VOWEL_API extern __attribute__ ((visibility ("default")))

G_END_DECLS
