/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <string.h>

#include <gst/gst.h>

#include "sphinxpool.h"

GST_DEBUG_CATEGORY_EXTERN (gst_pocketsphinx_stt_debug);
#define GST_CAT_DEFAULT gst_pocketsphinx_stt_debug

/* Decoders stay loaded for a while after the last session: the next one may
 * come soon, and loading takes long. */
#define LINGER_US (60 * G_TIME_SPAN_SECOND)

/* How much audio is decoded between two looks at what has changed: 100 ms. */
#define CHUNK_SAMPLES (SPHINX_SAMPLE_RATE / 10)
#define CHUNK_BYTES (CHUNK_SAMPLES * sizeof (gint16))
#define PREVIEW_BYTES (SPHINX_PREVIEW_SAMPLES * sizeof (gint16))

/* An element that uses the pool. */
typedef struct {
  SphinxPoolFailed failed;
  gpointer user_data;
  GDestroyNotify notify;
} SphinxUser;

/* Lock order: shared_lock, then a pool's lock. */
struct _SphinxPool {
  /* Immutable. */
  SphinxConfig *config;
  gchar *key;

  /* Protected by the lock. */
  GMutex lock;
  GCond cond;
  GPtrArray *users;
  guint size;
  guint n_threads;
  guint n_idle;
  GQueue waiting;   /* recognitions without a decoder, oldest first */
  guint n_complete; /* those of them that have all their audio */
  GError *error;
};

struct _SphinxRecognition {
  /* Immutable. */
  SphinxPool *pool;
  gboolean interim;
  SphinxRecognized recognized;
  gpointer user_data;
  GDestroyNotify notify;

  /* Protected by the pool's lock. */
  GByteArray *audio;
  gboolean waiting;
  gboolean ended;
  gboolean cancelled;

  /* The decoder's thread: what was last told, and up to which byte of audio
   * (it is not told again when the decoding starts anew). */
  gchar *told;
  gsize told_at;
};

/* Protects `shared`: a pool for each configuration's key. */
static GMutex shared_lock;
static GHashTable *shared;

static void
sphinx_user_free (gpointer data)
{
  SphinxUser *user = data;

  if (user->notify != NULL)
    user->notify (user->user_data);
  g_free (user);
}

static void
sphinx_pool_clear (gpointer data)
{
  SphinxPool *pool = data;

  sphinx_config_free (pool->config);
  g_free (pool->key);
  g_ptr_array_unref (pool->users);
  g_clear_error (&pool->error);
  g_mutex_clear (&pool->lock);
  g_cond_clear (&pool->cond);
}

static void
sphinx_recognition_clear (gpointer data)
{
  SphinxRecognition *recognition = data;

  if (recognition->notify != NULL)
    recognition->notify (recognition->user_data);
  g_byte_array_unref (recognition->audio);
  g_free (recognition->told);
  g_atomic_rc_box_release_full (recognition->pool, sphinx_pool_clear);
}

void
sphinx_recognition_unref (SphinxRecognition *recognition)
{
  g_atomic_rc_box_release_full (recognition, sphinx_recognition_clear);
}

/* With the lock held. */
static void
sphinx_pool_enqueue (SphinxPool *pool, SphinxRecognition *recognition)
{
  recognition->waiting = TRUE;
  g_queue_push_tail (&pool->waiting, g_atomic_rc_box_acquire (recognition));
  if (recognition->ended)
    pool->n_complete++;
}

/* With the lock held. */
static SphinxRecognition *
sphinx_pool_dequeue (SphinxPool *pool, GList *link)
{
  SphinxRecognition *recognition = link->data;

  g_queue_delete_link (&pool->waiting, link);
  recognition->waiting = FALSE;
  if (recognition->ended)
    pool->n_complete--;

  return recognition;
}

/* With the lock held. The oldest complete one, else the oldest. */
static SphinxRecognition *
sphinx_pool_take (SphinxPool *pool)
{
  GList *link = pool->waiting.head;

  for (GList *l = link; pool->n_complete > 0 && l != NULL; l = l->next) {
    if (((SphinxRecognition *) l->data)->ended) {
      link = l;
      break;
    }
  }
  return link != NULL ? sphinx_pool_dequeue (pool, link) : NULL;
}

/* On a decoder's thread, without the lock. */
static void
sphinx_recognition_tell (
    SphinxRecognition *self, SphinxDecoder *decoder, gsize at)
{
  g_autofree gchar *text = NULL;

  if (!self->interim || at <= self->told_at)
    return;
  text = sphinx_decoder_get_text (decoder);
  if (*text == '\0' || g_strcmp0 (text, self->told) == 0)
    return;

  self->told_at = at;
  g_free (self->told);
  self->told = g_steal_pointer (&text);
  self->recognized (self->told, FALSE, NULL, self->user_data);
}

/* With the lock held. Waits until there are @size bytes of audio, or no more
 * will come, or there is something better to do; the latter is FALSE. */
static gboolean
sphinx_pool_wait_for_audio (
    SphinxPool *pool, SphinxRecognition *recognition, gsize size)
{
  while (!recognition->cancelled && !recognition->ended) {
    if (pool->n_complete > pool->n_idle)
      return FALSE;
    if (recognition->audio->len >= size)
      break;
    g_cond_wait (&pool->cond, &pool->lock);
  }
  return !recognition->cancelled;
}

/* With the lock held, which is let go while the decoder works. FALSE: the
 * recognition was cancelled, or the decoder given up for a complete one. */
static gboolean
sphinx_pool_decode_audio (
    SphinxPool *pool, SphinxDecoder *decoder, SphinxRecognition *recognition)
{
  gint16 chunk[CHUNK_SAMPLES];
  gsize done = 0;

  while (sphinx_pool_wait_for_audio (pool, recognition, done + CHUNK_BYTES)) {
    gsize size = MIN (recognition->audio->len - done, CHUNK_BYTES);

    if (size == 0)
      return TRUE;
    memcpy (chunk, recognition->audio->data + done, size);
    done += size;
    g_mutex_unlock (&pool->lock);
    sphinx_decoder_process (decoder, chunk, size / sizeof (gint16));
    sphinx_recognition_tell (recognition, decoder, done);
    g_mutex_lock (&pool->lock);
  }
  return FALSE;
}

/* With the lock held. */
static void
sphinx_pool_decode (
    SphinxPool *pool, SphinxDecoder *decoder, SphinxRecognition *recognition)
{
  g_autofree gint16 *preview = NULL;
  gboolean complete = FALSE;
  gsize size;

  if (sphinx_pool_wait_for_audio (pool, recognition, PREVIEW_BYTES)) {
    size = MIN (recognition->audio->len, PREVIEW_BYTES);
    preview = g_memdup2 (recognition->audio->data, size);
    g_mutex_unlock (&pool->lock);
    sphinx_decoder_begin (decoder, preview, size / sizeof (gint16));
    g_mutex_lock (&pool->lock);
    complete = sphinx_pool_decode_audio (pool, decoder, recognition);
    g_mutex_unlock (&pool->lock);
    sphinx_decoder_end (decoder);
    if (complete) {
      g_autofree gchar *text = sphinx_decoder_get_text (decoder);

      recognition->recognized (text, TRUE, NULL, recognition->user_data);
    }
    g_mutex_lock (&pool->lock);
  }
  if (!complete && !recognition->cancelled)
    sphinx_pool_enqueue (pool, recognition);
}

/* With shared_lock held. */
static void
sphinx_pool_forget (SphinxPool *pool)
{
  if (shared == NULL || g_hash_table_lookup (shared, pool->key) != pool)
    return;
  g_hash_table_remove (shared, pool->key);
  if (g_hash_table_size (shared) == 0)
    g_clear_pointer (&shared, g_hash_table_unref);
}

/* With the lock held. Waits for something to decode; NULL when nobody has
 * used the pool for a while. */
static SphinxRecognition *
sphinx_pool_next (SphinxPool *pool)
{
  SphinxRecognition *recognition;
  gint64 deadline = g_get_monotonic_time () + LINGER_US;

  while ((recognition = sphinx_pool_take (pool)) == NULL) {
    gboolean in_time;

    pool->n_idle++;
    in_time = g_cond_wait_until (&pool->cond, &pool->lock, deadline);
    pool->n_idle--;
    if (pool->users->len > 0)
      deadline = g_get_monotonic_time () + LINGER_US;
    else if (!in_time && g_queue_is_empty (&pool->waiting))
      break;
  }
  return recognition;
}

/* The thread's decoder could not be loaded: without another one, everything
 * that waits, or comes later, fails. */
static void
sphinx_pool_fail (SphinxPool *pool, const GError *error)
{
  g_autoptr (GPtrArray) failed = g_ptr_array_new_with_free_func (
      (GDestroyNotify) sphinx_recognition_unref);
  SphinxRecognition *recognition;

  GST_INFO ("%s", error->message);
  g_mutex_lock (&shared_lock);
  g_mutex_lock (&pool->lock);
  pool->n_threads--;
  if (pool->n_threads == 0) {
    sphinx_pool_forget (pool);
    pool->error = g_error_copy (error);
    while ((recognition = sphinx_pool_take (pool)) != NULL)
      g_ptr_array_add (failed, recognition);
    for (guint i = 0; i < pool->users->len; i++) {
      SphinxUser *user = g_ptr_array_index (pool->users, i);

      user->failed (error, user->user_data);
    }
  }
  g_mutex_unlock (&pool->lock);
  g_mutex_unlock (&shared_lock);

  for (guint i = 0; i < failed->len; i++) {
    recognition = g_ptr_array_index (failed, i);
    recognition->recognized (NULL, TRUE, error, recognition->user_data);
  }
}

/* Nobody came: leaves, unless somebody did just now. */
static gboolean
sphinx_pool_leave (SphinxPool *pool)
{
  g_autoptr (GMutexLocker) shared_locker = g_mutex_locker_new (&shared_lock);
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&pool->lock);

  if (pool->users->len > 0 || !g_queue_is_empty (&pool->waiting))
    return FALSE;
  if (--pool->n_threads == 0)
    sphinx_pool_forget (pool);

  return TRUE;
}

/* A decoder's thread. */
static gpointer
sphinx_pool_thread (gpointer data)
{
  SphinxPool *pool = data;
  g_autoptr (GError) error = NULL;
  SphinxDecoder *decoder = sphinx_decoder_load (pool->config, &error);
  SphinxRecognition *recognition;

  if (decoder == NULL) {
    sphinx_pool_fail (pool, error);
  } else {
    do {
      g_mutex_lock (&pool->lock);
      while ((recognition = sphinx_pool_next (pool)) != NULL) {
        sphinx_pool_decode (pool, decoder, recognition);
        g_mutex_unlock (&pool->lock);
        sphinx_recognition_unref (recognition);
        g_mutex_lock (&pool->lock);
      }
      g_mutex_unlock (&pool->lock);
    } while (!sphinx_pool_leave (pool));
    sphinx_decoder_free (decoder);
  }
  g_atomic_rc_box_release_full (pool, sphinx_pool_clear);

  return NULL;
}

/* With the lock held. */
static void
sphinx_pool_add_thread (SphinxPool *pool)
{
  pool->n_threads++;
  g_thread_unref (g_thread_new (
      "vowel-sphinx", sphinx_pool_thread, g_atomic_rc_box_acquire (pool)));
}

/* With shared_lock held. */
static SphinxPool *
sphinx_pool_new (const SphinxConfig *config, gchar *key)
{
  SphinxPool *pool = g_atomic_rc_box_new0 (SphinxPool);

  pool->config = sphinx_config_copy (config);
  pool->key = key;
  g_mutex_init (&pool->lock);
  g_cond_init (&pool->cond);
  g_queue_init (&pool->waiting);
  pool->users = g_ptr_array_new_with_free_func (sphinx_user_free);
  g_hash_table_insert (shared, pool->key, pool);

  return pool;
}

SphinxPool *
sphinx_pool_ref_shared (const SphinxConfig *config, guint size,
    SphinxPoolFailed failed, gpointer user_data, GDestroyNotify notify)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&shared_lock);
  g_autofree gchar *key = sphinx_config_get_key (config);
  SphinxUser *user = g_new0 (SphinxUser, 1);
  SphinxPool *pool;

  user->failed = failed;
  user->user_data = user_data;
  user->notify = notify;

  if (shared == NULL)
    shared = g_hash_table_new (g_str_hash, g_str_equal);
  pool = g_hash_table_lookup (shared, key);
  if (pool == NULL)
    pool = sphinx_pool_new (config, g_steal_pointer (&key));
  else
    g_atomic_rc_box_acquire (pool);

  g_mutex_lock (&pool->lock);
  pool->size = pool->users->len > 0 ? MAX (pool->size, size) : size;
  g_ptr_array_add (pool->users, user);
  if (pool->n_threads == 0)
    sphinx_pool_add_thread (pool);
  g_mutex_unlock (&pool->lock);

  return pool;
}

void
sphinx_pool_unref (SphinxPool *pool, gpointer user_data)
{
  SphinxUser *user = NULL;

  g_mutex_lock (&pool->lock);
  for (guint i = 0; i < pool->users->len && user == NULL; i++) {
    if (((SphinxUser *) g_ptr_array_index (pool->users, i))->user_data
        == user_data)
      user = g_ptr_array_steal_index_fast (pool->users, i);
  }
  g_cond_broadcast (&pool->cond);
  g_mutex_unlock (&pool->lock);

  if (user != NULL)
    sphinx_user_free (user);
  g_atomic_rc_box_release_full (pool, sphinx_pool_clear);
}

SphinxRecognition *
sphinx_recognition_begin (SphinxPool *pool, gboolean interim,
    SphinxRecognized recognized, gpointer user_data, GDestroyNotify notify)
{
  SphinxRecognition *self = g_atomic_rc_box_new0 (SphinxRecognition);
  g_autoptr (GError) error = NULL;

  self->pool = g_atomic_rc_box_acquire (pool);
  self->interim = interim;
  self->recognized = recognized;
  self->user_data = user_data;
  self->notify = notify;
  self->audio = g_byte_array_new ();

  g_mutex_lock (&pool->lock);
  if (pool->error != NULL) {
    error = g_error_copy (pool->error);
  } else {
    sphinx_pool_enqueue (pool, self);
    if (pool->waiting.length > pool->n_idle && pool->n_threads < pool->size)
      sphinx_pool_add_thread (pool);
    g_cond_broadcast (&pool->cond);
  }
  g_mutex_unlock (&pool->lock);

  if (error != NULL)
    recognized (NULL, TRUE, error, user_data);

  return self;
}

void
sphinx_recognition_feed (
    SphinxRecognition *self, gconstpointer samples, gsize size)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->pool->lock);
  gsize before = self->audio->len / CHUNK_BYTES;

  g_byte_array_append (self->audio, samples, size);
  if (!self->waiting && self->audio->len / CHUNK_BYTES > before)
    g_cond_broadcast (&self->pool->cond);
}

void
sphinx_recognition_end (SphinxRecognition *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->pool->lock);

  if (self->ended)
    return;
  self->ended = TRUE;
  if (self->waiting)
    self->pool->n_complete++;
  g_cond_broadcast (&self->pool->cond);
}

void
sphinx_recognition_cancel (SphinxRecognition *self)
{
  SphinxPool *pool = self->pool;
  GList *link;

  g_mutex_lock (&pool->lock);
  self->cancelled = TRUE;
  link = self->waiting ? g_queue_find (&pool->waiting, self) : NULL;
  if (link != NULL)
    sphinx_pool_dequeue (pool, link);
  g_cond_broadcast (&pool->cond);
  g_mutex_unlock (&pool->lock);

  if (link != NULL)
    sphinx_recognition_unref (self);
}
