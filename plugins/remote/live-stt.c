/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "live-stt.h"

#include <string.h>

GST_DEBUG_CATEGORY_STATIC (live_stt_debug);
#define GST_CAT_DEFAULT live_stt_debug

typedef struct {
  GstVowelUtterance *utterance;
  LiveSession *session;
} Pending;

static void
pending_free (gpointer data)
{
  Pending *pending = data;

  gst_vowel_utterance_unref (pending->utterance);
  g_free (pending);
}

static GQuark
offset_quark (void)
{
  return g_quark_from_static_string ("vowel-live-stt");
}

static LiveStt *
get_live (gpointer object)
{
  goffset offset = GPOINTER_TO_SIZE (
      g_type_get_qdata (G_OBJECT_TYPE (object), offset_quark ()));

  return G_STRUCT_MEMBER_P (object, offset);
}

/* --- utterances; all on the worker --- */

static Pending *
find_pending (LiveStt *live, gpointer utterance, guint *ret_index)
{
  for (guint i = 0; i < live->pending->len; i++) {
    Pending *pending = g_ptr_array_index (live->pending, i);

    if (pending->utterance != utterance)
      continue;
    if (ret_index != NULL)
      *ret_index = i;
    return pending;
  }
  return NULL;
}

/* A connection that is for one utterance goes with it. */
static void
forget (LiveStt *live, gpointer utterance)
{
  guint at;
  Pending *pending = find_pending (live, utterance, &at);
  LiveSession *session = pending != NULL ? pending->session : NULL;

  if (session == NULL)
    return;
  g_ptr_array_remove_index (live->pending, at);
  if (live->vendor->protocol->single_use)
    live_session_free (session);
}

static void
on_result (LiveSession *session, gpointer tag, const gchar *text,
    gboolean final, gdouble confidence, const gchar *language,
    gpointer user_data)
{
  LiveStt *live = user_data;
  g_autoptr (GstVowelUtterance) utterance = gst_vowel_utterance_ref (tag);

  if (final)
    forget (live, tag);
  gst_vowel_stt_set_language (live->stt, utterance, language);
  gst_vowel_stt_push_result (live->stt, utterance, text, final, confidence);
}

static void
on_closed (
    LiveSession *session, guint status, const GError *error, gpointer user_data)
{
  LiveStt *live = user_data;
  g_autoptr (GPtrArray) lost = g_ptr_array_new_with_free_func (pending_free);

  GST_CAT_INFO_OBJECT (live_stt_debug, live->stt, "%s",
      error != NULL ? error->message : "nobody speaks: disconnected");
  if (live->session == session)
    live->session = NULL;
  for (guint i = 0; i < live->pending->len;) {
    Pending *pending = g_ptr_array_index (live->pending, i);

    if (pending->session == session)
      g_ptr_array_add (lost, g_ptr_array_steal_index (live->pending, i));
    else
      i++;
  }
  live_session_free (session);
  for (guint i = 0; i < lost->len; i++) {
    Pending *pending = g_ptr_array_index (lost, i);

    gst_vowel_stt_fail (live->stt, pending->utterance, status, error);
  }
}

static const LiveCallbacks live_callbacks = {
    .result = on_result,
    .closed = on_closed,
};

static gboolean
is_in_use (LiveStt *live)
{
  for (guint i = 0; i < live->pending->len; i++) {
    Pending *pending = g_ptr_array_index (live->pending, i);

    if (pending->session == live->session)
      return TRUE;
  }
  return FALSE;
}

/* The connection for the next utterance, which is made by the properties as
 * they are now, if it is not in use. */
static gboolean
connect_session (LiveStt *live, GError **error)
{
  g_auto (RemoteTarget) target = {0};
  g_autofree gchar *path = NULL;
  g_autofree gchar *opening = NULL;
  g_autofree gchar *made_by = NULL;
  LiveOptions options;

  if (live->session != NULL && is_in_use (live))
    return TRUE;
  if (!remote_settings_resolve (
          &live->settings, GST_ELEMENT_CAST (live->stt), &target, error))
    return FALSE;
  GST_OBJECT_LOCK (live->stt);
  path = live->vendor->make_path (live);
  if (live->vendor->make_opening != NULL)
    opening = live->vendor->make_opening (live);
  options = live->options;
  GST_OBJECT_UNLOCK (live->stt);
  made_by = g_strjoin ("\n", target.base_url, target.api_key, path,
      opening != NULL ? opening : "", NULL);
  if (live->session != NULL && g_strcmp0 (made_by, live->made_by) == 0)
    return TRUE;

  g_clear_pointer (&live->session, live_session_free);
  GST_CAT_DEBUG_OBJECT (
      live_stt_debug, live->stt, "connecting to %s", target.base_url);
  g_free (live->made_by);
  live->made_by = g_steal_pointer (&made_by);
  live->session = live_session_new (gst_vowel_stt_get_worker (live->stt),
      live->vendor->protocol, &target, path, opening, &options, &live_callbacks,
      live);
  return TRUE;
}

/* Ahead of the next utterance. What is wrong is told by then. */
static void
connect_ahead (LiveStt *live)
{
  g_autoptr (GError) error = NULL;

  if (!connect_session (live, &error))
    GST_CAT_INFO_OBJECT (live_stt_debug, live->stt, "%s", error->message);
}

static gboolean
live_stt_start (GstVowelStt *stt)
{
  connect_ahead (get_live (stt));
  return TRUE;
}

static void
live_stt_stop (GstVowelStt *stt)
{
  LiveStt *live = get_live (stt);

  while (live->pending->len > 0) {
    Pending *pending = g_ptr_array_index (live->pending, 0);

    forget (live, pending->utterance);
  }
  g_clear_pointer (&live->session, live_session_free);
}

static gboolean
live_stt_begin_utterance (
    GstVowelStt *stt, GstVowelUtterance *utterance, GError **error)
{
  LiveStt *live = get_live (stt);
  Pending *pending;

  if (!connect_session (live, error))
    return FALSE;
  pending = g_new0 (Pending, 1);
  pending->utterance = gst_vowel_utterance_ref (utterance);
  pending->session = live->session;
  g_ptr_array_add (live->pending, pending);
  if (live->vendor->protocol->single_use)
    live->session = NULL;
  live_session_begin (pending->session, utterance);
  return TRUE;
}

static void
live_stt_feed (GstVowelStt *stt, GstVowelUtterance *utterance, GstBuffer *audio)
{
  Pending *pending = find_pending (get_live (stt), utterance, NULL);
  GstMapInfo map;

  if (pending == NULL || !gst_buffer_map (audio, &map, GST_MAP_READ))
    return;
  live_session_feed (pending->session, map.data, map.size);
  gst_buffer_unmap (audio, &map);
}

static void
live_stt_end_utterance (GstVowelStt *stt, GstVowelUtterance *utterance)
{
  LiveStt *live = get_live (stt);
  Pending *pending = find_pending (live, utterance, NULL);

  if (pending == NULL)
    return;
  live_session_end (pending->session);
  if (live->vendor->protocol->single_use)
    connect_ahead (live);
}

static void
live_stt_cancel_utterance (GstVowelStt *stt, GstVowelUtterance *utterance)
{
  LiveStt *live = get_live (stt);
  Pending *pending = find_pending (live, utterance, NULL);

  if (pending == NULL)
    return;
  if (!live->vendor->protocol->single_use)
    live_session_forget (pending->session, utterance);
  forget (live, utterance);
}

static gboolean
live_stt_identify_service (
    GstVowelProviderElement *element, gchar **ret_base_url, gchar **ret_secret)
{
  return remote_settings_identify (
      &get_live (element)->settings, element, ret_base_url, ret_secret);
}

/* --- properties --- */

static void
live_stt_set_property (
    GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  remote_settings_set_property (
      &get_live (object)->settings, object, id, value, pspec);
}

static void
live_stt_get_property (
    GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  remote_settings_get_property (
      &get_live (object)->settings, object, id, value, pspec);
}

static void
install_names (GObjectClass *klass, goffset offset, const LiveVendor *vendor)
{
  const GParamFlags flags =
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_PLAYING;

  if (vendor->model != NULL)
    gst_vowel_field_install (klass, LIVE_STT_PROP_MODEL,
        g_param_spec_string ("model", "Model",
            "The service's name of the model", vendor->model, flags),
        offset + G_STRUCT_OFFSET (LiveStt, model));
  if (vendor->about_language != NULL)
    gst_vowel_field_install (klass, LIVE_STT_PROP_LANGUAGE,
        g_param_spec_string ("language", "Language", vendor->about_language,
            vendor->language, flags),
        offset + G_STRUCT_OFFSET (LiveStt, language));
  if (vendor->keyterms)
    gst_vowel_field_install (klass, LIVE_STT_PROP_KEYTERMS,
        g_param_spec_string ("keyterms", "Key terms",
            "Words and names that are likely to come, separated by commas",
            NULL, flags),
        offset + G_STRUCT_OFFSET (LiveStt, keyterms));
}

static void
install_times (GObjectClass *klass, goffset offset, const LiveOptions *defaults)
{
  const GParamFlags flags =
      G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS | GST_PARAM_MUTABLE_PLAYING;

  gst_vowel_field_install (klass, LIVE_STT_PROP_FINALIZE_TIMEOUT,
      g_param_spec_uint64 ("finalize-timeout", "Finalize timeout",
          "How long to wait for the last words after an utterance, in ns", 0,
          G_MAXINT64, defaults->finalize_timeout, flags),
      offset + G_STRUCT_OFFSET (LiveStt, options.finalize_timeout));
  if (defaults->keepalive > 0)
    gst_vowel_field_install (klass, LIVE_STT_PROP_KEEPALIVE,
        g_param_spec_uint64 ("keepalive", "Keep alive",
            "How long the connection may be silent before a sign of life is "
            "sent, in ns",
            GST_MSECOND, G_MAXINT64, defaults->keepalive, flags),
        offset + G_STRUCT_OFFSET (LiveStt, options.keepalive));
  if (defaults->idle_timeout > 0)
    gst_vowel_field_install (klass, LIVE_STT_PROP_IDLE_TIMEOUT,
        g_param_spec_uint64 ("idle-timeout", "Idle timeout",
            "How long the connection is kept when nobody speaks, in ns; it is "
            "made anew when somebody does; 0 = for ever",
            0, G_MAXINT64, defaults->idle_timeout, flags),
        offset + G_STRUCT_OFFSET (LiveStt, options.idle_timeout));
}

void
live_stt_class_init (
    GstVowelSttClass *klass, goffset offset, const LiveVendor *vendor)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  GST_DEBUG_CATEGORY_INIT (
      live_stt_debug, "vowellive", 0, "live connections to recognisers");
  g_type_set_qdata (
      G_OBJECT_CLASS_TYPE (klass), offset_quark (), GSIZE_TO_POINTER (offset));
  object_class->set_property = live_stt_set_property;
  object_class->get_property = live_stt_get_property;
  GST_VOWEL_PROVIDER_ELEMENT_CLASS (klass)->identify_service =
      GST_DEBUG_FUNCPTR (live_stt_identify_service);
  klass->start = GST_DEBUG_FUNCPTR (live_stt_start);
  klass->stop = GST_DEBUG_FUNCPTR (live_stt_stop);
  klass->begin_utterance = GST_DEBUG_FUNCPTR (live_stt_begin_utterance);
  klass->feed = GST_DEBUG_FUNCPTR (live_stt_feed);
  klass->end_utterance = GST_DEBUG_FUNCPTR (live_stt_end_utterance);
  klass->cancel_utterance = GST_DEBUG_FUNCPTR (live_stt_cancel_utterance);
  remote_settings_install_properties (object_class, vendor->service);
  install_names (object_class, offset, vendor);
  install_times (object_class, offset, &vendor->options);
}

void
live_stt_init (LiveStt *live, GstVowelStt *stt, const LiveVendor *vendor)
{
  live->stt = stt;
  live->vendor = vendor;
  remote_settings_init (&live->settings, vendor->service);
  live->model = g_strdup (vendor->model);
  live->language = g_strdup (vendor->language);
  live->options = vendor->options;
  live->pending = g_ptr_array_new_with_free_func (pending_free);
}

void
live_stt_clear (LiveStt *live)
{
  g_ptr_array_unref (live->pending);
  g_free (live->made_by);
  remote_settings_clear (&live->settings);
  g_free (live->model);
  g_free (live->language);
  g_free (live->keyterms);
}

/* --- for vendors --- */

const gchar *
live_stt_get_model (LiveStt *live)
{
  return live->model != NULL ? live->model : live->vendor->model;
}

const gchar *
live_stt_get_language (LiveStt *live)
{
  return live->language != NULL && *live->language != '\0'
             ? live->language
             : live->vendor->language;
}

void
live_query_append (GString *path, const gchar *name, const gchar *value)
{
  g_string_append_c (path, strchr (path->str, '?') != NULL ? '&' : '?');
  g_string_append_printf (path, "%s=", name);
  g_string_append_uri_escaped (path, value, NULL, FALSE);
}

void
live_query_append_list (GString *path, const gchar *name, const gchar *list)
{
  g_auto (GStrv) values = g_strsplit (list != NULL ? list : "", ",", -1);

  for (guint i = 0; values[i] != NULL; i++)
    if (*g_strstrip (values[i]) != '\0')
      live_query_append (path, name, values[i]);
}
