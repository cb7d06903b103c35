/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "think-filter.h"

#include <string.h>

static const gchar open_tag[] = "<think>";
static const gchar close_tag[] = "</think>";

struct _ThinkFilter {
  GString *held; /* may be the begin of a tag */
  gboolean thinking;
  gboolean skip_space; /* that which follows a thought */
};

ThinkFilter *
think_filter_new (void)
{
  ThinkFilter *self = g_new0 (ThinkFilter, 1);

  self->held = g_string_new (NULL);
  return self;
}

void
think_filter_free (ThinkFilter *self)
{
  g_string_free (self->held, TRUE);
  g_free (self);
}

/* How much of the end of @text may be the begin of @tag. */
static gsize
partial_tag (const gchar *text, gsize size, const gchar *tag)
{
  for (gsize n = MIN (size, strlen (tag) - 1); n > 0; n--)
    if (memcmp (text + size - n, tag, n) == 0)
      return n;
  return 0;
}

static void
say (ThinkFilter *self, GString *out, const gchar *text, gsize size)
{
  while (self->skip_space && size > 0 && g_ascii_isspace (*text)) {
    text++;
    size--;
  }
  if (size == 0)
    return;
  self->skip_space = FALSE;
  g_string_append_len (out, text, size);
}

/* The next tag, either one: templates put the first <think> into the prompt,
 * so that only the second comes. */
static const gchar *
find_tag (ThinkFilter *self, const gchar *text, gsize *ret_size)
{
  const gchar *open = self->thinking ? NULL : strstr (text, open_tag);
  const gchar *close = strstr (text, close_tag);

  if (open != NULL && (close == NULL || open < close)) {
    *ret_size = strlen (open_tag);
    return open;
  }
  *ret_size = strlen (close_tag);
  return close;
}

gchar *
think_filter_feed (ThinkFilter *self, const gchar *delta)
{
  g_autoptr (GString) out = g_string_new (NULL);
  const gchar *at, *tag;
  gsize size, keep;

  g_string_append (self->held, delta);
  at = self->held->str;
  while ((tag = find_tag (self, at, &size)) != NULL) {
    if (!self->thinking)
      say (self, out, at, tag - at);
    self->thinking = size == strlen (open_tag);
    self->skip_space = TRUE;
    at = tag + size;
  }
  size = strlen (at);
  keep = partial_tag (at, size, close_tag);
  if (!self->thinking) {
    keep = MAX (keep, partial_tag (at, size, open_tag));
    say (self, out, at, size - keep);
  }
  g_string_erase (self->held, 0, at - self->held->str + size - keep);
  return g_string_free (g_steal_pointer (&out), FALSE);
}

gchar *
think_filter_end (ThinkFilter *self)
{
  g_autoptr (GString) out = g_string_new (NULL);

  if (!self->thinking)
    say (self, out, self->held->str, self->held->len);
  g_string_truncate (self->held, 0);
  return g_string_free (g_steal_pointer (&out), FALSE);
}
