/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "agent.h"

G_BEGIN_DECLS

typedef enum {
  VOWEL_AGENT_FIELD_STRING,  /* gchar *, NULL when empty */
  VOWEL_AGENT_FIELD_STRINGS, /* gchar **, never NULL */
  VOWEL_AGENT_FIELD_BOOLEAN,
  VOWEL_AGENT_FIELD_UINT,
  VOWEL_AGENT_FIELD_DOUBLE,
  VOWEL_AGENT_FIELD_CHOICE, /* guint */
} VowelAgentFieldType;

/**
 * VowelAgentField:
 * @path: in our own JSON, names joined by a dot
 * @type: what values it has
 * @offset: where it is in #VowelAgent
 * @max: of numbers; bytes of a string, and of each of several
 * @initial: of numbers: the default
 * @initial_text: (nullable): of strings: the default; of choices all of them,
 *   separated by "|", of which @initial is the number of the default
 * @optional: of numbers: the default is shown as null, "not said"
 * @is_valid: (nullable): of strings: whether one is possible
 * @expected: (nullable): what is then
 *
 * A row of the table from which copies, JSON and validation of agents follow.
 */
typedef struct {
  const gchar *path;
  VowelAgentFieldType type;
  gsize offset;
  gdouble max;
  gdouble initial;
  const gchar *initial_text;
  gboolean optional;
  gboolean (*is_valid) (const gchar *text);
  const gchar *expected;
} VowelAgentField;

/* All but its tools. */
const VowelAgentField *vowel_agent_fields_list (guint *ret_n);
/* The one at @path. (nullable) */
const VowelAgentField *vowel_agent_field_find (const gchar *path);
/* The one at @path, which must exist. */
const VowelAgentField *vowel_agent_field_get (const gchar *path);

void vowel_agent_field_reset (const VowelAgentField *field, VowelAgent *agent);
void vowel_agent_field_copy (
    const VowelAgentField *field, const VowelAgent *from, VowelAgent *to);
void vowel_agent_field_clear (const VowelAgentField *field, VowelAgent *agent);

/* Null is the default. @as: what errors call it. @scale: how many of ours one
 * of its units is, as 1000 for seconds that we keep as milliseconds. Fails with
 * #VOWEL_ERROR. */
gboolean vowel_agent_field_read (const VowelAgentField *field,
    VowelAgent *agent, JsonNode *node, const gchar *as, gdouble scale,
    GError **error);
/* (transfer full) */
JsonNode *vowel_agent_field_to_json (
    const VowelAgentField *field, const VowelAgent *agent, gdouble scale);

/* The object in which the last name of @path stands, made when it is not there.
 * (transfer none) */
JsonObject *vowel_agent_open_path (
    JsonObject *object, const gchar *path, const gchar **ret_name);

G_END_DECLS
