/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "audio-format.h"

#include <glib-object.h>

G_BEGIN_DECLS

typedef enum {
  VOWEL_ITEM_MESSAGE,
  VOWEL_ITEM_FUNCTION_CALL,
  VOWEL_ITEM_FUNCTION_CALL_OUTPUT,
} VowelItemType;

typedef enum {
  VOWEL_ROLE_SYSTEM,
  VOWEL_ROLE_USER,
  VOWEL_ROLE_ASSISTANT,
} VowelRole;

typedef enum {
  VOWEL_ITEM_IN_PROGRESS,
  VOWEL_ITEM_COMPLETED,
  VOWEL_ITEM_INCOMPLETE,
} VowelItemStatus;

typedef enum {
  VOWEL_PART_TEXT,
  VOWEL_PART_AUDIO, /* spoken, by the user or by the assistant */
  VOWEL_PART_IMAGE,
} VowelPartType;

/**
 * VowelPart:
 * @type: what it is
 * @text: (nullable): the text; for audio its transcript (%NULL: not known yet)
 * @audio: (nullable): the sound, mono, when it was kept
 * @audio_rate: its rate
 * @audio_encoding: how its samples are written
 * @audio_ms: how long the sound is, kept or not
 * @image_url: (nullable): a data URI
 * @image_detail: (nullable): how closely it is to be seen: "auto", "low",
 * "high"
 */
typedef struct {
  VowelPartType type;
  GString *text;
  GByteArray *audio;
  guint audio_rate;
  VowelEncoding audio_encoding;
  guint audio_ms;
  gchar *image_url;
  gchar *image_detail;
} VowelPart;

/**
 * VowelItem:
 *
 * One entry of a conversation. Reference counted; owned and changed on the
 * session's thread only. Whoever wants it as it was at an event reads it inside
 * the event callback.
 */
typedef struct {
  gatomicrefcount ref_count;

  gchar *id;
  VowelItemType type;
  VowelRole role;
  VowelItemStatus status;
  GPtrArray *parts; /* (element-type VowelPart), messages only */

  /* function calls and their outputs */
  gchar *call_id;
  gchar *name;
  GString *arguments;
  gchar *output;
  gboolean is_routed;  /* a call of the model, which only its owner answers */
  gconstpointer owner; /* (nullable): of it, to be compared only */
  gboolean stand_in;   /* this output is the server's, for want of the tool's */

  /* Said for want of an answer: the model is not given it. */
  gboolean is_apology;
  /* Nor this, which is a message, or an output for a sub-agent. */
  gboolean is_aside;

  /* The part of an assistant's spoken text that the model may remember: all of
   * it (G_MAXUINT), or what had been heard when it was interrupted. */
  guint heard_chars;
} VowelItem;

#define VOWEL_TYPE_ITEM (vowel_item_get_type ())
GType vowel_item_get_type (void);

/* @id: NULL to make one ("item_" and 21 letters or digits). */
VowelItem *vowel_item_new_message (const gchar *id, VowelRole role);
VowelItem *vowel_item_new_function_call (
    const gchar *id, const gchar *call_id, const gchar *name);
VowelItem *vowel_item_new_function_call_output (
    const gchar *id, const gchar *call_id, const gchar *output);
VowelItem *vowel_item_ref (VowelItem *item);
void vowel_item_unref (VowelItem *item);
VowelPart *vowel_item_add_part (
    VowelItem *item, VowelPartType type, const gchar *text);
VowelPart *vowel_item_get_part (VowelItem *item, guint index);
/* All text and transcripts, joined by a space. */
gchar *vowel_item_dup_text (VowelItem *item);
/* The item as the model may remember it: speech cut to what was heard.  The
 * item itself when all of it was. */
VowelItem *vowel_item_copy_heard (VowelItem *item);
/* At most the first @chars code points of @text, without a broken word or
 * space at the end. */
gchar *vowel_text_cut (const gchar *text, guint chars);

/* "prefix" and random letters and digits, like "resp_Kd93…"; 21 of them. */
gchar *vowel_make_id (const gchar *prefix);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (VowelItem, vowel_item_unref)

G_END_DECLS
