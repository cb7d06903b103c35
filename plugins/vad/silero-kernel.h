/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

/*
 * The arithmetic of the Silero network.  silero-kernel.c is compiled several
 * times, once per vector width, for different CPUs; hence this header includes
 * nothing that could bring in code shared between those objects.
 */

#define VAD_SILERO_HIDDEN 128
#define VAD_SILERO_MAX_CONTEXT 64
#define VAD_SILERO_MAX_WINDOW 512
#define VAD_SILERO_MAX_FFT 256
#define VAD_SILERO_MAX_BINS (VAD_SILERO_MAX_FFT / 2 + 1)
#define VAD_SILERO_ALIGNMENT 64

/* One network, packed for one kernel (see its block sizes); every pointer is
 * VAD_SILERO_ALIGNMENT-aligned.  Packed weights have the outputs of a block
 * innermost: [outputs / block][inputs][block]. */
typedef struct {
  unsigned n_fft;   /* 256 at 16 kHz, 128 at 8 kHz */
  unsigned hop;     /* n_fft / 2 */
  unsigned bins;    /* n_fft / 2 + 1 */
  unsigned context; /* n_fft / 4 */
  unsigned window;  /* 2 * n_fft */

  float *hann;    /* [n_fft] */
  float *twiddle; /* [n_fft][2], exp(-2 pi i k / n_fft) */

  float *conv0;      /* [128 / width][bins][3][width] */
  float *conv0_bias; /* [128] */
  float *conv1;      /* [64 / (2 width)][128][3][2 width] */
  float *conv1_bias; /* [64] */
  float *conv2;      /* taps 1, 2 as a matrix: 64 <- (2 x 64) */
  float *conv2_bias; /* [64] */
  float *conv3;      /* tap 1 as a matrix: 128 <- 64 */
  float *conv3_bias; /* [128] */
  float *lstm;       /* 512 <- (input 128, hidden 128) */
  float *lstm_bias;  /* [512], both biases summed */
  float *out;        /* [128] */
  float out_bias;
} VadSileroNetwork;

/* What one stream carries from window to window; zeros at the start. */
typedef struct {
  float context[VAD_SILERO_MAX_CONTEXT];
  float hidden[VAD_SILERO_HIDDEN];
  float cell[VAD_SILERO_HIDDEN];
} VadSileroState;

/* A window of samples (-1 to 1) of one stream. */
typedef struct {
  VadSileroState *state;
  const float *samples;
  float probability; /* out: that it holds speech */
} VadSileroItem;

typedef struct {
  const char *name;
  unsigned width;        /* floats per vector */
  unsigned matrix_block; /* outputs per block of the matrices */
  unsigned lanes;        /* windows that cost least together */

  /* The windows must be of different streams. */
  void (*infer) (
      const VadSileroNetwork *network, VadSileroItem *items, unsigned n);
} VadSileroKernel;

extern const VadSileroKernel vad_silero_kernel_w4;
extern const VadSileroKernel vad_silero_kernel_w8;
extern const VadSileroKernel vad_silero_kernel_w16;
