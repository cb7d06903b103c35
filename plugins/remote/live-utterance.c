/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "live-utterance.h"

LiveUtterance *
live_utterance_new (gpointer tag, guint64 began)
{
  LiveUtterance *self = g_new0 (LiveUtterance, 1);

  self->tag = tag;
  self->began = began;
  self->from = (gdouble) began / LIVE_RATE;
  self->fixed = g_string_new (NULL);
  self->confidence = LIVE_UNKNOWN;
  return self;
}

void
live_utterance_free (LiveUtterance *self)
{
  g_string_free (self->fixed, TRUE);
  g_free (self->shown);
  g_free (self->language);
  g_free (self);
}

void
live_utterance_end (LiveUtterance *self, guint64 at)
{
  self->ended = TRUE;
  self->to = (gdouble) at / LIVE_RATE;
}

void
live_utterance_take (
    LiveUtterance *self, const gchar *separator, const LiveResult *result)
{
  const gchar *text = result->text != NULL ? result->text : "";
  gchar *all;

  if (result->turn != self->turn) {
    self->turn = result->turn;
    self->turn_at = self->fixed->len;
  }
  if (result->extent != LIVE_PIECE)
    g_string_truncate (
        self->fixed, result->extent == LIVE_TURN ? self->turn_at : 0);
  all = g_strconcat (self->fixed->str,
      self->fixed->len > 0 && *text != '\0' ? separator : "", text, NULL);
  if (result->fixed) {
    g_string_assign (self->fixed, all);
    if (*text != '\0')
      self->confidence = MIN (result->confidence, 1.0);
  }
  if (result->language != NULL) {
    g_free (self->language);
    self->language = g_strdup (result->language);
  }
  g_free (self->shown);
  self->shown = all;
}

gchar *
live_utterance_dup_text (LiveUtterance *self)
{
  return g_strstrip (g_strdup (self->shown != NULL ? self->shown : ""));
}
