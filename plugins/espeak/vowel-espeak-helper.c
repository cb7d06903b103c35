/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * vowel-espeak-helper: speaks what comes in on standard input.
 *
 * espeak-ng is under the GNU General Public License, version 3 or later, and
 * keeps one voice per process. So it lives in this program of its own, under
 * the same licence; see espeakprotocol.h for what is said on its pipes.
 */

#include <errno.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <espeak-ng/speak_lib.h>

#include "espeakprotocol.h"

#define CHUNK_MS 60
#define SPEAK_HEADER 20

/* One thread; espeak-ng calls back within espeak_Synth(). */
static uint32_t current_job;
static int sample_rate;
static bool cancelled;
static bool input_closed;

static bool
write_all (const void *data, size_t size)
{
  const uint8_t *p = data;

  while (size > 0) {
    ssize_t n = write (STDOUT_FILENO, p, size);

    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return false;
    p += n;
    size -= n;
  }
  return true;
}

/* Nobody listens any longer when this fails: there is nothing left to do. */
static void
send_frame (uint8_t kind, const uint32_t *numbers, size_t n_numbers,
    const void *data, size_t size)
{
  uint8_t head[ESPEAK_FRAME_HEADER + 4 * 4];
  size_t head_size = ESPEAK_FRAME_HEADER + 4 * n_numbers;

  espeak_put_u32 (head, 4 * n_numbers + size);
  head[4] = kind;
  for (size_t i = 0; i < n_numbers; i++)
    espeak_put_u32 (head + ESPEAK_FRAME_HEADER + 4 * i, numbers[i]);
  if (!write_all (head, head_size) || !write_all (data, size))
    exit (EXIT_FAILURE);
}

static void
send_error (uint32_t job, const char *message)
{
  send_frame (ESPEAK_ERROR, &job, 1, message, strlen (message));
}

static bool
read_all (void *data, size_t size)
{
  uint8_t *p = data;

  while (size > 0) {
    ssize_t n = read (STDIN_FILENO, p, size);

    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return false;
    p += n;
    size -= n;
  }
  return true;
}

/* A frame's payload with a NUL behind it, to be freed; NULL at the end of the
 * input. */
static uint8_t *
read_frame (uint8_t *ret_kind, uint32_t *ret_size)
{
  uint8_t head[ESPEAK_FRAME_HEADER];
  uint8_t *payload;
  uint32_t size;

  if (!read_all (head, sizeof (head)))
    return NULL;
  size = espeak_get_u32 (head);
  if (size > ESPEAK_FRAME_MAX)
    return NULL;
  payload = malloc (size + 1);
  if (payload == NULL)
    return NULL;
  if (!read_all (payload, size)) {
    free (payload);
    return NULL;
  }
  payload[size] = '\0';
  *ret_kind = head[4];
  *ret_size = size;

  return payload;
}

/* While a job runs only its cancellation can arrive. */
static bool
interrupted (void)
{
  struct pollfd fd = {.fd = STDIN_FILENO, .events = POLLIN};

  while (!cancelled && poll (&fd, 1, 0) > 0) {
    uint8_t kind = 0;
    uint32_t size = 0;
    uint8_t *payload = read_frame (&kind, &size);

    if (payload == NULL)
      input_closed = cancelled = true;
    else if (kind == ESPEAK_CANCEL && size == 4)
      cancelled = espeak_get_u32 (payload) == current_job;
    free (payload);
  }
  return cancelled;
}

static int
on_audio (short *samples, int n_samples, espeak_EVENT *events)
{
  if (interrupted ())
    return 1;

  for (; events->type != espeakEVENT_LIST_TERMINATED; events++) {
    if (events->type == espeakEVENT_SAMPLERATE) {
      sample_rate = events->id.number;
    } else if (events->type == espeakEVENT_WORD && events->text_position > 0) {
      uint32_t word[] = {
          current_job, events->text_position - 1, events->sample};

      send_frame (ESPEAK_WORD, word, 3, NULL, 0);
    }
  }
  if (samples != NULL && n_samples > 0) {
    uint32_t audio[] = {current_job, sample_rate};

    send_frame (ESPEAK_AUDIO, audio, 2, samples, n_samples * sizeof (short));
  }
  return 0;
}

static void
speak (const uint8_t *payload, uint32_t size)
{
  uint32_t voice_size =
      size >= SPEAK_HEADER ? espeak_get_u32 (payload + 16) : 0;
  const char *text;
  char *voice;

  if (size < SPEAK_HEADER || voice_size > size - SPEAK_HEADER) {
    send_error (0, "malformed request");
    exit (EXIT_FAILURE);
  }
  current_job = espeak_get_u32 (payload);
  cancelled = false;
  text = (const char *) payload + SPEAK_HEADER + voice_size;
  voice = strndup ((const char *) payload + SPEAK_HEADER, voice_size);

  if (voice == NULL || espeak_SetVoiceByName (voice) != EE_OK) {
    send_error (current_job, "no such voice");
  } else if (espeak_SetParameter (espeakRATE, espeak_get_u32 (payload + 4), 0)
                 != EE_OK
             || espeak_SetParameter (
                    espeakPITCH, espeak_get_u32 (payload + 8), 0)
                    != EE_OK
             || espeak_SetParameter (
                    espeakVOLUME, espeak_get_u32 (payload + 12), 0)
                    != EE_OK
             || espeak_Synth (text, strlen (text) + 1, 0, POS_CHARACTER, 0,
                    espeakCHARS_UTF8 | espeakENDPAUSE, NULL, NULL)
                    != EE_OK) {
    /* A new process may do better. */
    send_error (0, "espeak-ng failed");
    exit (EXIT_FAILURE);
  } else {
    send_frame (ESPEAK_END, &current_job, 1, NULL, 0);
  }
  free (voice);
}

int
main (void)
{
  uint8_t kind = 0;
  uint32_t size = 0;
  uint8_t *payload;

  sample_rate = espeak_Initialize (
      AUDIO_OUTPUT_SYNCHRONOUS, CHUNK_MS, NULL, espeakINITIALIZE_DONT_EXIT);
  if (sample_rate < 0) {
    send_error (0, "espeak-ng finds no data; install espeak-ng-data");
    return EXIT_FAILURE;
  }
  espeak_SetSynthCallback (on_audio);
  send_frame (ESPEAK_READY, NULL, 0, NULL, 0);

  while (!input_closed && (payload = read_frame (&kind, &size)) != NULL) {
    if (kind == ESPEAK_SPEAK)
      speak (payload, size);
    free (payload);
  }
  espeak_Terminate ();

  return EXIT_SUCCESS;
}
