/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * GstVowelHandle: what a base class gives its provider for one piece of work
 * is reference counted and keeps something of the provider's.  References may
 * be taken on any thread; the data belong to the worker.
 */
typedef struct {
  gatomicrefcount ref_count;
  gpointer data;
  GDestroyNotify notify;
} GstVowelHandle;

G_GNUC_INTERNAL void gst_vowel_handle_init (GstVowelHandle *handle);
G_GNUC_INTERNAL void gst_vowel_handle_ref (GstVowelHandle *handle);
/* TRUE when this was the last reference; the data are freed then, what the
 * handle is part of is the caller's to free. */
G_GNUC_INTERNAL gboolean gst_vowel_handle_unref (GstVowelHandle *handle);
G_GNUC_INTERNAL void gst_vowel_handle_set_data (
    GstVowelHandle *handle, gpointer data, GDestroyNotify notify);

G_END_DECLS
