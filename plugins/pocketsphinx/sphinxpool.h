/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "sphinxdecoder.h"

G_BEGIN_DECLS

/*
 * SphinxPool:
 *
 * The decoders of one configuration, each with a thread of its own; all
 * elements of the process share them. Reference counted; any thread.
 *
 * An utterance that is complete goes before one that is still being spoken:
 * those use decoders that would otherwise be idle, and give them up (their
 * audio is kept, and decoded again later) when a complete one waits.
 */
typedef struct _SphinxPool SphinxPool;

/* On a decoder's thread: the models or the grammar cannot be loaded. Must not
 * call the pool. */
typedef void (*SphinxPoolFailed) (const GError *error, gpointer user_data);

/* The configuration's pool, made when there is none; while it is in use it
 * grows to the largest @size asked for. Loading begins at once. @failed is
 * called at most once, and never after sphinx_pool_unref(). */
SphinxPool *sphinx_pool_ref_shared (const SphinxConfig *config, guint size,
    SphinxPoolFailed failed, gpointer user_data, GDestroyNotify notify);
/* @user_data: the one given to sphinx_pool_ref_shared() */
void sphinx_pool_unref (SphinxPool *pool, gpointer user_data);

/*
 * SphinxRecognition:
 *
 * One utterance on its way through a pool. Reference counted; any thread, in
 * the order begin, feed, end or cancel.
 */
typedef struct _SphinxRecognition SphinxRecognition;

/* On a decoder's thread: interim texts, then the final one, or (@text NULL) an
 * error. Nothing follows the final text or the error. */
typedef void (*SphinxRecognized) (
    const gchar *text, gboolean final, const GError *error, gpointer user_data);

SphinxRecognition *sphinx_recognition_begin (SphinxPool *pool, gboolean interim,
    SphinxRecognized recognized, gpointer user_data, GDestroyNotify notify);
void sphinx_recognition_feed (
    SphinxRecognition *recognition, gconstpointer samples, gsize size);
void sphinx_recognition_end (SphinxRecognition *recognition);
/* Lets the decoder go; a callback may still be on its way. */
void sphinx_recognition_cancel (SphinxRecognition *recognition);
void sphinx_recognition_unref (SphinxRecognition *recognition);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SphinxRecognition, sphinx_recognition_unref)

G_END_DECLS
