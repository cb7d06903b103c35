/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "trace-exporter.h"

#include <gst/gst.h>
#include <libsoup/soup.h>
#include <string.h>

GST_DEBUG_CATEGORY_STATIC (vowel_traces_debug);
#define GST_CAT_DEFAULT vowel_traces_debug

#define PATH "/v1/traces"
#define INTERVAL_MS 1000
#define MAX_WAITING 4096
#define TIMEOUT_S 10
#define FINISH_MS 2000
#define TOO_MANY_REQUESTS 429

struct _VowelTraceExporter {
  GObject parent;

  /* Constant after construction. */
  gchar *url;
  GUri *uri;
  gchar *service;
  GHashTable *headers; /* (element-type utf8 utf8) */
  GMainContext *context;
  VowelMetrics *metrics;

  /* The thread that made it. */
  SoupSession *soup;
  JsonArray *waiting; /* spans */
  JsonArray *sent;    /* (nullable): that the collector has not answered */
  GSource *timer;     /* (nullable) */
  gboolean failing;
  VowelTraceExporterFunc done;
  gpointer done_data;
  GSource *done_timer;
};

G_DEFINE_FINAL_TYPE_WITH_CODE (VowelTraceExporter, vowel_trace_exporter,
    G_TYPE_OBJECT,
    GST_DEBUG_CATEGORY_INIT (
        vowel_traces_debug, "vowel-traces", 0, "traces for a collector"))

static void send_waiting (VowelTraceExporter *self);

static void
stop_source (GSource **source)
{
  if (*source != NULL)
    g_source_destroy (*source);
  g_clear_pointer (source, g_source_unref);
}

static void
finish (VowelTraceExporter *self)
{
  VowelTraceExporterFunc done = self->done;

  stop_source (&self->done_timer);
  self->done = NULL;
  if (done != NULL)
    done (self->done_data);
}

static gboolean
on_interval (gpointer user_data)
{
  VowelTraceExporter *self = user_data;

  g_clear_pointer (&self->timer, g_source_unref);
  send_waiting (self);
  return G_SOURCE_REMOVE;
}

static void
send_soon (VowelTraceExporter *self)
{
  if (self->timer != NULL || self->sent != NULL
      || json_array_get_length (self->waiting) == 0)
    return;
  self->timer = g_timeout_source_new (INTERVAL_MS);
  g_source_set_callback (self->timer, on_interval, self, NULL);
  g_source_attach (self->timer, self->context);
}

/* --- what is sent --- */

static JsonObject *
make_text_attribute (const gchar *name, const gchar *text)
{
  JsonObject *attribute = json_object_new ();
  JsonObject *value = json_object_new ();

  json_object_set_string_member (value, "stringValue", text);
  json_object_set_string_member (attribute, "key", name);
  json_object_set_object_member (attribute, "value", value);
  return attribute;
}

static JsonObject *
make_resource (VowelTraceExporter *self)
{
  JsonObject *resource = json_object_new ();
  JsonArray *attributes = json_array_new ();

  json_array_add_object_element (
      attributes, make_text_attribute ("service.name", self->service));
  json_array_add_object_element (
      attributes, make_text_attribute ("service.version", VERSION));
  json_object_set_array_member (resource, "attributes", attributes);
  return resource;
}

static JsonArray *
wrap (JsonObject *element)
{
  JsonArray *array = json_array_new ();

  json_array_add_object_element (array, element);
  return array;
}

static GBytes *
make_body (VowelTraceExporter *self, JsonArray *spans)
{
  g_autoptr (JsonNode) root = json_node_new (JSON_NODE_OBJECT);
  JsonObject *body = json_object_new ();
  JsonObject *entry = json_object_new ();
  JsonObject *scoped = json_object_new ();
  JsonObject *scope = json_object_new ();
  gchar *text;

  json_object_set_string_member (scope, "name", "vowel-gst");
  json_object_set_string_member (scope, "version", VERSION);
  json_object_set_object_member (scoped, "scope", scope);
  json_object_set_array_member (scoped, "spans", json_array_ref (spans));
  json_object_set_object_member (entry, "resource", make_resource (self));
  json_object_set_array_member (entry, "scopeSpans", wrap (scoped));
  json_object_set_array_member (body, "resourceSpans", wrap (entry));
  json_node_take_object (root, body);
  text = json_to_string (root, FALSE);
  return g_bytes_new_take (text, strlen (text));
}

static void
drop (VowelTraceExporter *self, guint n)
{
  g_atomic_int_add (&self->metrics->spans_dropped, n);
}

/* The collector may take them later: they go before what came meanwhile. */
static void
keep (VowelTraceExporter *self, JsonArray *spans)
{
  guint room = MAX_WAITING - json_array_get_length (spans);
  guint n = json_array_get_length (self->waiting);

  for (guint i = 0; i < MIN (n, room); i++)
    json_array_add_element (spans, json_array_dup_element (self->waiting, i));
  if (n > room)
    drop (self, n - room);
  json_array_unref (self->waiting);
  self->waiting = json_array_ref (spans);
}

static gboolean
may_retry (guint status)
{
  return status == 0 || status == TOO_MANY_REQUESTS
         || status >= SOUP_STATUS_INTERNAL_SERVER_ERROR;
}

static void
note_failure (VowelTraceExporter *self, const gchar *why)
{
  if (!self->failing)
    GST_WARNING ("%s does not take traces: %s", self->url, why);
  self->failing = TRUE;
}

static void
on_answer (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (VowelTraceExporter) self = user_data;
  SoupMessage *message =
      soup_session_get_async_result_message (SOUP_SESSION (source), result);
  g_autoptr (JsonArray) spans = g_steal_pointer (&self->sent);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes =
      soup_session_send_and_read_finish (SOUP_SESSION (source), result, &error);
  guint status = bytes != NULL ? soup_message_get_status (message) : 0;

  if (SOUP_STATUS_IS_SUCCESSFUL (status)) {
    if (self->failing)
      GST_INFO ("%s takes traces again", self->url);
    self->failing = FALSE;
    g_atomic_int_add (
        &self->metrics->spans_sent, json_array_get_length (spans));
  } else {
    g_autofree gchar *text = g_strdup_printf ("status %u", status);

    note_failure (self, error != NULL ? error->message : text);
    if (may_retry (status))
      keep (self, spans);
    else
      drop (self, json_array_get_length (spans));
  }
  if (self->done != NULL
      && (self->failing || json_array_get_length (self->waiting) == 0))
    finish (self);
  else if (self->done != NULL)
    send_waiting (self);
  else
    send_soon (self);
}

static void
send_waiting (VowelTraceExporter *self)
{
  g_autoptr (SoupMessage) message =
      soup_message_new_from_uri (SOUP_METHOD_POST, self->uri);
  g_autoptr (GBytes) body = NULL;
  GHashTableIter iter;
  gpointer name, value;

  if (self->sent != NULL || json_array_get_length (self->waiting) == 0)
    return;
  stop_source (&self->timer);
  self->sent = self->waiting;
  self->waiting = json_array_new ();
  body = make_body (self, self->sent);
  soup_message_set_request_body_from_bytes (message, "application/json", body);
  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  g_hash_table_iter_init (&iter, self->headers);
  while (g_hash_table_iter_next (&iter, &name, &value))
    soup_message_headers_replace (
        soup_message_get_request_headers (message), name, value);
  soup_session_send_and_read_async (self->soup, message, G_PRIORITY_LOW, NULL,
      on_answer, g_object_ref (self));
}

/* --- what comes --- */

typedef struct {
  VowelTraceExporter *exporter;
  JsonArray *spans;
} Arrival;

static void
arrival_free (gpointer data)
{
  Arrival *arrival = data;

  g_object_unref (arrival->exporter);
  json_array_unref (arrival->spans);
  g_free (arrival);
}

static gboolean
take_arrival (gpointer user_data)
{
  Arrival *arrival = user_data;
  VowelTraceExporter *self = arrival->exporter;
  guint n = json_array_get_length (arrival->spans);

  if (json_array_get_length (self->waiting) + n > MAX_WAITING) {
    drop (self, n);
    return G_SOURCE_REMOVE;
  }
  for (guint i = 0; i < n; i++)
    json_array_add_element (
        self->waiting, json_array_dup_element (arrival->spans, i));
  send_soon (self);
  return G_SOURCE_REMOVE;
}

void
vowel_trace_exporter_add (VowelTraceExporter *self, const VowelTurnTrace *trace)
{
  Arrival *arrival = g_new0 (Arrival, 1);

  arrival->exporter = g_object_ref (self);
  arrival->spans = json_array_new ();
  vowel_turn_trace_add_spans (trace, arrival->spans);
  g_main_context_invoke_full (
      self->context, G_PRIORITY_DEFAULT, take_arrival, arrival, arrival_free);
}

static gboolean
on_finish_over (gpointer user_data)
{
  finish (user_data);
  return G_SOURCE_REMOVE;
}

void
vowel_trace_exporter_finish (
    VowelTraceExporter *self, VowelTraceExporterFunc done, gpointer user_data)
{
  stop_source (&self->done_timer);
  self->done = done;
  self->done_data = user_data;
  send_waiting (self);
  if (self->sent == NULL) {
    finish (self);
    return;
  }
  self->done_timer = g_timeout_source_new (FINISH_MS);
  g_source_set_callback (self->done_timer, on_finish_over, self, NULL);
  g_source_attach (self->done_timer, self->context);
}

/* --- life --- */

/* "name=value,name=value", percent-encoded, as OpenTelemetry has it. */
static gboolean
read_headers (VowelTraceExporter *self, const gchar *text, GError **error)
{
  g_auto (GStrv) entries = g_strsplit (text, ",", -1);

  for (guint i = 0; entries[i] != NULL; i++) {
    gchar *equals = strchr (g_strstrip (entries[i]), '=');
    g_autofree gchar *value =
        equals != NULL ? g_uri_unescape_string (equals + 1, NULL) : NULL;

    if (*entries[i] == '\0')
      continue;
    if (value == NULL || equals == entries[i] || strpbrk (value, "\r\n")) {
      g_set_error_literal (error, VOWEL_CONFIG_ERROR,
          VOWEL_CONFIG_ERROR_INVALID,
          "OTEL_EXPORTER_OTLP_HEADERS must be name=value pairs with commas "
          "between them, the values percent-encoded");
      return FALSE;
    }
    g_hash_table_insert (self->headers,
        g_strndup (entries[i], equals - entries[i]), g_steal_pointer (&value));
  }
  return TRUE;
}

static void
vowel_trace_exporter_finalize (GObject *object)
{
  VowelTraceExporter *self = VOWEL_TRACE_EXPORTER (object);

  stop_source (&self->timer);
  stop_source (&self->done_timer);
  g_clear_object (&self->soup);
  json_array_unref (self->waiting);
  g_clear_pointer (&self->sent, json_array_unref);
  g_hash_table_unref (self->headers);
  g_main_context_unref (self->context);
  g_clear_pointer (&self->metrics, vowel_metrics_unref);
  g_clear_pointer (&self->uri, g_uri_unref);
  g_free (self->url);
  g_free (self->service);
  G_OBJECT_CLASS (vowel_trace_exporter_parent_class)->finalize (object);
}

static void
vowel_trace_exporter_class_init (VowelTraceExporterClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = vowel_trace_exporter_finalize;
}

static void
vowel_trace_exporter_init (VowelTraceExporter *self)
{
  self->context = g_main_context_ref_thread_default ();
  self->waiting = json_array_new ();
  self->headers =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

VowelTraceExporter *
vowel_trace_exporter_new (
    const VowelServerConfig *config, VowelMetrics *metrics, GError **error)
{
  g_autoptr (VowelTraceExporter) self = NULL;
  const gchar *endpoint = config->otlp_endpoint;

  if (endpoint == NULL)
    return NULL;
  self = g_object_new (VOWEL_TYPE_TRACE_EXPORTER, NULL);
  self->metrics = vowel_metrics_ref (metrics);
  self->service = g_strdup (config->otlp_service);
  self->url = g_strconcat (
      endpoint, g_str_has_suffix (endpoint, "/") ? &PATH[1] : PATH, NULL);
  self->uri = g_uri_parse (self->url, SOUP_HTTP_URI_FLAGS, NULL);
  if (self->uri == NULL
      || (!g_str_has_prefix (self->url, "http://")
          && !g_str_has_prefix (self->url, "https://"))) {
    g_set_error (error, VOWEL_CONFIG_ERROR, VOWEL_CONFIG_ERROR_INVALID,
        "OTEL_EXPORTER_OTLP_ENDPOINT is \"%s\", but must be the address of a "
        "collector, such as http://127.0.0.1:4318",
        endpoint);
    return NULL;
  }
  if (config->otlp_headers != NULL
      && !read_headers (self, config->otlp_headers, error))
    return NULL;
  self->soup = soup_session_new_with_options (
      "user-agent", "vowel-gst", "timeout", TIMEOUT_S, NULL);
  return g_steal_pointer (&self);
}
