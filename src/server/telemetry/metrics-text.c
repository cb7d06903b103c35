/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "metrics-text.h"

#include <gst/vowel/gstvowelbreaker.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

#define US_PER_S 1e6

static const struct {
  const gchar *name;
  const gchar *type;
  gsize offset;
  const gchar *help;
} rows[] = {
    {"vowel_connections", "gauge", G_STRUCT_OFFSET (VowelMetrics, connections),
        "Open TCP connections"},
    {"vowel_connections_refused_total", "counter",
        G_STRUCT_OFFSET (VowelMetrics, connections_refused),
        "TCP connections refused because of a limit"},
    {"vowel_requests_late_total", "counter",
        G_STRUCT_OFFSET (VowelMetrics, headers_late),
        "Connections closed because headers or body did not come in time"},
    {"vowel_requests_unauthorized_total", "counter",
        G_STRUCT_OFFSET (VowelMetrics, unauthorized),
        "Requests refused for want of rights"},
    {"vowel_sessions", "gauge", G_STRUCT_OFFSET (VowelMetrics, sessions),
        "Sessions at this moment"},
    {"vowel_sessions_refused_total", "counter",
        G_STRUCT_OFFSET (VowelMetrics, sessions_refused),
        "Sessions that could not begin"},
    {"vowel_tokens_minted_total", "counter",
        G_STRUCT_OFFSET (VowelMetrics, tokens_minted), "Ephemeral tokens made"},
    {"vowel_twilio_calls_total", "counter",
        G_STRUCT_OFFSET (VowelMetrics, twilio_calls),
        "Telephone calls that were taken"},
    {"vowel_twilio_placed_total", "counter",
        G_STRUCT_OFFSET (VowelMetrics, twilio_placed),
        "Telephone calls that were placed"},
    {"vowel_twilio_refused_total", "counter",
        G_STRUCT_OFFSET (VowelMetrics, twilio_refused),
        "Telephone calls that were refused"},
    {"vowel_twilio_stream_errors_total", "counter",
        G_STRUCT_OFFSET (VowelMetrics, twilio_stream_errors),
        "Streams of telephone calls that Twilio ended for an error"},
    {"vowel_interruptions_total", "counter",
        G_STRUCT_OFFSET (VowelMetrics, interruptions),
        "Answers that a caller interrupted"},
    {"vowel_speculations_total", "counter",
        G_STRUCT_OFFSET (VowelMetrics, speculations),
        "Answers prepared before a turn was over"},
    {"vowel_speculations_used_total", "counter",
        G_STRUCT_OFFSET (VowelMetrics, speculations_used),
        "Prepared answers that were given"},
    {"vowel_speculation_tokens_wasted_total", "counter",
        G_STRUCT_OFFSET (VowelMetrics, speculation_tokens_wasted),
        "Tokens of prepared answers that were not given"},
    {"vowel_clients_cut_off_slow_total", "counter",
        G_STRUCT_OFFSET (VowelMetrics, cut_off_slow),
        "Clients cut off because they did not read"},
    {"vowel_clients_cut_off_dead_total", "counter",
        G_STRUCT_OFFSET (VowelMetrics, cut_off_dead),
        "Clients cut off because they did not answer a ping"},
    {"vowel_protocol_errors_total", "counter",
        G_STRUCT_OFFSET (VowelMetrics, protocol_errors),
        "WebSockets that broke the protocol or a limit"},
    {"vowel_trace_spans_sent_total", "counter",
        G_STRUCT_OFFSET (VowelMetrics, spans_sent),
        "Spans of traces that the collector has taken"},
    {"vowel_trace_spans_dropped_total", "counter",
        G_STRUCT_OFFSET (VowelMetrics, spans_dropped),
        "Spans of traces that it has not"},
};

static void
append_head (
    GString *text, const gchar *name, const gchar *type, const gchar *help)
{
  g_string_append_printf (
      text, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static void
append_number (GString *text, gdouble number)
{
  gchar buffer[G_ASCII_DTOSTR_BUF_SIZE];

  g_string_append_printf (
      text, " %s\n", g_ascii_dtostr (buffer, sizeof (buffer), number));
}

static void
append_stage (GString *text, VowelTurnStage stage, VowelHistogram *histogram)
{
  const gchar *name = vowel_turn_stage_get_name (stage);

  for (guint i = 0; i <= VOWEL_HISTOGRAM_N_BUCKETS; i++) {
    gchar bound[G_ASCII_DTOSTR_BUF_SIZE] = "+Inf";

    if (i < VOWEL_HISTOGRAM_N_BUCKETS)
      g_ascii_dtostr (
          bound, sizeof (bound), vowel_histogram_get_bound (i) / US_PER_S);
    g_string_append_printf (text,
        "vowel_turn_stage_seconds_bucket{stage=\"%s\",le=\"%s\"} "
        "%" G_GUINT64_FORMAT "\n",
        name, bound, vowel_histogram_count (histogram, i));
  }
  g_string_append_printf (
      text, "vowel_turn_stage_seconds_sum{stage=\"%s\"}", name);
  append_number (text, vowel_histogram_get_sum_us (histogram) / US_PER_S);
  g_string_append_printf (text,
      "vowel_turn_stage_seconds_count{stage=\"%s\"} %" G_GUINT64_FORMAT "\n",
      name, vowel_histogram_count (histogram, VOWEL_HISTOGRAM_N_BUCKETS));
}

static void
append_responses (GString *text, VowelMetrics *metrics)
{
  append_head (
      text, "vowel_responses_total", "counter", "Answers, by how they ended");
  for (guint i = VOWEL_RESPONSE_COMPLETED; i < VOWEL_N_RESPONSE_STATUSES; i++)
    g_string_append_printf (text, "vowel_responses_total{status=\"%s\"} %d\n",
        vowel_response_status_get_name (i),
        g_atomic_int_get (&metrics->responses[i]));
}

static void
append_process (GString *text)
{
  struct rusage usage;
  glong pages = 0;
  FILE *statm = fopen ("/proc/self/statm", "re");

  if (statm != NULL) {
    if (fscanf (statm, "%*d %ld", &pages) != 1)
      pages = 0;
    fclose (statm);
  }
  append_head (text, "process_resident_memory_bytes", "gauge",
      "Memory that the process occupies");
  g_string_append_printf (text,
      "process_resident_memory_bytes %" G_GINT64_FORMAT "\n",
      (gint64) pages * sysconf (_SC_PAGESIZE));
  if (getrusage (RUSAGE_SELF, &usage) != 0)
    return;
  append_head (text, "process_cpu_seconds_total", "counter",
      "CPU time that the process has used");
  g_string_append (text, "process_cpu_seconds_total");
  append_number (
      text, usage.ru_utime.tv_sec + usage.ru_stime.tv_sec
                + (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / US_PER_S);
}

static void
append_count (
    GString *text, const gchar *name, const gchar *help, guint64 count)
{
  append_head (text, name, "counter", help);
  g_string_append_printf (text, "%s %" G_GUINT64_FORMAT "\n", name, count);
}

static void
append_bytes (GString *text, VowelMetrics *metrics)
{
  append_count (text, "vowel_websocket_received_bytes_total",
      "Bytes that WebSockets brought", metrics->received);
  append_count (text, "vowel_websocket_sent_bytes_total",
      "Bytes that WebSockets took", metrics->sent);
  append_count (text, "vowel_websocket_dropped_bytes_total",
      "Bytes that were waiting for clients who did not read and were cut off",
      metrics->dropped);
}

static void
append_by_paradigm (
    GString *text, const gchar *name, const gchar *help, gint *counts)
{
  append_head (text, name, "counter", help);
  for (guint i = 0; i < VOWEL_N_PARADIGMS; i++)
    g_string_append_printf (text, "%s{connection_paradigm=\"%s\"} %d\n", name,
        vowel_paradigm_get_name (i), g_atomic_int_get (&counts[i]));
}

/* What providers and services are called is for others to say. */
static void
append_label (GString *text, const gchar *name, const gchar *value)
{
  g_string_append_printf (text, "%s=\"", name);
  for (const gchar *c = value; *c != '\0'; c++) {
    if (*c == '"' || *c == '\\')
      g_string_append_c (text, '\\');
    g_string_append_c (text, *c != '\n' ? *c : ' ');
  }
  g_string_append_c (text, '"');
}

static const struct {
  const gchar *name;
  gsize offset;
  gint stage; /* -1: all */
  const gchar *help;
} usage_rows[] = {
    {"vowel_provider_requests_total",
        G_STRUCT_OFFSET (VowelProviderUsage, requests), -1,
        "Requests to providers, retries included"},
    {"vowel_provider_failures_total",
        G_STRUCT_OFFSET (VowelProviderUsage, failures), -1,
        "Requests to providers that failed"},
    {"vowel_provider_retries_total",
        G_STRUCT_OFFSET (VowelProviderUsage, retries), -1,
        "Requests to providers that repeated another"},
    {"vowel_provider_take_overs_total",
        G_STRUCT_OFFSET (VowelProviderUsage, take_overs), -1,
        "Requests that another provider had failed before"},
    {"vowel_provider_input_tokens_total",
        G_STRUCT_OFFSET (VowelProviderUsage, input_tokens), VOWEL_STAGE_LLM,
        "Tokens that models were given"},
    {"vowel_provider_cached_tokens_total",
        G_STRUCT_OFFSET (VowelProviderUsage, cached_tokens), VOWEL_STAGE_LLM,
        "Tokens of these that were in a cache of the provider"},
    {"vowel_provider_output_tokens_total",
        G_STRUCT_OFFSET (VowelProviderUsage, output_tokens), VOWEL_STAGE_LLM,
        "Tokens that models made"},
    {"vowel_provider_characters_total",
        G_STRUCT_OFFSET (VowelProviderUsage, characters), VOWEL_STAGE_TTS,
        "Characters synthesized"},
};

/* A sample, without its value, of what @usage is about. */
static void
append_usage_name (
    GString *text, const gchar *name, const VowelProviderUsage *usage)
{
  g_string_append_printf (
      text, "%s{stage=\"%s\",", name, vowel_usage_get_stage_name (usage));
  append_label (text, "provider", usage->provider);
  g_string_append_c (text, '}');
}

static void
append_usage (GString *text, VowelUsageLedger *ledger)
{
  static const gchar *const seconds = "vowel_provider_audio_seconds_total";
  g_autoptr (GArray) list = vowel_usage_ledger_list (ledger);

  for (guint i = 0; i < G_N_ELEMENTS (usage_rows); i++) {
    append_head (text, usage_rows[i].name, "counter", usage_rows[i].help);
    for (guint j = 0; j < list->len; j++) {
      VowelProviderUsage *usage = &g_array_index (list, VowelProviderUsage, j);

      if (usage_rows[i].stage >= 0
          && (VowelStage) usage_rows[i].stage != usage->stage)
        continue;
      append_usage_name (text, usage_rows[i].name, usage);
      g_string_append_printf (text, " %" G_GUINT64_FORMAT "\n",
          G_STRUCT_MEMBER (guint64, usage, usage_rows[i].offset));
    }
  }
  append_head (text, seconds, "counter", "Seconds of speech recognised");
  for (guint i = 0; i < list->len; i++) {
    VowelProviderUsage *usage = &g_array_index (list, VowelProviderUsage, i);

    if (usage->stage != VOWEL_STAGE_STT)
      continue;
    append_usage_name (text, seconds, usage);
    append_number (text, usage->audio_us / US_PER_S);
  }
}

/* [0]: of a provider that are asked, [1]: that are left alone. */
static void
count_breaker (GstVowelBreaker *breaker, gpointer services)
{
  const gchar *name = gst_vowel_breaker_get_name (breaker);
  guint *counts = g_hash_table_lookup (services, name);

  if (counts == NULL) {
    counts = g_new0 (guint, 2);
    g_hash_table_insert (services, g_strdup (name), counts);
  }
  counts[gst_vowel_breaker_is_open (breaker)]++;
}

static void
append_breakers (GString *text)
{
  static const gchar *const states[] = {"closed", "open"};
  g_autoptr (GHashTable) services =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  GHashTableIter iter;
  gpointer name, counts;

  gst_vowel_breaker_foreach_service (count_breaker, services);
  append_head (text, "vowel_provider_breakers", "gauge",
      "Services of a provider (addresses and keys); open: left alone because "
      "they failed");
  g_hash_table_iter_init (&iter, services);
  while (g_hash_table_iter_next (&iter, &name, &counts))
    for (guint i = 0; i < G_N_ELEMENTS (states); i++) {
      g_string_append (text, "vowel_provider_breakers{");
      append_label (text, "provider", name);
      g_string_append_printf (
          text, ",state=\"%s\"} %u\n", states[i], ((guint *) counts)[i]);
    }
}

static void
append_workers (GString *text, GArray *workers)
{
  append_head (text, "vowel_worker_sessions", "gauge",
      "Sessions at this moment, by worker");
  for (guint i = 0; i < workers->len; i++)
    g_string_append_printf (text, "vowel_worker_sessions{worker=\"%u\"} %u\n",
        i, g_array_index (workers, VowelWorkerMetrics, i).sessions);
  append_head (text, "vowel_worker_busy_seconds_total", "counter",
      "Time that the worker has not been waiting");
  for (guint i = 0; i < workers->len; i++) {
    g_string_append_printf (
        text, "vowel_worker_busy_seconds_total{worker=\"%u\"}", i);
    append_number (text,
        g_array_index (workers, VowelWorkerMetrics, i).busy_us / US_PER_S);
  }
  append_head (text, "vowel_worker_slow_turns_total", "counter",
      "How often the worker let everything else wait for more than 20 ms");
  for (guint i = 0; i < workers->len; i++)
    g_string_append_printf (text,
        "vowel_worker_slow_turns_total{worker=\"%u\"} %" G_GUINT64_FORMAT "\n",
        i, g_array_index (workers, VowelWorkerMetrics, i).slow_turns);
}

static void
append_services (GString *text, GHashTable *services)
{
  static const gchar *const name = "vowel_service_connections_total";
  GHashTableIter iter;
  gpointer id, n;

  append_head (text, name, "counter",
      "Connections of trusted servers, by what they call themselves");
  g_hash_table_iter_init (&iter, services);
  while (g_hash_table_iter_next (&iter, &id, &n)) {
    g_string_append_printf (text, "%s{", name);
    append_label (text, "service_id", id);
    g_string_append_printf (text, "} %u\n", GPOINTER_TO_UINT (n));
  }
}

gchar *
vowel_metrics_to_text (VowelMetrics *metrics, GArray *workers,
    VowelUsageLedger *usage, GHashTable *services)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    append_head (text, rows[i].name, rows[i].type, rows[i].help);
    g_string_append_printf (text, "%s %d\n", rows[i].name,
        g_atomic_int_get (
            (gint *) G_STRUCT_MEMBER_P (metrics, rows[i].offset)));
  }
  append_by_paradigm (text, "vowel_sessions_started_total",
      "Sessions begun, by how the client came", metrics->sessions_started);
  append_by_paradigm (text, "vowel_sessions_joined_total",
      "Connections that came to a session which another had begun",
      metrics->sessions_joined);
  append_services (text, services);
  append_bytes (text, metrics);
  append_responses (text, metrics);
  append_usage (text, usage);
  append_breakers (text);
  append_head (text, "vowel_turn_stage_seconds", "histogram",
      "Where the time of a turn goes; whole: from the end of the turn to the "
      "first audio");
  for (guint i = 0; i < VOWEL_N_TURN_STAGES; i++)
    append_stage (text, i, &metrics->stages[i]);
  append_workers (text, workers);
  append_process (text);
  append_head (text, "vowel_build_info", "gauge", "Which program this is");
  g_string_append_printf (
      text, "vowel_build_info{version=\"%s\"} 1\n", VERSION);
  return g_string_free (text, FALSE);
}
