/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include "fakework.h"

#include <string.h>

#define FAKE_TYPE_MODE (fake_mode_get_type ())
static GType fake_mode_get_type (void);
G_DEFINE_ENUM_TYPE (FakeMode, fake_mode, G_DEFINE_ENUM_VALUE (FAKE_OK, "ok"),
    G_DEFINE_ENUM_VALUE (FAKE_FAIL, "fail"),
    G_DEFINE_ENUM_VALUE (FAKE_REFUSE, "refuse"),
    G_DEFINE_ENUM_VALUE (FAKE_NEVER, "never"),
    G_DEFINE_ENUM_VALUE (FAKE_HOLD, "hold"))

#define FAKE_TYPE_ERROR (fake_error_get_type ())
static GType fake_error_get_type (void);
G_DEFINE_ENUM_TYPE (GstVowelError, fake_error,
    G_DEFINE_ENUM_VALUE (GST_VOWEL_ERROR_AUTH, "auth"),
    G_DEFINE_ENUM_VALUE (GST_VOWEL_ERROR_BAD_REQUEST, "bad-request"),
    G_DEFINE_ENUM_VALUE (GST_VOWEL_ERROR_NOT_FOUND, "not-found"),
    G_DEFINE_ENUM_VALUE (GST_VOWEL_ERROR_OVERLOADED, "overloaded"))

#define FAKE_WORK_KEY "fake-work"

static void
release (GstVowelProviderElement *element)
{
  FakeWork *work = g_object_get_data (G_OBJECT (element), FAKE_WORK_KEY);

  gst_vowel_worker_call (
      gst_vowel_provider_element_get_worker (element), work->release, element);
}

void
fake_work_class_init (GObjectClass *object_class, goffset offset)
{
  const GParamFlags readwrite = G_PARAM_READWRITE | G_PARAM_STATIC_STRINGS;
  const GParamFlags readable = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  gst_vowel_field_install (object_class, FAKE_PROP_MODE,
      g_param_spec_enum (
          "mode", "Mode", "What to do", FAKE_TYPE_MODE, FAKE_OK, readwrite),
      offset + G_STRUCT_OFFSET (FakeWork, mode));
  gst_vowel_field_install (object_class, FAKE_PROP_WHEN,
      g_param_spec_string ("when", "When",
          "Do that only for texts with this in them; unset = for all", NULL,
          readwrite),
      offset + G_STRUCT_OFFSET (FakeWork, when));
  gst_vowel_field_install (object_class, FAKE_PROP_ERROR,
      g_param_spec_enum ("error", "Error", "How to fail", FAKE_TYPE_ERROR,
          GST_VOWEL_ERROR_OVERLOADED, readwrite),
      offset + G_STRUCT_OFFSET (FakeWork, error));
  gst_vowel_field_install (object_class, FAKE_PROP_FAILURES,
      g_param_spec_uint ("failures", "Failures", "How many tries fail", 0,
          G_MAXUINT, G_MAXUINT, readwrite),
      offset + G_STRUCT_OFFSET (FakeWork, failures));
  gst_vowel_field_install (object_class, FAKE_PROP_TRIES,
      g_param_spec_uint ("tries", "Tries", "How often it was asked", 0,
          G_MAXUINT, 0, readable),
      offset + G_STRUCT_OFFSET (FakeWork, tries));
  gst_vowel_field_install (object_class, FAKE_PROP_CANCELLED,
      g_param_spec_uint ("cancelled", "Cancelled", "How much was cancelled", 0,
          G_MAXUINT, 0, readable),
      offset + G_STRUCT_OFFSET (FakeWork, cancelled));
  gst_vowel_field_install (object_class, FAKE_PROP_HELD,
      g_param_spec_uint ("held", "Held", "How much waits for a release", 0,
          G_MAXUINT, 0, readable),
      offset + G_STRUCT_OFFSET (FakeWork, n_held));
  gst_vowel_field_install (object_class, FAKE_PROP_BASE_URL,
      g_param_spec_string ("base-url", "Base URL",
          "Where it pretends to be; unset = not a service", NULL, readwrite),
      offset + G_STRUCT_OFFSET (FakeWork, base_url));
  gst_vowel_field_install (object_class, FAKE_PROP_PROFILE,
      g_param_spec_string (
          "profile", "Profile", "What it is called", NULL, readwrite),
      offset + G_STRUCT_OFFSET (FakeWork, profile));
  g_signal_new_class_handler ("release", G_TYPE_FROM_CLASS (object_class),
      G_SIGNAL_RUN_LAST | G_SIGNAL_ACTION, G_CALLBACK (release), NULL, NULL,
      NULL, G_TYPE_NONE, 0);
}

void
fake_work_init (FakeWork *work, gpointer element, GDestroyNotify unref,
    GstVowelWorkerFunc release)
{
  work->element = GST_ELEMENT (element);
  g_object_set_data (element, FAKE_WORK_KEY, work);
  work->error = GST_VOWEL_ERROR_OVERLOADED;
  work->failures = G_MAXUINT;
  work->unref = unref;
  work->release = release;
  work->held = g_ptr_array_new_with_free_func (unref);
}

void
fake_work_clear (FakeWork *work)
{
  g_clear_pointer (&work->held, g_ptr_array_unref);
  g_clear_pointer (&work->when, g_free);
  g_clear_pointer (&work->base_url, g_free);
  g_clear_pointer (&work->profile, g_free);
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
  if ((mode == FAKE_FAIL || mode == FAKE_REFUSE)
      && work->tries > work->failures)
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
