/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "server/store/store.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/**
 * VowelUsageDay:
 * @date: "2026-01-31", in UTC
 * @calls: that ended on that day
 * @minutes: that they lasted, each rounded up
 * @tts_chars: that were spoken
 * @llm_tokens: that models made
 * @stt_seconds: that were heard
 *
 * What an organization's calls took on one day. It stays when what is kept of
 * the calls is forgotten.
 */
typedef struct {
  gchar *date;
  gint64 calls;
  gint64 minutes;
  gint64 tts_chars;
  gint64 llm_tokens;
  gint64 stt_seconds;
} VowelUsageDay;

/* What providers did for @call, as its record says. Whoever asks has zeroed
 * it; the date is not set. */
void vowel_usage_day_add (VowelUsageDay *day, const VowelCall *call);

/**
 * VowelUsageDays:
 *
 * Keeps count, in the store. Used where HTTP is answered.
 */
typedef struct _VowelUsageDays VowelUsageDays;

/* @store: must outlive it */
VowelUsageDays *vowel_usage_days_new (VowelStore *store);
void vowel_usage_days_free (VowelUsageDays *days);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelUsageDays, vowel_usage_days_free)

/* A call of an app is over. */
void vowel_usage_days_note (VowelUsageDays *days, const VowelCall *call);
/* Minutes of the calls of the month that @now (milliseconds since 1970) is in,
 * in UTC; -1 after an error. */
gint64 vowel_usage_days_count_minutes (
    VowelUsageDays *days, const gchar *app_id, gint64 now, GError **error);
/* The last @n days until @now (milliseconds since 1970) on which there were
 * calls, the oldest first: [{_id, orgId, date, calls, minutes, ttsChars,
 * llmTokens, sttSeconds}]. (transfer full) */
JsonArray *vowel_usage_days_to_json (VowelUsageDays *days, const gchar *app_id,
    guint n, gint64 now, GError **error);

G_END_DECLS
