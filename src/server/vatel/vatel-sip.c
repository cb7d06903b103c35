/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* SIP trunks, of which there are none: this server speaks no SIP. */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "vatel-private.h"

void
vowel_vatel_on_list_trunks (VowelRequest *request, gpointer vatel)
{
  vowel_http_reply_array (request->message, json_array_new ());
}

void
vowel_vatel_on_create_trunk (VowelRequest *request, gpointer vatel)
{
  g_autoptr (JsonObject) body = vowel_vatel_read_body (request);

  if (body != NULL)
    vowel_http_reply_error (request->message, SOUP_STATUS_SERVICE_UNAVAILABLE,
        NULL, NULL, "SIP is not available on this server");
}

static void
reply_none (VowelRequest *request, const gchar *what)
{
  g_autofree gchar *id = vowel_vatel_read_id (request, 0, what);

  if (id != NULL)
    vowel_http_reply_error (request->message, SOUP_STATUS_NOT_FOUND, NULL, NULL,
        "There is no such trunk: SIP is not available on this server");
}

void
vowel_vatel_on_no_trunk (VowelRequest *request, gpointer vatel)
{
  reply_none (request, "a trunk");
}

void
vowel_vatel_on_no_assignment (VowelRequest *request, gpointer vatel)
{
  reply_none (request, "a trunk assignment");
}
