/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "gstvowelhandle-priv.h"

void
gst_vowel_handle_init (GstVowelHandle *handle)
{
  g_atomic_ref_count_init (&handle->ref_count);
  handle->data = NULL;
  handle->notify = NULL;
}

void
gst_vowel_handle_ref (GstVowelHandle *handle)
{
  g_atomic_ref_count_inc (&handle->ref_count);
}

gboolean
gst_vowel_handle_unref (GstVowelHandle *handle)
{
  if (!g_atomic_ref_count_dec (&handle->ref_count))
    return FALSE;
  gst_vowel_handle_set_data (handle, NULL, NULL);
  return TRUE;
}

void
gst_vowel_handle_set_data (
    GstVowelHandle *handle, gpointer data, GDestroyNotify notify)
{
  gpointer old = handle->data;
  GDestroyNotify old_notify = handle->notify;

  handle->data = data;
  handle->notify = notify;
  if (old_notify != NULL)
    old_notify (old);
}
