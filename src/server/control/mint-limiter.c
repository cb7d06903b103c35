/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "mint-limiter.h"

#define MINUTE (60.0 * G_USEC_PER_SEC)
/* Keys that have rested are forgotten when there are so many. */
#define MAX_KEPT 10000

typedef struct {
  gdouble left;
  gint64 at; /* when that was */
} Bucket;

struct _VowelMintLimiter {
  guint per_minute;
  GHashTable *buckets;
};

VowelMintLimiter *
vowel_mint_limiter_new (guint per_minute)
{
  VowelMintLimiter *self = g_new0 (VowelMintLimiter, 1);

  self->per_minute = per_minute;
  self->buckets =
      g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return self;
}

void
vowel_mint_limiter_free (VowelMintLimiter *self)
{
  g_hash_table_unref (self->buckets);
  g_free (self);
}

static gboolean
has_rested (gpointer key, gpointer value, gpointer now_us)
{
  const Bucket *bucket = value;

  return *(gint64 *) now_us - bucket->at >= MINUTE;
}

static Bucket *
find_bucket (VowelMintLimiter *self, const gchar *key, gint64 now_us)
{
  Bucket *bucket = g_hash_table_lookup (self->buckets, key);

  if (bucket != NULL)
    return bucket;
  if (g_hash_table_size (self->buckets) >= MAX_KEPT)
    g_hash_table_foreach_remove (self->buckets, has_rested, &now_us);
  bucket = g_new0 (Bucket, 1);
  bucket->left = self->per_minute;
  bucket->at = now_us;
  g_hash_table_insert (self->buckets, g_strdup (key), bucket);
  return bucket;
}

gboolean
vowel_mint_limiter_take (
    VowelMintLimiter *self, const gchar *key, gint64 now_us, guint *ret_retry_s)
{
  Bucket *bucket;

  if (self->per_minute == 0)
    return TRUE;
  bucket = find_bucket (self, key, now_us);
  bucket->left = MIN (self->per_minute,
      bucket->left + (now_us - bucket->at) / MINUTE * self->per_minute);
  bucket->at = now_us;
  if (bucket->left >= 1) {
    bucket->left--;
    return TRUE;
  }
  *ret_retry_s = (guint) ((1 - bucket->left) * 60 / self->per_minute) + 1;
  return FALSE;
}
