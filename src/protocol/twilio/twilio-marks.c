/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "twilio-marks.h"

/* More than can wait to be played; of a peer that returns none. */
#define MAX_MARKS 1000

typedef struct {
  gchar *name;
  gchar *item_id;
  guint audio_ms;
} Mark;

struct _VowelTwilioMarks {
  GQueue marks;   /* Mark, oldest first */
  gchar *item_id; /* (nullable): of the last one */
  guint turn;
  guint sentence;
};

static void
mark_free (Mark *mark)
{
  g_free (mark->name);
  g_free (mark->item_id);
  g_free (mark);
}

VowelTwilioMarks *
vowel_twilio_marks_new (void)
{
  VowelTwilioMarks *marks = g_new0 (VowelTwilioMarks, 1);

  g_queue_init (&marks->marks);
  return marks;
}

void
vowel_twilio_marks_free (VowelTwilioMarks *marks)
{
  vowel_twilio_marks_clear (marks);
  g_free (marks->item_id);
  g_free (marks);
}

const gchar *
vowel_twilio_marks_add (
    VowelTwilioMarks *marks, const gchar *item_id, guint audio_ms)
{
  Mark *mark = g_new0 (Mark, 1);

  if (g_strcmp0 (marks->item_id, item_id) != 0) {
    g_free (marks->item_id);
    marks->item_id = g_strdup (item_id);
    marks->turn++;
    marks->sentence = 0;
  }
  marks->sentence++;
  mark->name = g_strdup_printf ("t%u-s%u", marks->turn, marks->sentence);
  mark->item_id = g_strdup (item_id);
  mark->audio_ms = audio_ms;
  g_queue_push_tail (&marks->marks, mark);
  if (marks->marks.length > MAX_MARKS)
    mark_free (g_queue_pop_head (&marks->marks));
  return mark->name;
}

static gint
compare_name (gconstpointer mark, gconstpointer name)
{
  return g_strcmp0 (((const Mark *) mark)->name, name);
}

gboolean
vowel_twilio_marks_take (VowelTwilioMarks *marks, const gchar *name,
    gchar **ret_item_id, guint *ret_audio_ms)
{
  GList *found = g_queue_find_custom (&marks->marks, name, compare_name);
  Mark *mark;

  if (found == NULL)
    return FALSE;
  /* They come back in their order: those before it got lost. */
  while (marks->marks.head != found)
    mark_free (g_queue_pop_head (&marks->marks));
  mark = g_queue_pop_head (&marks->marks);
  *ret_item_id = g_steal_pointer (&mark->item_id);
  *ret_audio_ms = mark->audio_ms;
  mark_free (mark);
  return TRUE;
}

void
vowel_twilio_marks_clear (VowelTwilioMarks *marks)
{
  g_queue_clear_full (&marks->marks, (GDestroyNotify) mark_free);
}

gboolean
vowel_twilio_marks_is_waiting (VowelTwilioMarks *marks)
{
  return marks->marks.length > 0;
}
