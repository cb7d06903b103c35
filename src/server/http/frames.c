/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "frames.h"

#include <string.h>

#define FIN 0x80
#define OPCODE 0x0f
#define TEXT 0x1
#define FIRST_CONTROL 0x8
#define MASKED 0x80
#define LENGTH 0x7f
#define MASK_SIZE 4
#define HIGH_BITS G_GUINT64_CONSTANT (0x8080808080808080)

static gsize
head_size (guint8 second)
{
  gsize size = 2 + (second & MASKED ? MASK_SIZE : 0);

  if ((second & LENGTH) == 126)
    size += 2;
  else if ((second & LENGTH) == 127)
    size += 8;
  return size;
}

/* @head is whole. */
static guint64
payload_length (const guint8 *head)
{
  guint64 length = head[1] & LENGTH;
  guint n = length == 126 ? 2 : length == 127 ? 8 : 0;

  if (n == 0)
    return length;
  length = 0;
  for (guint i = 0; i < n; i++)
    length = length << 8 | head[2 + i];
  return length;
}

/* Masking is its own reverse.  Returns whether the result is all ASCII. */
static gboolean
unmask (guint8 *data, gsize length, const guint8 *mask)
{
  guint64 wide_mask, seen = 0;
  gsize i;

  memcpy (&wide_mask, mask, MASK_SIZE);
  memcpy ((guint8 *) &wide_mask + MASK_SIZE, mask, MASK_SIZE);
  for (i = 0; i + sizeof wide_mask <= length; i += sizeof wide_mask) {
    guint64 word;

    memcpy (&word, data + i, sizeof word);
    word ^= wide_mask;
    seen |= word;
    memcpy (data + i, &word, sizeof word);
  }
  for (; i < length; i++) {
    data[i] ^= mask[i % MASK_SIZE];
    seen |= data[i];
  }
  return (seen & HIGH_BITS) == 0;
}

gsize
vowel_frames_take_text (VowelFrames *frames, guint8 *data, gsize length,
    guint64 max, const gchar **ret_text, gsize *ret_length)
{
  guint64 payload;
  const guint8 *mask;
  gsize head;

  if (frames->n_head > 0 || frames->left > 0 || frames->in_message || length < 2
      || data[0] != (FIN | TEXT) || !(data[1] & MASKED))
    return 0;
  head = head_size (data[1]);
  if (length < head)
    return 0;
  payload = payload_length (data);
  /* A length that is longer than it need be is for wslay to refuse. */
  if (payload > max || payload > length - head
      || ((data[1] & LENGTH) == 126 && payload < 126)
      || ((data[1] & LENGTH) == 127 && payload <= G_MAXUINT16))
    return 0;

  mask = data + head - MASK_SIZE;
  if (!unmask (data + head, payload, mask)) {
    unmask (data + head, payload, mask);
    return 0;
  }
  *ret_text = (const gchar *) data + head;
  *ret_length = payload;
  return head + payload;
}

static void
begin_frame (VowelFrames *frames)
{
  guint8 opcode = frames->head[0] & OPCODE;

  frames->left = payload_length (frames->head);
  frames->n_head = 0;
  if (opcode < FIRST_CONTROL)
    frames->in_message = !(frames->head[0] & FIN);
}

gsize
vowel_frames_pass (VowelFrames *frames, const guint8 *data, gsize length)
{
  gsize passed = 0;

  while (frames->left == 0 && passed < length) {
    frames->head[frames->n_head++] = data[passed++];
    if (frames->n_head >= 2 && frames->n_head == head_size (frames->head[1])) {
      begin_frame (frames);
      break;
    }
  }
  if (frames->n_head == 0) {
    gsize n = MIN (frames->left, length - passed);

    frames->left -= n;
    passed += n;
  }
  return passed;
}
