/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "session/session-config.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * VowelVatelTools:
 *
 * The tools that a client of Vatel's executes. Such a client is told of a call
 * by an array of descriptors, one for each parameter in the order of the
 * definition, instead of by an object of arguments.
 *
 * A parameter whose schema has a `const` is static: the model does not know of
 * it, and each call brings the constant.
 */
typedef struct _VowelVatelTools VowelVatelTools;

/* @tools: (element-type VowelTool). A schema that is no object with
 * `properties` has no parameters. */
VowelVatelTools *vowel_vatel_tools_new (GPtrArray *tools);
void vowel_vatel_tools_free (VowelVatelTools *tools);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelVatelTools, vowel_vatel_tools_free)

/* (transfer full) (element-type VowelTool): as the model is offered them */
GPtrArray *vowel_vatel_tools_dup_offered (VowelVatelTools *tools);
/* (transfer full): the descriptors of one call. @arguments: what the model
 * wrote; an argument that is not defined comes last. */
JsonArray *vowel_vatel_tools_describe (
    VowelVatelTools *tools, const gchar *name, const gchar *arguments);

G_END_DECLS
