/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/vowel/vowel.h>

G_BEGIN_DECLS

/*
 * What all fakes have in common: the mode (see fakes.h), counters, what is held
 * back, and the properties for it, all of them fields.
 */
typedef enum {
  FAKE_OK,
  FAKE_FAIL,
  FAKE_REFUSE,
  FAKE_NEVER,
  FAKE_HOLD,
} FakeMode;

enum {
  FAKE_PROP_0,
  FAKE_PROP_MODE,
  FAKE_PROP_WHEN,
  FAKE_PROP_ERROR,
  FAKE_PROP_FAILURES,
  FAKE_PROP_TRIES,
  FAKE_PROP_CANCELLED,
  FAKE_PROP_HELD,
  FAKE_PROP_BASE_URL,
  FAKE_PROP_PROFILE,
  FAKE_N_PROPS, /* a fake's own begin here */
};

typedef struct {
  GstElement *element; /* (unowned) */
  GDestroyNotify unref;
  GstVowelWorkerFunc release;

  /* Protected by the element's object lock. */
  FakeMode mode;
  gchar *when;
  gint error;
  gchar *base_url;
  gchar *profile;
  guint failures;
  guint tries;
  guint cancelled;
  guint n_held;

  /* Worker thread only. */
  GPtrArray *held;
} FakeWork;

/* Installs the properties and the action "release".
 * @offset: of the FakeWork in an instance */
void fake_work_class_init (GObjectClass *object_class, goffset offset);
/* @unref: for what is held
 * @release: goes on with it, called with the element on its worker */
void fake_work_init (FakeWork *work, gpointer element, GDestroyNotify unref,
    GstVowelWorkerFunc release);
void fake_work_clear (FakeWork *work);

/* Counts a try; says what to do with it, and sets @error if that is FAIL.
 * @text: (nullable): what was asked, if that is known by now */
FakeMode fake_work_begin (FakeWork *work, const gchar *text, GError **error);
/* @item: (transfer full) */
void fake_work_hold (FakeWork *work, gpointer item);
/* (transfer full): what is held, the oldest first; nothing is from now on */
GPtrArray *fake_work_take_held (FakeWork *work);
void fake_work_count_cancelled (FakeWork *work);

G_END_DECLS
