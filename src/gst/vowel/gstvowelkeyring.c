/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "config.h"

#include "gstvowelkeyring-priv.h"

#include <gst/gst.h>

#include "gstvowelerror.h"
#include "gstvowelsecret.h"

#ifdef HAVE_LIBSECRET

#include <libsecret/secret.h>
#include <string.h>

GST_DEBUG_CATEGORY_STATIC (vowel_secret_debug);
#define GST_CAT_DEFAULT vowel_secret_debug

#define SERVICE "org.freedesktop.secrets"
#define WAIT_MS 3000

static const SecretSchema schema = {
    "org.vowel_gst.ApiKey",
    SECRET_SCHEMA_NONE,
    {{"provider", SECRET_SCHEMA_ATTRIBUTE_STRING}, {NULL, 0}},
};

/* One question to the service, which another thread asks: whoever waits may
 * give up. */
typedef struct {
  gatomicrefcount references;
  GCancellable *cancellable;

  GMutex lock;
  GCond cond;
  gboolean done;    /* protected by lock */
  GHashTable *keys; /* protected by lock */
} Question;

static void
question_unref (Question *question)
{
  if (!g_atomic_ref_count_dec (&question->references))
    return;
  g_clear_pointer (&question->keys, g_hash_table_unref);
  g_object_unref (question->cancellable);
  g_mutex_clear (&question->lock);
  g_cond_clear (&question->cond);
  g_free (question);
}

static void
init_debug (void)
{
  static gsize once;

  if (g_once_init_enter (&once)) {
    GST_DEBUG_CATEGORY_INIT (
        vowel_secret_debug, "vowel-secret", 0, "keys from the keyring");
    g_once_init_leave (&once, 1);
  }
}

/* Whether GDBus would find a bus without starting one. */
static gboolean
has_bus (void)
{
  const gchar *address = g_getenv ("DBUS_SESSION_BUS_ADDRESS");
  g_autofree gchar *socket = NULL;

  if (address != NULL && *address != '\0')
    return TRUE;
  socket = g_build_filename (g_get_user_runtime_dir (), "bus", NULL);
  return g_file_test (socket, G_FILE_TEST_EXISTS);
}

static gboolean
call_bus (GDBusConnection *bus, const gchar *method, GVariant *parameters,
    const gchar *type, GCancellable *cancellable, GVariant **ret_answer)
{
  *ret_answer = g_dbus_connection_call_sync (bus, "org.freedesktop.DBus",
      "/org/freedesktop/DBus", "org.freedesktop.DBus", method, parameters,
      G_VARIANT_TYPE (type), G_DBUS_CALL_FLAGS_NONE, WAIT_MS, cancellable,
      NULL);
  return *ret_answer != NULL;
}

/* Runs, or can be started. */
static gboolean
has_service (GCancellable *cancellable)
{
  g_autoptr (GDBusConnection) bus =
      g_bus_get_sync (G_BUS_TYPE_SESSION, cancellable, NULL);
  g_autoptr (GVariant) owned = NULL;
  g_autoptr (GVariant) activatable = NULL;
  g_autofree const gchar **names = NULL;
  gboolean has_owner = FALSE;

  if (bus == NULL)
    return FALSE;
  /* The end of the bus is not the end of a server. */
  g_dbus_connection_set_exit_on_close (bus, FALSE);
  if (call_bus (bus, "NameHasOwner", g_variant_new ("(s)", SERVICE), "(b)",
          cancellable, &owned))
    g_variant_get (owned, "(b)", &has_owner);
  if (has_owner)
    return TRUE;
  if (!call_bus (
          bus, "ListActivatableNames", NULL, "(as)", cancellable, &activatable))
    return FALSE;
  g_variant_get (activatable, "(^a&s)", &names);
  return g_strv_contains (names, SERVICE);
}

static void
add_key (GHashTable *keys, SecretRetrievable *item, GCancellable *cancellable)
{
  g_autoptr (GHashTable) attributes = secret_retrievable_get_attributes (item);
  const gchar *name = g_hash_table_lookup (attributes, "provider");
  SecretValue *value =
      secret_retrievable_retrieve_secret_sync (item, cancellable, NULL);
  const gchar *text = value != NULL ? secret_value_get_text (value) : NULL;

  if (name != NULL && text != NULL)
    g_hash_table_replace (keys, g_strdup (name), g_strdup (text));
  g_clear_pointer (&value, secret_value_unref);
}

static GHashTable *
ask (GCancellable *cancellable)
{
  g_autoptr (GHashTable) keys = g_hash_table_new_full (
      g_str_hash, g_str_equal, g_free, (GDestroyNotify) gst_vowel_secret_free);
  g_autoptr (GError) error = NULL;
  GList *items;

  if (!has_service (cancellable))
    return NULL;
  items = secret_password_search_sync (&schema,
      SECRET_SEARCH_ALL | SECRET_SEARCH_LOAD_SECRETS, cancellable, &error,
      NULL);
  if (error != NULL) {
    GST_INFO ("the keyring cannot be read: %s", error->message);
    return NULL;
  }
  for (GList *l = items; l != NULL; l = l->next)
    add_key (keys, l->data, cancellable);
  g_list_free_full (items, g_object_unref);
  GST_INFO ("the keyring has keys of %u providers", g_hash_table_size (keys));
  return g_steal_pointer (&keys);
}

static gpointer
answer (gpointer data)
{
  Question *question = data;
  GHashTable *keys = ask (question->cancellable);

  g_mutex_lock (&question->lock);
  question->keys = keys;
  question->done = TRUE;
  g_cond_signal (&question->cond);
  g_mutex_unlock (&question->lock);
  question_unref (question);
  return NULL;
}

GHashTable *
gst_vowel_keyring_load (void)
{
  gint64 deadline = g_get_monotonic_time () + WAIT_MS * G_TIME_SPAN_MILLISECOND;
  Question *question;
  GHashTable *keys;

  if (!has_bus ())
    return NULL;
  init_debug ();
  question = g_new0 (Question, 1);
  g_atomic_ref_count_init (&question->references);
  g_atomic_ref_count_inc (&question->references);
  question->cancellable = g_cancellable_new ();
  g_mutex_init (&question->lock);
  g_cond_init (&question->cond);
  g_thread_unref (g_thread_new ("vowel-keyring", answer, question));
  g_mutex_lock (&question->lock);
  while (!question->done
         && g_cond_wait_until (&question->cond, &question->lock, deadline))
    ;
  keys = g_steal_pointer (&question->keys);
  if (!question->done) {
    GST_WARNING ("the keyring does not answer");
    g_cancellable_cancel (question->cancellable);
  }
  g_mutex_unlock (&question->lock);
  question_unref (question);
  return keys;
}

static gboolean
check_service (GError **error)
{
  init_debug ();
  if (has_bus () && has_service (NULL))
    return TRUE;
  g_set_error (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_NOT_FOUND,
      "There is no keyring in this session: start one (gnome-keyring-daemon), "
      "or put the key into the environment or a systemd credential");
  return FALSE;
}

gboolean
gst_vowel_keyring_store (const gchar *name, const gchar *secret, GError **error)
{
  g_autofree gchar *label = g_strdup_printf ("vowel-gst: key of %s", name);

  return check_service (error)
         && secret_password_store_sync (&schema, SECRET_COLLECTION_DEFAULT,
             label, secret, NULL, error, "provider", name, NULL);
}

gboolean
gst_vowel_keyring_clear (const gchar *name, GError **error)
{
  return check_service (error)
         && secret_password_clear_sync (
             &schema, NULL, error, "provider", name, NULL);
}

#else

static gboolean
refuse (GError **error)
{
  g_set_error_literal (error, GST_VOWEL_ERROR, GST_VOWEL_ERROR_NOT_FOUND,
      "Built without libsecret: put the key into the environment or a systemd "
      "credential");
  return FALSE;
}

GHashTable *
gst_vowel_keyring_load (void)
{
  return NULL;
}

gboolean
gst_vowel_keyring_store (const gchar *name, const gchar *secret, GError **error)
{
  return refuse (error);
}

gboolean
gst_vowel_keyring_clear (const gchar *name, GError **error)
{
  return refuse (error);
}

#endif
