/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "metrics-text.h"

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
    {"vowel_sessions_started_total", "counter",
        G_STRUCT_OFFSET (VowelMetrics, sessions_started), "Sessions begun"},
    {"vowel_sessions_refused_total", "counter",
        G_STRUCT_OFFSET (VowelMetrics, sessions_refused),
        "Sessions that could not begin"},
    {"vowel_tokens_minted_total", "counter",
        G_STRUCT_OFFSET (VowelMetrics, tokens_minted), "Ephemeral tokens made"},
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

gchar *
vowel_metrics_to_text (VowelMetrics *metrics, GArray *worker_sessions)
{
  GString *text = g_string_new (NULL);

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++) {
    append_head (text, rows[i].name, rows[i].type, rows[i].help);
    g_string_append_printf (text, "%s %d\n", rows[i].name,
        g_atomic_int_get (
            (gint *) G_STRUCT_MEMBER_P (metrics, rows[i].offset)));
  }
  append_responses (text, metrics);
  append_head (text, "vowel_turn_stage_seconds", "histogram",
      "Where the time of a turn goes; whole: from the end of the turn to the "
      "first audio");
  for (guint i = 0; i < VOWEL_N_TURN_STAGES; i++)
    append_stage (text, i, &metrics->stages[i]);
  append_head (text, "vowel_worker_sessions", "gauge",
      "Sessions at this moment, by worker");
  for (guint i = 0; i < worker_sessions->len; i++)
    g_string_append_printf (text, "vowel_worker_sessions{worker=\"%u\"} %u\n",
        i, g_array_index (worker_sessions, guint, i));
  append_process (text);
  append_head (text, "vowel_build_info", "gauge", "Which program this is");
  g_string_append_printf (
      text, "vowel_build_info{version=\"%s\"} 1\n", VERSION);
  return g_string_free (text, FALSE);
}
