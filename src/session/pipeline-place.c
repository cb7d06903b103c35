/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "pipeline-place.h"

#define EMPTY "identity"

static const gchar *
get_factory (GstElement *element)
{
  GstElementFactory *factory = gst_element_get_factory (element);

  return factory != NULL ? GST_OBJECT_NAME (factory) : NULL;
}

void
vowel_pipeline_place_find (
    VowelPipelinePlace *place, GstElement *pipeline, const gchar *name)
{
  place->name = name;
  place->element = gst_bin_get_by_name (GST_BIN (pipeline), name);
}

void
vowel_pipeline_place_clear (VowelPipelinePlace *place)
{
  gst_clear_object (&place->element);
  gst_clear_object (&place->before);
  gst_clear_object (&place->bin);
}

gboolean
vowel_pipeline_place_exists (const VowelPipelinePlace *place)
{
  return place->element != NULL || place->before != NULL;
}

const gchar *
vowel_pipeline_place_get_factory (const VowelPipelinePlace *place)
{
  return place->element != NULL ? get_factory (place->element) : EMPTY;
}

/* Whether the element does nothing as long as nobody has set it to something,
 * like an identity to dump, or to fail. */
static gboolean
is_idler (GstElement *element)
{
  const gchar *factory = get_factory (element);

  return g_strcmp0 (factory, EMPTY) == 0 || g_strcmp0 (factory, "volume") == 0;
}

static gboolean
is_idle (GstElement *element)
{
  g_autofree GParamSpec **specs =
      g_object_class_list_properties (G_OBJECT_GET_CLASS (element), NULL);

  if (!is_idler (element))
    return FALSE;

  for (guint i = 0; specs[i] != NULL; i++) {
    g_auto (GValue) value = G_VALUE_INIT;

    if (!(specs[i]->flags & G_PARAM_READABLE)
        || !(specs[i]->flags & G_PARAM_WRITABLE)
        || specs[i]->owner_type == GST_TYPE_OBJECT
        || g_str_equal (specs[i]->name, "silent"))
      continue;
    g_value_init (&value, specs[i]->value_type);
    g_object_get_property (G_OBJECT (element), specs[i]->name, &value);
    if (!g_param_value_defaults (specs[i], &value))
      return FALSE;
  }
  return TRUE;
}

void
vowel_pipeline_place_relieve (VowelPipelinePlace *place)
{
  g_autoptr (GstPad) sink = NULL;
  g_autoptr (GstPad) before = NULL;
  g_autoptr (GstElement) neighbour = NULL;

  if (place->element == NULL || !is_idle (place->element))
    return;
  sink = gst_element_get_static_pad (place->element, "sink");
  before = gst_pad_get_peer (sink);
  if (before == NULL)
    return;
  neighbour = gst_pad_get_parent_element (before);
  if (neighbour == NULL || is_idler (neighbour))
    return;
  vowel_pipeline_place_put (place, NULL);
}

/* (transfer full): what is linked to the place on the other side */
static GstPad *
take_out (VowelPipelinePlace *place)
{
  g_autoptr (GstElement) element = g_steal_pointer (&place->element);
  g_autoptr (GstPad) sink = gst_element_get_static_pad (element, "sink");
  g_autoptr (GstPad) src = gst_element_get_static_pad (element, "src");
  g_autoptr (GstPad) after = gst_pad_get_peer (src);

  place->before = gst_pad_get_peer (sink);
  place->bin = GST_ELEMENT (gst_element_get_parent (element));
  gst_element_set_locked_state (element, TRUE);
  gst_element_set_state (element, GST_STATE_NULL);
  gst_bin_remove (GST_BIN (place->bin), element);
  return g_steal_pointer (&after);
}

static GstPad *
unlink_neighbours (VowelPipelinePlace *place)
{
  g_autoptr (GstPad) after = gst_pad_get_peer (place->before);

  gst_pad_unlink (place->before, after);
  return g_steal_pointer (&after);
}

void
vowel_pipeline_place_put (VowelPipelinePlace *place, GstElement *element)
{
  g_autoptr (GstPad) after =
      place->element != NULL ? take_out (place) : unlink_neighbours (place);
  g_autoptr (GstPad) sink = NULL;
  g_autoptr (GstPad) src = NULL;

  /* The caps that fit come with the next buffer. */
  if (element == NULL) {
    gst_pad_link_full (place->before, after, GST_PAD_LINK_CHECK_NOTHING);
    return;
  }

  place->element = gst_object_ref_sink (element);
  gst_object_set_name (GST_OBJECT (element), place->name);
  gst_bin_add (GST_BIN (place->bin), element);
  sink = gst_element_get_static_pad (element, "sink");
  src = gst_element_get_static_pad (element, "src");
  gst_pad_link_full (src, after, GST_PAD_LINK_CHECK_NOTHING);
  gst_element_sync_state_with_parent (element);
  gst_pad_link_full (place->before, sink, GST_PAD_LINK_CHECK_NOTHING);
  gst_clear_object (&place->before);
  gst_clear_object (&place->bin);
}
