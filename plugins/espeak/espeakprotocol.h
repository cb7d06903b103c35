/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <stdint.h>

/*
 * What espeaktts and its helper program say to each other over the helper's
 * standard input and output. Both sides send frames: the payload's size
 * (uint32), a kind (uint8), the payload. Numbers are little endian.
 *
 * The helper first sends READY. Then, one at a time, it gets a SPEAK and
 * answers with AUDIO and WORD frames and one END, or with one ERROR. A CANCEL
 * may come at any time; the job that it names still ends with an END, soon.
 * The helper exits at the end of its input.
 */

#define ESPEAK_FRAME_HEADER 5
#define ESPEAK_FRAME_MAX (1024 * 1024)

enum {
  /* To the helper. */
  ESPEAK_SPEAK = 'S',  /* job, words per minute, pitch 0-100, volume 0-200,
                          size of the voice's name (all uint32), the name,
                          the text in UTF-8 */
  ESPEAK_CANCEL = 'C', /* job */

  /* From the helper. */
  ESPEAK_READY = 'R', /* nothing */
  ESPEAK_AUDIO = 'A', /* job, sample rate, S16LE samples */
  ESPEAK_WORD = 'W',  /* job, character of the text from 0, sample */
  ESPEAK_END = 'E',   /* job */
  ESPEAK_ERROR = 'X', /* job (0: the helper itself failed, and exits), a
                          message */
};

static inline void
espeak_put_u32 (uint8_t *data, uint32_t value)
{
  data[0] = value;
  data[1] = value >> 8;
  data[2] = value >> 16;
  data[3] = value >> 24;
}

static inline uint32_t
espeak_get_u32 (const uint8_t *data)
{
  return data[0] | (uint32_t) data[1] << 8 | (uint32_t) data[2] << 16
         | (uint32_t) data[3] << 24;
}
