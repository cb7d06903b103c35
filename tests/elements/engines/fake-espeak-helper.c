/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Speaks the language of espeakprotocol.h and "says" each text as 1000
 * samples, in two frames, whose values count upwards. It behaves as the text
 * asks:
 *  "die once": ends between the two frames, but only if the file in
 *    FAKE_ESPEAK_STATE does not exist yet (it makes it)
 *  "die": ends between the two frames, always
 *  "hang": says nothing any more
 *  "nonsense": sends a frame that is none
 */

#include <fcntl.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "espeakprotocol.h"

#define N_SAMPLES 1000

static void
send_all (const void *data, size_t size)
{
  if (write (STDOUT_FILENO, data, size) != (ssize_t) size)
    exit (EXIT_FAILURE);
}

static void
send_frame (uint8_t kind, const uint8_t *payload, uint32_t size)
{
  uint8_t head[ESPEAK_FRAME_HEADER];

  espeak_put_u32 (head, size);
  head[4] = kind;
  send_all (head, sizeof (head));
  send_all (payload, size);
}

static void
send_samples (uint32_t job, unsigned from, unsigned to)
{
  uint8_t payload[8 + 2 * N_SAMPLES];

  espeak_put_u32 (payload, job);
  espeak_put_u32 (payload + 4, 22050);
  for (unsigned i = from; i < to; i++) {
    payload[8 + 2 * (i - from)] = i;
    payload[9 + 2 * (i - from)] = i >> 8;
  }
  send_frame (ESPEAK_AUDIO, payload, 8 + 2 * (to - from));
}

static void
read_all (void *data, size_t size)
{
  uint8_t *p = data;

  while (size > 0) {
    ssize_t n = read (STDIN_FILENO, p, size);

    if (n <= 0)
      exit (EXIT_SUCCESS);
    p += n;
    size -= n;
  }
}

static bool
first_time (void)
{
  int fd =
      open (getenv ("FAKE_ESPEAK_STATE"), O_CREAT | O_EXCL | O_WRONLY, 0600);

  if (fd < 0)
    return false;
  close (fd);
  return true;
}

static void
speak (const uint8_t *payload, uint32_t size)
{
  uint32_t job = espeak_get_u32 (payload);
  uint32_t voice_size = espeak_get_u32 (payload + 16);
  char text[64] = {0};

  memcpy (text, payload + 20 + voice_size,
      size - 20 - voice_size < sizeof (text) - 1 ? size - 20 - voice_size
                                                 : sizeof (text) - 1);
  if (strstr (text, "hang") != NULL)
    return;
  if (strstr (text, "nonsense") != NULL) {
    send_frame ('?', payload, 4);
    return;
  }
  send_samples (job, 0, N_SAMPLES / 2);
  if (strstr (text, "die") != NULL
      && (strstr (text, "once") == NULL || first_time ()))
    exit (EXIT_FAILURE);
  send_samples (job, N_SAMPLES / 2, N_SAMPLES);
  send_frame (ESPEAK_END, payload, 4);
}

int
main (void)
{
  static uint8_t payload[ESPEAK_FRAME_MAX];
  uint8_t head[ESPEAK_FRAME_HEADER];

  send_frame (ESPEAK_READY, NULL, 0);
  for (;;) {
    uint32_t size;

    read_all (head, sizeof (head));
    size = espeak_get_u32 (head);
    if (size > sizeof (payload))
      return EXIT_FAILURE;
    read_all (payload, size);
    if (head[4] == ESPEAK_SPEAK)
      speak (payload, size);
  }
}
