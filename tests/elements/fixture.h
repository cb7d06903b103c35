/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/check/gstharness.h>
#include <gst/check/gsttestclock.h>
#include <gst/vowel/vowel.h>

G_BEGIN_DECLS

/*
 * Fixture: one element in a harness, on a worker whose timers go by a test
 * clock.  Nothing here waits for time to pass: fixture_sync() waits for the
 * worker to have done all that was handed to it, fixture_expect() for a message
 * (and fails after a while when none comes).
 */
typedef struct {
  GstVowelWorker *worker;
  GstTestClock *clock;
  GstBus *bus;
  GstElement *element;
  GstHarness *harness;
} Fixture;

/* @factory: or a launch line of one element */
void fixture_init (Fixture *f, const gchar *factory, const gchar *caps);
/* On the system's clock, for elements whose other end has it too. */
void fixture_init_live (Fixture *f, const gchar *factory, const gchar *caps);
void fixture_clear (Fixture *f);
void fixture_sync (Fixture *f);
void fixture_advance (Fixture *f, GstClockTime time);
/* (transfer full): the next message of that kind; others are dropped */
GstMessage *fixture_expect (Fixture *f, GstVowelMessageKind kind);
void fixture_expect_failure (
    Fixture *f, const gchar *stage, guint64 id, GstVowelError code);
/* The next failure names the element that did not say why it failed. */
void fixture_expect_refusal (Fixture *f, const gchar *stage, guint64 id);
/* None of that kind is waiting now. */
void fixture_expect_none (Fixture *f, GstVowelMessageKind kind);
void fixture_expect_eos (Fixture *f);
/* All that has been pushed so far; "[name]" for a response-end event. */
gchar *fixture_take_text (Fixture *f);
void fixture_push_text (Fixture *f, const gchar *text);
void fixture_push_delta (
    Fixture *f, const gchar *text, const gchar *id, guint64 generation);
/* fixture_take_text() gives just that. */
void fixture_expect_text (Fixture *f, const gchar *expected);
/* Of a fake: see tests/fakes/fakes.h. */
void fixture_set_mode (Fixture *f, const gchar *mode);
/* Late answers come, also what has been cancelled. */
void fixture_release (Fixture *f);
/* A flush, as in a barge-in. */
void fixture_flush (Fixture *f);
/* Stops the fake in the middle of its work, of which it has @n pieces, and
 * starts it again in mode ok. */
void fixture_restart (Fixture *f, guint n, const gchar *caps);
guint fixture_get_uint (Fixture *f, const gchar *property);

G_END_DECLS
