/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "agent.h"

G_BEGIN_DECLS

/**
 * VowelAgentMapping:
 * @path: in somebody's JSON; one name, or two joined by a dot
 * @field: path of the field of ours that it is
 * @scale: see vowel_agent_field_read(); 0 for 1
 * @alias: (nullable): another name for the last part of @path, which is read,
 *   too
 *
 * What an API calls a field of an agent.
 */
typedef struct {
  const gchar *path;
  const gchar *field;
  gdouble scale;
  const gchar *alias;
} VowelAgentMapping;

/* Takes over the members of @object that the table has, and leaves the others
 * to the caller. Null is a field's default, and of an object the default of all
 * that is in it. Fails with #VOWEL_ERROR, and the path as the client knows it.
 */
gboolean vowel_agent_mappings_read (const VowelAgentMapping *mappings, guint n,
    VowelAgent *agent, JsonObject *object, GError **error);
/* Adds all of them to @object, but those that are not set. */
void vowel_agent_mappings_write (const VowelAgentMapping *mappings, guint n,
    const VowelAgent *agent, JsonObject *object);

G_END_DECLS
