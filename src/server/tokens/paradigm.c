/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "paradigm.h"

VowelParadigm
vowel_paradigm_find (const VowelToken *token, gboolean vowel_key,
    const gchar *call_id, const gchar *session_key)
{
  if (token != NULL && token->trusted_server)
    return VOWEL_PARADIGM_TRUSTED_SERVER;
  if (call_id != NULL)
    return VOWEL_PARADIGM_OPENAI_COMPATIBLE;
  if (session_key != NULL || (token != NULL && token->session_key != NULL))
    return VOWEL_PARADIGM_SIDECAR;
  if (token != NULL)
    return VOWEL_PARADIGM_DEVELOPER_MANAGED;
  return vowel_key ? VOWEL_PARADIGM_FIXED_API_KEY : VOWEL_PARADIGM_DIRECT;
}

const gchar *
vowel_paradigm_get_name (VowelParadigm paradigm)
{
  static const gchar *const names[] = {
      [VOWEL_PARADIGM_DIRECT] = "direct",
      [VOWEL_PARADIGM_DEVELOPER_MANAGED] = "developer_managed",
      [VOWEL_PARADIGM_SIDECAR] = "sidecar",
      [VOWEL_PARADIGM_FIXED_API_KEY] = "fixed_api_key",
      [VOWEL_PARADIGM_OPENAI_COMPATIBLE] = "openai_compatible",
      [VOWEL_PARADIGM_TRUSTED_SERVER] = "trusted_server",
  };

  return names[paradigm];
}
