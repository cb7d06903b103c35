/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * VowelConfigError:
 *
 * Why a configuration is refused. The message names the setting, what is
 * allowed, and the fix.
 */
typedef enum {
  VOWEL_CONFIG_ERROR_UNKNOWN,  /* no such setting */
  VOWEL_CONFIG_ERROR_INVALID,  /* a value that is not allowed */
  VOWEL_CONFIG_ERROR_CONFLICT, /* values that do not go together */
  VOWEL_CONFIG_ERROR_SYNTAX,   /* text that is no configuration at all */
  VOWEL_CONFIG_ERROR_FILE,     /* a file that cannot be read or written */
  VOWEL_CONFIG_ERROR_CHANGED,  /* a file that somebody else has changed */
  VOWEL_CONFIG_ERROR_LOCAL,    /* what can only be set on this machine */
} VowelConfigError;

#define VOWEL_CONFIG_ERROR (vowel_config_error_quark ())
GQuark vowel_config_error_quark (void);

G_END_DECLS
