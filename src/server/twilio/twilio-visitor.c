/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "twilio-visitor.h"

#include "session/error.h"

#define START_TIMEOUT_MS 10000
#define MAX_NONSENSE 20
#define CLOSE_UNSUPPORTED 1003
#define CLOSE_NONSENSE 1007

typedef struct {
  VowelVisitor base;
  gchar *ticket; /* (nullable) */
  VowelTwilioMessage start;
  guint n_nonsense;
  VowelTwilioSettleFunc settle;
  gpointer pass;
  GDestroyNotify free_pass;
} Visitor;

static gboolean
refuse_nonsense (Visitor *self, const GError *cause, GError **error)
{
  if (g_error_matches (cause, VOWEL_ERROR, VOWEL_ERROR_NOT_SUPPORTED))
    g_set_error_literal (
        error, VOWEL_GATE_ERROR, CLOSE_UNSUPPORTED, cause->message);
  else if (++self->n_nonsense >= MAX_NONSENSE)
    g_set_error_literal (
        error, VOWEL_GATE_ERROR, CLOSE_NONSENSE, cause->message);
  return FALSE;
}

/* Whatever comes before the start is of no use. */
static gboolean
visitor_read (
    VowelVisitor *visitor, const gchar *text, gsize length, GError **error)
{
  Visitor *self = (Visitor *) visitor;
  VowelTwilioMessage message = {0};
  g_autoptr (GError) cause = NULL;

  if (!vowel_twilio_message_parse (&message, text, length, &cause))
    return refuse_nonsense (self, cause, error);
  if (message.event != VOWEL_TWILIO_START) {
    vowel_twilio_message_clear (&message);
    return FALSE;
  }
  self->start = message;
  return TRUE;
}

static VowelSessionRequest *
visitor_settle (
    VowelVisitor *visitor, VowelConfigSnapshot **ret_snapshot, GError **error)
{
  Visitor *self = (Visitor *) visitor;
  const gchar *ticket =
      self->ticket ? self->ticket
                   : g_hash_table_lookup (self->start.parameters, "ticket");

  return self->settle (&self->start, ticket, self->pass, ret_snapshot, error);
}

static void
visitor_free (VowelVisitor *visitor)
{
  Visitor *self = (Visitor *) visitor;

  self->free_pass (self->pass);
  vowel_twilio_message_clear (&self->start);
  g_free (self->ticket);
  g_free (self);
}

VowelVisitor *
vowel_twilio_visitor_new (const gchar *ticket, VowelTwilioSettleFunc settle,
    gpointer pass, GDestroyNotify free_pass)
{
  Visitor *self = g_new0 (Visitor, 1);

  self->base.timeout_ms = START_TIMEOUT_MS;
  self->base.read = visitor_read;
  self->base.settle = visitor_settle;
  self->base.free = visitor_free;
  self->ticket = g_strdup (ticket);
  self->settle = settle;
  self->pass = pass;
  self->free_pass = free_pass;
  return &self->base;
}
