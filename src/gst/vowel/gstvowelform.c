/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "gstvowelform-priv.h"

typedef struct {
  gchar *name;
  gchar *filename;
  gchar *content_type;
  GBytes *body;
} Part;

struct _GstVowelForm {
  GPtrArray *parts; /* of Part */
};

static void
part_free (gpointer data)
{
  Part *part = data;

  g_free (part->name);
  g_free (part->filename);
  g_free (part->content_type);
  g_bytes_unref (part->body);
  g_free (part);
}

GstVowelForm *
gst_vowel_form_new (void)
{
  GstVowelForm *self = g_new0 (GstVowelForm, 1);

  self->parts = g_ptr_array_new_with_free_func (part_free);
  return self;
}

void
gst_vowel_form_free (GstVowelForm *self)
{
  g_ptr_array_unref (self->parts);
  g_free (self);
}

void
gst_vowel_form_add (GstVowelForm *self, const gchar *name,
    const gchar *filename, const gchar *content_type, GBytes *body)
{
  Part *part = g_new0 (Part, 1);

  part->name = g_strdup (name);
  part->filename = g_strdup (filename);
  part->content_type = g_strdup (content_type);
  part->body = g_bytes_ref (body);
  g_ptr_array_add (self->parts, part);
}

curl_mime *
gst_vowel_form_make_mime (GstVowelForm *self, CURL *easy)
{
  curl_mime *mime = curl_mime_init (easy);

  for (guint i = 0; i < self->parts->len; i++) {
    Part *part = g_ptr_array_index (self->parts, i);
    curl_mimepart *field = curl_mime_addpart (mime);
    gsize size;
    const gchar *data = g_bytes_get_data (part->body, &size);

    curl_mime_name (field, part->name);
    /* Copied: it may have to be sent again. */
    curl_mime_data (field, data != NULL ? data : "", size);
    if (part->filename != NULL)
      curl_mime_filename (field, part->filename);
    if (part->content_type != NULL)
      curl_mime_type (field, part->content_type);
  }
  return mime;
}
