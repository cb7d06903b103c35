/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "fakework.h"

#include <string.h>

#define FAKE_TYPE_MODE (fake_mode_get_type ())
static GType fake_mode_get_type (void);
G_DEFINE_ENUM_TYPE (FakeMode, fake_mode, G_DEFINE_ENUM_VALUE (FAKE_OK, "ok"),
    G_DEFINE_ENUM_VALUE (FAKE_FAIL, "fail"),
    G_DEFINE_ENUM_VALUE (FAKE_NEVER, "never"),
    G_DEFINE_ENUM_VALUE (FAKE_HOLD, "hold"))

#define FAKE_TYPE_ERROR (fake_error_get_type ())
static GType fake_error_get_type (void);
G_DEFINE_ENUM_TYPE (GstVowelError, fake_error,
    G_DEFINE_ENUM_VALUE (GST_VOWEL_ERROR_AUTH, "auth"),
    G_DEFINE_ENUM_VALUE (GST_VOWEL_ERROR_NOT_FOUND, "not-found"),
    G_DEFINE_ENUM_VALUE (GST_VOWEL_ERROR_OVERLOADED, "overloaded"))

void
fake_work_class_init (GObjectClass *object_class, GCallback release)
{
  const GParamFlags readwrite = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;
  const GParamFlags readable = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  g_object_class_install_property (object_class, FAKE_PROP_MODE,
      g_param_spec_enum (
          "mode", "Mode", "What to do", FAKE_TYPE_MODE, FAKE_OK, readwrite));
  g_object_class_install_property (object_class, FAKE_PROP_WHEN,
      g_param_spec_string ("when", "When",
          "Do that only for texts with this in them; unset = for all", NULL,
          readwrite));
  g_object_class_install_property (object_class, FAKE_PROP_ERROR,
      g_param_spec_enum ("error", "Error", "How to fail", FAKE_TYPE_ERROR,
          GST_VOWEL_ERROR_OVERLOADED, readwrite));
  g_object_class_install_property (object_class, FAKE_PROP_FAILURES,
      g_param_spec_uint ("failures", "Failures", "How many tries fail", 0,
          G_MAXUINT, G_MAXUINT, readwrite));
  g_object_class_install_property (object_class, FAKE_PROP_TRIES,
      g_param_spec_uint ("tries", "Tries", "How often it was asked", 0,
          G_MAXUINT, 0, readable));
  g_object_class_install_property (object_class, FAKE_PROP_CANCELLED,
      g_param_spec_uint ("cancelled", "Cancelled", "How much was cancelled", 0,
          G_MAXUINT, 0, readable));
  g_object_class_install_property (object_class, FAKE_PROP_HELD,
      g_param_spec_uint ("held", "Held", "How much waits for a release", 0,
          G_MAXUINT, 0, readable));
  g_signal_new_class_handler ("release", G_TYPE_FROM_CLASS (object_class),
      G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION, release, NULL, NULL, NULL,
      G_TYPE_NONE, 0);
}

void
fake_work_init (FakeWork *work, gpointer element, GDestroyNotify unref)
{
  work->element = GST_ELEMENT (element);
  work->error = GST_VOWEL_ERROR_OVERLOADED;
  work->failures = G_MAXUINT;
  work->unref = unref;
  work->held = g_ptr_array_new_with_free_func (unref);
}

void
fake_work_clear (FakeWork *work)
{
  g_clear_pointer (&work->held, g_ptr_array_unref);
  g_clear_pointer (&work->when, g_free);
}

gboolean
fake_work_set_property (FakeWork *work, guint id, const GValue *value)
{
  switch (id) {
    case FAKE_PROP_MODE:
      work->mode = g_value_get_enum (value);
      return TRUE;
    case FAKE_PROP_WHEN:
      g_free (work->when);
      work->when = g_value_dup_string (value);
      return TRUE;
    case FAKE_PROP_ERROR:
      work->error = g_value_get_enum (value);
      return TRUE;
    case FAKE_PROP_FAILURES:
      work->failures = g_value_get_uint (value);
      return TRUE;
    default:
      return FALSE;
  }
}

gboolean
fake_work_get_property (FakeWork *work, guint id, GValue *value)
{
  switch (id) {
    case FAKE_PROP_MODE:
      g_value_set_enum (value, work->mode);
      return TRUE;
    case FAKE_PROP_WHEN:
      g_value_set_string (value, work->when);
      return TRUE;
    case FAKE_PROP_ERROR:
      g_value_set_enum (value, work->error);
      return TRUE;
    case FAKE_PROP_FAILURES:
      g_value_set_uint (value, work->failures);
      return TRUE;
    case FAKE_PROP_TRIES:
      g_value_set_uint (value, work->tries);
      return TRUE;
    case FAKE_PROP_CANCELLED:
      g_value_set_uint (value, work->cancelled);
      return TRUE;
    case FAKE_PROP_HELD:
      g_value_set_uint (value, work->n_held);
      return TRUE;
    default:
      return FALSE;
  }
}

FakeMode
fake_work_begin (FakeWork *work, const gchar *text, GError **error)
{
  FakeMode mode;

  GST_OBJECT_LOCK (work->element);
  work->tries++;
  mode = work->mode;
  if (work->when != NULL && text != NULL && strstr (text, work->when) == NULL)
    mode = FAKE_OK;
  if (mode == FAKE_FAIL && work->tries > work->failures)
    mode = FAKE_OK;
  if (mode == FAKE_FAIL)
    g_set_error_literal (error, GST_VOWEL_ERROR, work->error, "Told to fail");
  GST_OBJECT_UNLOCK (work->element);
  return mode;
}

void
fake_work_hold (FakeWork *work, gpointer item)
{
  g_ptr_array_add (work->held, item);
  GST_OBJECT_LOCK (work->element);
  work->n_held = work->held->len;
  GST_OBJECT_UNLOCK (work->element);
}

GPtrArray *
fake_work_take_held (FakeWork *work)
{
  GPtrArray *held = g_steal_pointer (&work->held);

  work->held = g_ptr_array_new_with_free_func (work->unref);
  GST_OBJECT_LOCK (work->element);
  work->n_held = 0;
  GST_OBJECT_UNLOCK (work->element);
  return held;
}

void
fake_work_count_cancelled (FakeWork *work)
{
  GST_OBJECT_LOCK (work->element);
  work->cancelled++;
  GST_OBJECT_UNLOCK (work->element);
}
