/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/**
 * VowelPipelinePlace:
 *
 * Where a recipe has an element that is exchanged as the session wants it, or
 * an identity where mostly nothing is wanted. Identities cost memory and time
 * for each buffer: an empty place has its neighbours linked to each other.
 *
 * All on the worker. All zeros: the recipe has no such place.
 */
typedef struct {
  const gchar *name;
  GstElement *element; /* (nullable): what stands there */
  /* What stands in front of an empty place, and the bin that it is in. */
  GstPad *before;
  GstElement *bin;
} VowelPipelinePlace;

void vowel_pipeline_place_find (
    VowelPipelinePlace *place, GstElement *pipeline, const gchar *name);
void vowel_pipeline_place_clear (VowelPipelinePlace *place);

gboolean vowel_pipeline_place_exists (const VowelPipelinePlace *place);
/* The factory of what stands there: "identity" when the place is empty; %NULL
 * for a bin without one. */
const gchar *vowel_pipeline_place_get_factory (const VowelPipelinePlace *place);

/* Takes an identity out that does nothing, or a volume. One behind another
 * stays: who leaves first would take the other's neighbour away. */
void vowel_pipeline_place_relieve (VowelPipelinePlace *place);
/* @element: (transfer floating) (nullable): with the pads "sink" and "src" */
void vowel_pipeline_place_put (VowelPipelinePlace *place, GstElement *element);

G_END_DECLS
