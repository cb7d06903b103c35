/* SPDX-License-Identifier: LGPL-2.1-or-later */

/**
 * SECTION:gstvowelproviderelement
 * @title: GstVowelProviderElement
 * @short_description: What all base classes of providers have in common
 *
 * The element takes its worker in NULL to READY and lets it go in READY to
 * NULL. What comes on its pad `sink`, on any thread, is handed to the worker in
 * order, and a thread that is far ahead of the provider waits.
 */

#include "config.h"

#include "gstvowelbreaker.h"
#include "gstvowelerror.h"
#include "gstvowelfield.h"
#include "gstvowelprovider-priv.h"
#include "gstvowelproviderelement-priv.h"
#include "gstvowelretry.h"
#include "gstvowelsecret.h"

GST_DEBUG_CATEGORY (gst_vowel_provider_element_debug);
#define GST_CAT_DEFAULT gst_vowel_provider_element_debug

#define DEFAULT_RETRIES 2

enum {
  PROP_0,
  PROP_RETRIES,
  PROP_FAILURE_LIMIT,
  PROP_COOL_DOWN,
};

G_DEFINE_ABSTRACT_TYPE_WITH_CODE (GstVowelProviderElement,
    gst_vowel_provider_element, GST_TYPE_ELEMENT,
    G_ADD_PRIVATE (GstVowelProviderElement)
        GST_DEBUG_CATEGORY_INIT (gst_vowel_provider_element_debug,
            "vowelproviderelement", 0, "vowel-gst provider elements"))

GstVowelProviderElementPrivate *
gst_vowel_provider_element_get_private (GstVowelProviderElement *self)
{
  return gst_vowel_provider_element_get_instance_private (self);
}

#define PRIV(self) gst_vowel_provider_element_get_private (self)

/* (transfer full) (nullable); any thread */
static GstVowelWorker *
dup_worker (GstVowelProviderElement *self)
{
  GstVowelProviderElementPrivate *priv = PRIV (self);
  GstVowelWorker *worker;

  GST_OBJECT_LOCK (self);
  worker = priv->worker != NULL ? gst_object_ref (priv->worker) : NULL;
  GST_OBJECT_UNLOCK (self);
  return worker;
}

/* --- pads; upstream's thread --- */

/* Worker thread. */
static void
flush (gpointer user_data)
{
  GstVowelProviderElement *self = user_data;

  gst_clear_event (&PRIV (self)->eos);
  GST_VOWEL_PROVIDER_ELEMENT_GET_CLASS (self)->flush (self);
  g_atomic_int_add (&PRIV (self)->flushes, -1);
}

static GstFlowReturn
sink_chain (GstPad *pad, GstObject *parent, GstBuffer *buffer)
{
  GstVowelProviderElement *self = GST_VOWEL_PROVIDER_ELEMENT (parent);

  return gst_vowel_inlet_push (PRIV (self)->inlet,
      GST_MINI_OBJECT_CAST (buffer),
      GST_VOWEL_PROVIDER_ELEMENT_GET_CLASS (self)->cost (buffer));
}

static gboolean
sink_event (GstPad *pad, GstObject *parent, GstEvent *event)
{
  GstVowelProviderElement *self = GST_VOWEL_PROVIDER_ELEMENT (parent);
  GstVowelProviderElementPrivate *priv = PRIV (self);
  g_autoptr (GstVowelWorker) worker = NULL;

  switch (GST_EVENT_TYPE (event)) {
    case GST_EVENT_FLUSH_START:
      /* It is not serialized: the element may be on its way to NULL. */
      worker = dup_worker (self);
      if (worker != NULL)
        g_atomic_int_inc (&priv->flushes);
      gst_vowel_inlet_set_flushing (priv->inlet, TRUE);
      gst_vowel_src_pad_push_event (priv->srcpad, event);
      if (worker != NULL)
        gst_vowel_worker_invoke (
            worker, flush, gst_object_ref (self), gst_object_unref);
      return TRUE;
    case GST_EVENT_FLUSH_STOP:
      gst_vowel_src_pad_push_event (priv->srcpad, event);
      gst_vowel_inlet_set_flushing (priv->inlet, FALSE);
      return TRUE;
    default:
      if (GST_EVENT_IS_SERIALIZED (event))
        return gst_vowel_inlet_push (
                   priv->inlet, GST_MINI_OBJECT_CAST (event), 0)
               == GST_FLOW_OK;
      gst_event_unref (event);
      return TRUE;
  }
}

static gboolean
sink_query (GstPad *pad, GstObject *parent, GstQuery *query)
{
  GstCaps *caps = PRIV (GST_VOWEL_PROVIDER_ELEMENT (parent))->sink_caps;
  g_autoptr (GstCaps) result = NULL;
  GstCaps *filter;

  /* What is downstream may be of another kind: it has no say. */
  if (GST_QUERY_TYPE (query) == GST_QUERY_ALLOCATION
      || GST_QUERY_TYPE (query) == GST_QUERY_DRAIN)
    return FALSE;
  if (GST_QUERY_TYPE (query) != GST_QUERY_CAPS || caps == NULL)
    return gst_pad_query_default (pad, parent, query);
  gst_query_parse_caps (query, &filter);
  result = filter != NULL ? gst_caps_intersect_full (
               filter, caps, GST_CAPS_INTERSECT_FIRST)
                          : gst_caps_ref (caps);
  gst_query_set_caps_result (query, result);
  return TRUE;
}

/* Worker thread. */
static void
handle_item (GstElement *element, GstMiniObject *item)
{
  GstVowelProviderElement *self = GST_VOWEL_PROVIDER_ELEMENT (element);

  GST_VOWEL_PROVIDER_ELEMENT_GET_CLASS (self)->handle_item (self, item);
}

/* --- states; the application's thread and, where it says so, the worker --- */

typedef struct {
  GstVowelProviderElement *self;
  gboolean ok;
} Start;

/* Worker thread. */
static void
reset (gpointer user_data)
{
  GstVowelProviderElement *self = user_data;

  gst_clear_event (&PRIV (self)->eos);
  GST_VOWEL_PROVIDER_ELEMENT_GET_CLASS (self)->reset (self);
}

/* Worker thread. What is wrong is told when the service is asked. */
static void
keep_warm (GstVowelProviderElement *self)
{
  GstVowelProviderElementClass *klass =
      GST_VOWEL_PROVIDER_ELEMENT_GET_CLASS (self);
  g_autofree gchar *base_url = NULL;
  g_autofree gchar *secret = NULL;

  if (klass->keep_warm && klass->identify_service (self, &base_url, &secret))
    PRIV (self)->warmth = gst_vowel_warmth_new (PRIV (self)->worker,
        gst_vowel_provider_get_name (GST_ELEMENT_CAST (self), klass->kind),
        base_url);
}

/* Worker thread. */
static void
start (gpointer user_data)
{
  Start *call = user_data;

  reset (call->self);
  call->ok =
      GST_VOWEL_PROVIDER_ELEMENT_GET_CLASS (call->self)->start (call->self);
  if (call->ok)
    keep_warm (call->self);
}

/* Worker thread. */
static void
stop (gpointer user_data)
{
  GstVowelProviderElement *self = user_data;

  reset (self);
  GST_VOWEL_PROVIDER_ELEMENT_GET_CLASS (self)->stop (self);
  g_clear_pointer (&PRIV (self)->warmth, gst_vowel_warmth_free);
}

/* @worker: (transfer full) (nullable) */
static void
set_worker (GstVowelProviderElement *self, GstVowelWorker *worker)
{
  GstVowelProviderElementPrivate *priv = PRIV (self);
  g_autoptr (GstVowelWorker) old = NULL;

  gst_vowel_inlet_set_worker (priv->inlet, worker);
  GST_OBJECT_LOCK (self);
  old = g_steal_pointer (&priv->worker);
  priv->worker = worker;
  GST_OBJECT_UNLOCK (self);
}

static gboolean
acquire (GstVowelProviderElement *self)
{
  Start call = {.self = self};

  set_worker (self, gst_vowel_worker_for_element (GST_ELEMENT_CAST (self)));
  gst_vowel_worker_call (PRIV (self)->worker, start, &call);
  if (!call.ok)
    set_worker (self, NULL);
  return call.ok;
}

static void
release (GstVowelProviderElement *self)
{
  gst_vowel_worker_call (PRIV (self)->worker, stop, self);
  set_worker (self, NULL);
}

static GstStateChangeReturn
gst_vowel_provider_element_change_state (
    GstElement *element, GstStateChange transition)
{
  GstVowelProviderElement *self = GST_VOWEL_PROVIDER_ELEMENT (element);
  GstVowelProviderElementPrivate *priv = PRIV (self);
  GstStateChangeReturn ret;

  switch (transition) {
    case GST_STATE_CHANGE_NULL_TO_READY:
      /* Before its key is needed on the worker. */
      if (g_object_class_find_property (
              G_OBJECT_GET_CLASS (element), "api-key"))
        gst_vowel_secret_prepare ();
      if (!acquire (self))
        return GST_STATE_CHANGE_FAILURE;
      break;
    case GST_STATE_CHANGE_READY_TO_PAUSED:
      gst_vowel_inlet_set_flushing (priv->inlet, FALSE);
      break;
    case GST_STATE_CHANGE_PAUSED_TO_READY:
      /* Wakes upstream's thread, so that the pad can be deactivated. */
      gst_vowel_inlet_set_flushing (priv->inlet, TRUE);
      break;
    default:
      break;
  }

  ret = GST_ELEMENT_CLASS (gst_vowel_provider_element_parent_class)
            ->change_state (element, transition);

  /* On the way down there is no turning back. */
  switch (transition) {
    case GST_STATE_CHANGE_NULL_TO_READY:
      if (ret == GST_STATE_CHANGE_FAILURE)
        release (self);
      break;
    case GST_STATE_CHANGE_READY_TO_PAUSED:
      if (ret == GST_STATE_CHANGE_FAILURE)
        gst_vowel_inlet_set_flushing (priv->inlet, TRUE);
      break;
    case GST_STATE_CHANGE_PAUSED_TO_READY:
      /* Upstream may have ended a flush meanwhile. */
      gst_vowel_inlet_set_flushing (priv->inlet, TRUE);
      gst_vowel_worker_call (priv->worker, reset, self);
      break;
    case GST_STATE_CHANGE_READY_TO_NULL:
      release (self);
      break;
    default:
      break;
  }
  return ret;
}

/* --- element --- */

static void
gst_vowel_provider_element_constructed (GObject *object)
{
  GstVowelProviderElement *self = GST_VOWEL_PROVIDER_ELEMENT (object);
  GstVowelProviderElementPrivate *priv = PRIV (self);
  GstElement *element = GST_ELEMENT_CAST (self);
  GstVowelProviderElementClass *klass =
      GST_VOWEL_PROVIDER_ELEMENT_GET_CLASS (self);
  GstPadTemplate *sink =
      gst_element_class_get_pad_template (GST_ELEMENT_CLASS (klass), "sink");
  GstPadTemplate *src =
      gst_element_class_get_pad_template (GST_ELEMENT_CLASS (klass), "src");

  G_OBJECT_CLASS (gst_vowel_provider_element_parent_class)
      ->constructed (object);

  priv->inlet = gst_vowel_inlet_new (element, klass->max_queued, handle_item);

  g_return_if_fail (sink != NULL && src != NULL);
  priv->sinkpad = gst_pad_new_from_template (sink, "sink");
  gst_pad_set_chain_function (priv->sinkpad, GST_DEBUG_FUNCPTR (sink_chain));
  gst_pad_set_event_function (priv->sinkpad, GST_DEBUG_FUNCPTR (sink_event));
  gst_pad_set_query_function (priv->sinkpad, GST_DEBUG_FUNCPTR (sink_query));
  gst_element_add_pad (element, priv->sinkpad);

  priv->srcpad = GST_VOWEL_SRC_PAD (gst_vowel_src_pad_new (src, "src"));
  gst_element_add_pad (element, GST_PAD_CAST (priv->srcpad));
}

static void
clear_stand_ins (GstVowelProviderElementPrivate *priv)
{
  for (guint i = 0; priv->stand_ins != NULL && i < priv->stand_ins->len; i++)
    PRIV (g_ptr_array_index (priv->stand_ins, i))->owner = NULL;
  g_clear_pointer (&priv->stand_ins, g_ptr_array_unref);
  gst_clear_caps (&priv->sink_caps);
}

static void
gst_vowel_provider_element_finalize (GObject *object)
{
  GstVowelProviderElementPrivate *priv =
      PRIV (GST_VOWEL_PROVIDER_ELEMENT (object));

  gst_clear_event (&priv->eos);
  clear_stand_ins (priv);
  gst_vowel_inlet_free (priv->inlet);
  gst_clear_object (&priv->worker);
  G_OBJECT_CLASS (gst_vowel_provider_element_parent_class)->finalize (object);
}

static gsize
cost_in_bytes (GstBuffer *buffer)
{
  return gst_buffer_get_size (buffer);
}

static gboolean
identify_by_base_url (
    GstVowelProviderElement *self, gchar **ret_base_url, gchar **ret_secret)
{
  GParamSpec *pspec =
      g_object_class_find_property (G_OBJECT_GET_CLASS (self), "base-url");

  if (pspec == NULL || (pspec->flags & G_PARAM_READABLE) == 0)
    return FALSE;
  g_object_get (self, "base-url", ret_base_url, NULL);
  return *ret_base_url != NULL;
}

static void
gst_vowel_provider_element_class_init (GstVowelProviderElementClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);

  object_class->constructed = gst_vowel_provider_element_constructed;
  object_class->finalize = gst_vowel_provider_element_finalize;
  element_class->change_state =
      GST_DEBUG_FUNCPTR (gst_vowel_provider_element_change_state);
  klass->cost = cost_in_bytes;
  klass->identify_service = identify_by_base_url;

  /**
   * GstVowelProviderElement:retries:
   *
   * How often to try again when the provider fails before its first output with
   * an error that may pass: an utterance (of which up to 60 s of audio are kept
   * for that), a request or a sentence.
   */
  gst_vowel_field_install (object_class, PROP_RETRIES,
      g_param_spec_uint ("retries", "Retries",
          "How often to try again when the provider fails before its first "
          "output",
          0, 10, DEFAULT_RETRIES,
          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
              | GST_PARAM_MUTABLE_PLAYING),
      G_PRIVATE_OFFSET (GstVowelProviderElement, retries));
  /**
   * GstVowelProviderElement:failure-limit:
   *
   * After how many failures in a row, retries included, the service is left
   * alone for a while: an outage, a refused key or used-up quota, but not a
   * request that it does not accept. The count is that of all elements of the
   * process that ask the same service with the same key. 0: never.
   */
  gst_vowel_field_install (object_class, PROP_FAILURE_LIMIT,
      g_param_spec_uint ("failure-limit", "Failure limit",
          "After how many failures in a row of its own the service is not "
          "asked for a while, by any element of the process; 0 = asked "
          "whatever happens",
          0, G_MAXUINT, gst_vowel_breaker_policy_default ()->failures,
          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
              | GST_PARAM_MUTABLE_PLAYING),
      G_PRIVATE_OFFSET (GstVowelProviderElement, failure_limit));
  /**
   * GstVowelProviderElement:cool-down:
   *
   * For how long a service that has failed too often is not asked, in ns; then
   * one request is tried. Doubles up to 5 minutes while that fails; a refused
   * key or used-up quota takes 5 minutes at once.
   */
  gst_vowel_field_install (object_class, PROP_COOL_DOWN,
      g_param_spec_uint64 ("cool-down", "Cool-down",
          "For how long a service that has failed too often is not asked, in "
          "ns; doubles up to 5 minutes while it goes on failing",
          0, G_MAXINT64, gst_vowel_breaker_policy_default ()->cool_down,
          G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS
              | GST_PARAM_MUTABLE_PLAYING),
      G_PRIVATE_OFFSET (GstVowelProviderElement, cool_down));

  gst_type_mark_as_plugin_api (GST_TYPE_VOWEL_PROVIDER_ELEMENT, 0);
}

static void
gst_vowel_provider_element_init (GstVowelProviderElement *self)
{
  PRIV (self)->retries = DEFAULT_RETRIES;
  PRIV (self)->failure_limit = gst_vowel_breaker_policy_default ()->failures;
  PRIV (self)->cool_down = gst_vowel_breaker_policy_default ()->cool_down;
}

/**
 * gst_vowel_provider_element_get_worker:
 * @element: a provider
 *
 * Returns: (transfer none) (nullable): its worker, from READY on
 */
GstVowelWorker *
gst_vowel_provider_element_get_worker (GstVowelProviderElement *element)
{
  g_return_val_if_fail (GST_VOWEL_IS_PROVIDER_ELEMENT (element), NULL);

  return PRIV (element)->worker;
}

/* --- for the base classes --- */

static GstCaps *
get_sink_caps (GstVowelProviderElement *self)
{
  g_autoptr (GstPadTemplate) templ =
      gst_pad_get_pad_template (PRIV (self)->sinkpad);

  return gst_pad_template_get_caps (templ);
}

static const gchar *
name_of (GstVowelProviderElement *self)
{
  return gst_vowel_provider_get_name (GST_ELEMENT_CAST (self),
      GST_VOWEL_PROVIDER_ELEMENT_GET_CLASS (self)->kind);
}

gboolean
gst_vowel_provider_element_set_stand_ins (
    GstVowelProviderElement *self, GPtrArray *stand_ins, GError **error)
{
  GstVowelProviderElementPrivate *priv = PRIV (self);
  g_autoptr (GstCaps) caps = get_sink_caps (self);

  for (guint i = 0; stand_ins != NULL && i < stand_ins->len; i++) {
    g_autoptr (GstCaps) before = g_steal_pointer (&caps);
    g_autoptr (GstCaps) theirs =
        get_sink_caps (g_ptr_array_index (stand_ins, i));

    caps = gst_caps_intersect_full (before, theirs, GST_CAPS_INTERSECT_FIRST);
    if (gst_caps_is_empty (caps)) {
      g_set_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_BAD_REQUEST,
          "\"%s\" cannot stand in for \"%s\": they do not take the same "
          "format",
          name_of (g_ptr_array_index (stand_ins, i)), name_of (self));
      return FALSE;
    }
  }

  clear_stand_ins (priv);
  if (stand_ins == NULL || stand_ins->len == 0)
    return TRUE;
  priv->stand_ins = g_ptr_array_ref (stand_ins);
  priv->sink_caps = g_steal_pointer (&caps);
  for (guint i = 0; i < stand_ins->len; i++)
    PRIV (g_ptr_array_index (stand_ins, i))->owner = self;
  return TRUE;
}

GstVowelProviderElement *
gst_vowel_provider_element_get_owner (GstVowelProviderElement *self)
{
  GstVowelProviderElement *owner = PRIV (self)->owner;

  return owner != NULL ? owner : self;
}

void
gst_vowel_provider_element_perform (GstVowelProviderElement *self,
    const gchar *action, GstVowelWorkerFunc func, gpointer user_data,
    GDestroyNotify notify)
{
  g_autoptr (GstVowelWorker) worker = dup_worker (self);

  if (worker != NULL) {
    gst_vowel_worker_invoke (worker, func, user_data, notify);
    return;
  }
  GST_WARNING_OBJECT (
      self, "action \"%s\" needs an element that is READY at least", action);
  notify (user_data);
}

GstFlowReturn
gst_vowel_provider_element_push (
    GstVowelProviderElement *self, GstBuffer *buffer)
{
  if (gst_vowel_provider_element_is_flushing (self)) {
    gst_buffer_unref (buffer);
    return GST_FLOW_FLUSHING;
  }
  return gst_vowel_src_pad_push (PRIV (self)->srcpad, buffer);
}

/* The end of a flush may be downstream before the worker knows of it. */
gboolean
gst_vowel_provider_element_is_flushing (GstVowelProviderElement *self)
{
  return g_atomic_int_get (&PRIV (self)->flushes) > 0;
}

void
gst_vowel_provider_element_finish_eos (GstVowelProviderElement *self)
{
  GstVowelProviderElementPrivate *priv = PRIV (self);

  if (priv->eos != NULL)
    gst_vowel_src_pad_push_event (priv->srcpad, g_steal_pointer (&priv->eos));
}

GstVowelTimer *
gst_vowel_provider_element_retry (GstVowelProviderElement *self, guint *attempt,
    gint retry_after_ms, const GError *error, GstVowelWorkerFunc func,
    gpointer user_data)
{
  GstVowelProviderElementPrivate *priv = PRIV (self);
  GstVowelRetryPolicy policy = *gst_vowel_retry_policy_default ();
  guint wait_ms;

  GST_OBJECT_LOCK (self);
  policy.max_retries = priv->retries;
  GST_OBJECT_UNLOCK (self);
  if (!gst_vowel_retry_policy_next (&policy, *attempt, error, retry_after_ms,
          g_random_double (), &wait_ms))
    return NULL;
  ++*attempt;
  GST_INFO_OBJECT (self, "%s; trying again in %u ms", error->message, wait_ms);
  return gst_vowel_worker_add_timer (priv->worker,
      gst_vowel_worker_get_time (priv->worker) + wait_ms * GST_MSECOND, func,
      user_data);
}

void
gst_vowel_provider_element_clear_timer (
    GstVowelProviderElement *self, GstVowelTimer **timer)
{
  if (*timer != NULL)
    gst_vowel_worker_cancel_timer (
        PRIV (self)->worker, g_steal_pointer (timer));
}

void
gst_vowel_provider_element_ensure_error (
    GstVowelProviderElement *self, GError **error)
{
  if (*error == NULL)
    g_set_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_UPSTREAM,
        "The provider \"%s\" (element %s) failed and did not say why",
        name_of (self), GST_OBJECT_NAME (self));
}

void
gst_vowel_provider_element_post_failure (GstVowelProviderElement *self,
    guint64 id, guint http_status, const GError *error)
{
  gst_vowel_provider_post_failure (GST_ELEMENT_CAST (self),
      GST_VOWEL_PROVIDER_ELEMENT_GET_CLASS (self)->kind, id, http_status,
      error);
}
