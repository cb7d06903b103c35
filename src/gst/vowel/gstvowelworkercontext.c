/* SPDX-License-Identifier: LGPL-2.1-or-later */

/* How elements find the worker that they belong to. */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "gstvowelloop-priv.h"

GST_DEBUG_CATEGORY_EXTERN (gst_vowel_worker_debug);
#define GST_CAT_DEFAULT gst_vowel_worker_debug

/**
 * gst_vowel_worker_context_new:
 * @worker: a worker
 *
 * Returns: (transfer full): a persistent context that carries @worker
 */
GstContext *
gst_vowel_worker_context_new (GstVowelWorker *worker)
{
  GstContext *context;

  g_return_val_if_fail (GST_VOWEL_IS_WORKER (worker), NULL);

  context = gst_context_new (GST_VOWEL_WORKER_CONTEXT_TYPE, TRUE);
  gst_structure_set (gst_context_writable_structure (context), "worker",
      GST_TYPE_VOWEL_WORKER, worker, NULL);
  return context;
}

/**
 * gst_vowel_worker_context_get:
 * @context: a context
 *
 * Returns: (transfer full) (nullable): the worker in @context; %NULL when it
 *   is of another type
 */
GstVowelWorker *
gst_vowel_worker_context_get (GstContext *context)
{
  GstVowelWorker *worker = NULL;

  g_return_val_if_fail (GST_IS_CONTEXT (context), NULL);

  if (gst_context_has_context_type (context, GST_VOWEL_WORKER_CONTEXT_TYPE))
    gst_structure_get (gst_context_get_structure (context), "worker",
        GST_TYPE_VOWEL_WORKER, &worker, NULL);
  return worker;
}

static GstVowelWorker *
get_element_worker (GstElement *element)
{
  g_autoptr (GstContext) context =
      gst_element_get_context (element, GST_VOWEL_WORKER_CONTEXT_TYPE);

  return context != NULL ? gst_vowel_worker_context_get (context) : NULL;
}

/* Goes on until one answers. */
static gboolean
query_peer (GstElement *element, GstPad *pad, gpointer user_data)
{
  return !gst_pad_peer_query (pad, user_data);
}

/* (transfer none) (nullable): what the neighbours answer; belongs to @query */
static GstContext *
query_neighbours (GstElement *element, GstQuery *query)
{
  GstContext *context = NULL;

  /* Not by what these return: FALSE means "no pads" too. */
  gst_element_foreach_src_pad (element, query_peer, query);
  gst_query_parse_context (query, &context);
  if (context == NULL) {
    gst_element_foreach_sink_pad (element, query_peer, query);
    gst_query_parse_context (query, &context);
  }
  return context;
}

/**
 * gst_vowel_worker_for_element:
 * @element: an element on its way from NULL to READY
 *
 * Finds the worker that @element belongs to: from the context that it already
 * has, from its neighbours, from the application, or else a new one, which is
 * then offered to the rest of the pipeline.
 *
 * Returns: (transfer full): the worker
 */
GstVowelWorker *
gst_vowel_worker_for_element (GstElement *element)
{
  GstVowelWorker *worker;
  GstContext *context;
  g_autoptr (GstQuery) query = NULL;

  g_return_val_if_fail (GST_IS_ELEMENT (element), NULL);

  worker = get_element_worker (element);
  if (worker != NULL)
    return worker;

  query = gst_query_new_context (GST_VOWEL_WORKER_CONTEXT_TYPE);
  context = query_neighbours (element, query);
  if (context != NULL)
    gst_element_set_context (element, context);
  worker = get_element_worker (element);
  if (worker != NULL)
    return worker;

  gst_element_post_message (
      element, gst_message_new_need_context (
                   GST_OBJECT_CAST (element), GST_VOWEL_WORKER_CONTEXT_TYPE));
  worker = get_element_worker (element);
  if (worker != NULL)
    return worker;

  worker = gst_vowel_worker_new_standalone ();
  /* Behind it: the class brings the debug category. */
  GST_INFO_OBJECT (element, "nobody offers a worker, started one");
  context = gst_vowel_worker_context_new (worker);
  gst_element_set_context (element, context);
  gst_element_post_message (element,
      gst_message_new_have_context (GST_OBJECT_CAST (element), context));
  return worker;
}
