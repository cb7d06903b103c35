/* SPDX-License-Identifier: LGPL-2.1-or-later */

/*
 * Compiled once per vector width: VAD_WIDTH floats per vector, KERNEL_NAME
 * for people, KERNEL_SYMBOL for the linker.  Vectors wider than the CPU's own
 * are spilled by the compiler and cost twenty times as much, so each width
 * gets the machine flags that fit (see meson.build) and no other.
 */

#include "silero-kernel.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#define HIDDEN VAD_SILERO_HIDDEN
#define FRAMES 4
#define MATRIX_BLOCK (8 * VAD_WIDTH < 64 ? 8 * VAD_WIDTH : 64)
#define MATRIX_VECTORS (MATRIX_BLOCK / VAD_WIDTH)
#define ALIGNED __attribute__ ((aligned (VAD_SILERO_ALIGNMENT)))

typedef float Vector __attribute__ ((vector_size (VAD_WIDTH * 4), may_alias));
typedef float LooseVector
    __attribute__ ((vector_size (VAD_WIDTH * 4), aligned (4), may_alias));
typedef int32_t IntVector
    __attribute__ ((vector_size (VAD_WIDTH * 4), may_alias));

/* One value of each of the four frames of a window. */
typedef float Quad __attribute__ ((vector_size (FRAMES * 4), may_alias));

typedef struct {
  Quad re;
  Quad im;
} Complex;

static inline Vector
load (const float *from)
{
  return *(const Vector *) from;
}

static inline Vector
load_loose (const float *from)
{
  return *(const LooseVector *) from;
}

static inline void
store_loose (float *to, Vector value)
{
  *(LooseVector *) to = value;
}

static inline Vector
select_vector (IntVector mask, Vector yes, Vector no)
{
  return (Vector) ((mask & (IntVector) yes) | (~mask & (IntVector) no));
}

static inline Vector
relu (Vector x)
{
  return (Vector) ((IntVector) (x > 0) & (IntVector) x);
}

/* e^x to about 2 ulp; the argument is clamped to what a float can hold. */
static inline Vector
exp_vector (Vector x)
{
  const Vector zero = {0};
  const Vector limit = zero + 87.0f;
  /* Adding 1.5 * 2^23 leaves the rounded integer in the low bits. */
  const float magic = 12582912.0f;
  Vector shifted, n, r, p;
  IntVector scale;

  x = select_vector (x > limit, limit, x);
  x = select_vector (x < -limit, -limit, x);

  shifted = x * 1.44269504f + magic;
  n = shifted - magic;
  /* ln 2 in two parts, so that the remainder keeps its precision. */
  r = x - n * 0.693359375f;
  r = r + n * 2.12194440e-4f;

  p = zero + 1.9875691500e-4f;
  p = p * r + 1.3981999507e-3f;
  p = p * r + 8.3334519073e-3f;
  p = p * r + 4.1665795894e-2f;
  p = p * r + 1.6666665459e-1f;
  p = p * r + 5.0000001201e-1f;
  p = p * r * r + r + 1.0f;

  scale = (((IntVector) shifted) << 23) + 0x3f800000;
  return p * (Vector) scale;
}

static inline Vector
sigmoid (Vector x)
{
  return 1.0f / (1.0f + exp_vector (-x));
}

static inline Vector
tanh_vector (Vector x)
{
  return 2.0f * sigmoid (2.0f * x) - 1.0f;
}

static inline Complex
rotate (Complex z, const float *twiddle)
{
  Complex ret = {z.re * twiddle[0] - z.im * twiddle[1],
      z.re * twiddle[1] + z.im * twiddle[0]};

  return ret;
}

/* Complex FFT of n_fft / 2 points over four frames at once, Stockham, radix 4
 * with a closing radix 2 where needed.  Returns the buffer that holds it. */
static Complex *
transform (const VadSileroNetwork *net, Complex *x, Complex *y)
{
  unsigned points = net->n_fft / 2;
  unsigned n, stride = 1;
  unsigned p, q;
  Complex *swap;

  for (n = points; n >= 4; n /= 4) {
    unsigned quarter = n / 4;

    for (p = 0; p < quarter; p++) {
      /* The table is in steps of 1 / n_fft, twice as fine as needed. */
      const float *w1 = net->twiddle + 2 * (2 * p * stride);
      const float *w2 = net->twiddle + 2 * (4 * p * stride);
      const float *w3 = net->twiddle + 2 * (6 * p * stride);

      for (q = 0; q < stride; q++) {
        const Complex a = x[q + stride * p];
        const Complex b = x[q + stride * (p + quarter)];
        const Complex c = x[q + stride * (p + 2 * quarter)];
        const Complex d = x[q + stride * (p + 3 * quarter)];
        const Complex sum_ac = {a.re + c.re, a.im + c.im};
        const Complex dif_ac = {a.re - c.re, a.im - c.im};
        const Complex sum_bd = {b.re + d.re, b.im + d.im};
        /* i (b - d) */
        const Complex dif_bd = {d.im - b.im, b.re - d.re};
        const Complex even = {sum_ac.re - sum_bd.re, sum_ac.im - sum_bd.im};
        const Complex minus = {dif_ac.re - dif_bd.re, dif_ac.im - dif_bd.im};
        const Complex plus = {dif_ac.re + dif_bd.re, dif_ac.im + dif_bd.im};
        Complex *out = y + q + stride * 4 * p;

        out[0].re = sum_ac.re + sum_bd.re;
        out[0].im = sum_ac.im + sum_bd.im;
        out[stride] = rotate (minus, w1);
        out[2 * stride] = rotate (even, w2);
        out[3 * stride] = rotate (plus, w3);
      }
    }
    swap = x;
    x = y;
    y = swap;
    stride *= 4;
  }

  if (n == 2) {
    for (q = 0; q < stride; q++) {
      y[q].re = x[q].re + x[q + stride].re;
      y[q].im = x[q].im + x[q + stride].im;
      y[q + stride].re = x[q].re - x[q + stride].re;
      y[q + stride].im = x[q].im - x[q + stride].im;
    }
    x = y;
  }

  return x;
}

static inline Quad
gather (const float *samples, unsigned hop)
{
  return (Quad){samples[0], samples[hop], samples[2 * hop], samples[3 * hop]};
}

/* magnitude[bin][frame] of the four Hann-windowed frames of the input. */
static void
spectrum (const VadSileroNetwork *net, const float *input, float *magnitude)
{
  Complex buffers[2][VAD_SILERO_MAX_FFT / 2] ALIGNED;
  unsigned points = net->n_fft / 2;
  unsigned i, k;
  Complex *z;

  /* A real transform by a complex one of half the length. */
  for (i = 0; i < points; i++) {
    buffers[0][i].re = gather (input + 2 * i, net->hop) * net->hann[2 * i];
    buffers[0][i].im =
        gather (input + 2 * i + 1, net->hop) * net->hann[2 * i + 1];
  }
  z = transform (net, buffers[0], buffers[1]);

  for (k = 0; k < net->bins; k++) {
    const Complex a = z[k % points];
    const Complex b = z[(points - k) % points];
    const Complex even = {0.5f * (a.re + b.re), 0.5f * (a.im - b.im)};
    const Complex odd = {0.5f * (a.im + b.im), 0.5f * (b.re - a.re)};
    const Complex turned = rotate (odd, net->twiddle + 2 * k);
    const Quad re = even.re + turned.re;
    const Quad im = even.im + turned.im;
    const Quad power = re * re + im * im;

    for (i = 0; i < FRAMES; i++)
      magnitude[FRAMES * k + i] = sqrtf (power[i]);
  }
}

/* 128 <- bins, three taps, stride 1: out[frame][128]. */
static void
convolve0 (const VadSileroNetwork *net, const float *in, float *out)
{
  const float *w = net->conv0;
  unsigned block, c, i, t;

  for (block = 0; block < 128; block += 2 * VAD_WIDTH) {
    Vector acc[2][FRAMES];

    for (i = 0; i < 2; i++) {
      for (t = 0; t < FRAMES; t++)
        acc[i][t] = load (net->conv0_bias + block + i * VAD_WIDTH);
    }
    for (c = 0; c < net->bins; c++) {
      const float *x = in + FRAMES * c;

      for (i = 0; i < 2; i++) {
        const Vector w0 = load (w + i * VAD_WIDTH);
        const Vector w1 = load (w + (2 + i) * VAD_WIDTH);
        const Vector w2 = load (w + (4 + i) * VAD_WIDTH);

        acc[i][0] += w1 * x[0];
        acc[i][1] += w1 * x[1];
        acc[i][2] += w1 * x[2];
        acc[i][3] += w1 * x[3];
        acc[i][1] += w0 * x[0];
        acc[i][2] += w0 * x[1];
        acc[i][3] += w0 * x[2];
        acc[i][0] += w2 * x[1];
        acc[i][1] += w2 * x[2];
        acc[i][2] += w2 * x[3];
      }
      w += 6 * VAD_WIDTH;
    }
    for (i = 0; i < 2; i++) {
      for (t = 0; t < FRAMES; t++)
        store_loose (out + 128 * t + block + i * VAD_WIDTH, relu (acc[i][t]));
    }
  }
}

/* 64 <- 128, three taps, stride 2: out[2][64]. */
static void
convolve1 (const VadSileroNetwork *net, const float *in, float *out)
{
  const float *w = net->conv1;
  unsigned block, c, i;

  for (block = 0; block < 64; block += 4 * VAD_WIDTH) {
    Vector first[4], second[4];

    for (i = 0; i < 4; i++)
      first[i] = second[i] = load (net->conv1_bias + block + i * VAD_WIDTH);
    for (c = 0; c < 128; c++) {
      for (i = 0; i < 4; i++) {
        const Vector w0 = load (w + i * VAD_WIDTH);
        const Vector w1 = load (w + (4 + i) * VAD_WIDTH);
        const Vector w2 = load (w + (8 + i) * VAD_WIDTH);

        first[i] += w1 * in[c];
        second[i] += w1 * in[2 * 128 + c];
        first[i] += w2 * in[128 + c];
        second[i] += w0 * in[128 + c];
        second[i] += w2 * in[3 * 128 + c];
      }
      w += 12 * VAD_WIDTH;
    }
    for (i = 0; i < 4; i++) {
      store_loose (out + block + i * VAD_WIDTH, relu (first[i]));
      store_loose (out + 64 + block + i * VAD_WIDTH, relu (second[i]));
    }
  }
}

static inline void
multiply (const float *w, const float *bias, const float *in, unsigned n_in,
    float *out, unsigned n_out)
{
  unsigned block, i, j;

  for (block = 0; block < n_out; block += MATRIX_BLOCK) {
    Vector acc[MATRIX_VECTORS];

    for (i = 0; i < MATRIX_VECTORS; i++)
      acc[i] = load (bias + block + i * VAD_WIDTH);
    for (j = 0; j < n_in; j++) {
      for (i = 0; i < MATRIX_VECTORS; i++)
        acc[i] += load (w + i * VAD_WIDTH) * in[j];
      w += MATRIX_BLOCK;
    }
    for (i = 0; i < MATRIX_VECTORS; i++)
      store_loose (out + block + i * VAD_WIDTH, acc[i]);
  }
}

static inline void
rectify (float *values, unsigned n)
{
  unsigned i;

  for (i = 0; i < n; i += VAD_WIDTH)
    store_loose (values + i, relu (load_loose (values + i)));
}

/* One LSTM step (gates in the order i, f, g, o), then the output layer. */
static float
decode (const VadSileroNetwork *net, VadSileroState *state, const float *in)
{
  float gates[4 * HIDDEN] ALIGNED;
  Vector sum = {0};
  float logit = net->out_bias;
  unsigned j;

  multiply (net->lstm, net->lstm_bias, in, 2 * HIDDEN, gates, 4 * HIDDEN);

  for (j = 0; j < HIDDEN; j += VAD_WIDTH) {
    const Vector i = sigmoid (load (gates + j));
    const Vector f = sigmoid (load (gates + HIDDEN + j));
    const Vector g = tanh_vector (load (gates + 2 * HIDDEN + j));
    const Vector o = sigmoid (load (gates + 3 * HIDDEN + j));
    const Vector cell = f * load_loose (state->cell + j) + i * g;
    const Vector hidden = o * tanh_vector (cell);

    store_loose (state->cell + j, cell);
    store_loose (state->hidden + j, hidden);
    sum += load (net->out + j) * relu (hidden);
  }

  for (j = 0; j < VAD_WIDTH; j++)
    logit += sum[j];
  return 1.0f / (1.0f + expf (-logit));
}

static float
infer (const VadSileroNetwork *net, VadSileroState *state, const float *samples)
{
  float input[VAD_SILERO_MAX_CONTEXT + VAD_SILERO_MAX_WINDOW
              + VAD_SILERO_MAX_FFT / 4] ALIGNED;
  float magnitude[VAD_SILERO_MAX_BINS * FRAMES] ALIGNED;
  float layer0[FRAMES * 128] ALIGNED;
  float layer1[2 * 64] ALIGNED;
  float layer2[64] ALIGNED;
  float layer3[2 * HIDDEN] ALIGNED;
  unsigned length = net->context + net->window;
  unsigned i;

  memcpy (input, state->context, net->context * sizeof (float));
  memcpy (input + net->context, samples, net->window * sizeof (float));
  /* Reflected on the right only. */
  for (i = 0; i < net->n_fft / 4; i++)
    input[length + i] = input[length - 2 - i];
  memcpy (state->context, input + net->window, net->context * sizeof (float));

  spectrum (net, input, magnitude);
  convolve0 (net, magnitude, layer0);
  convolve1 (net, layer0, layer1);
  multiply (net->conv2, net->conv2_bias, layer1, 2 * 64, layer2, 64);
  rectify (layer2, 64);
  multiply (net->conv3, net->conv3_bias, layer2, 64, layer3, HIDDEN);
  rectify (layer3, HIDDEN);
  memcpy (layer3 + HIDDEN, state->hidden, HIDDEN * sizeof (float));

  return decode (net, state, layer3);
}

const VadSileroKernel KERNEL_SYMBOL = {
    .name = KERNEL_NAME,
    .width = VAD_WIDTH,
    .matrix_block = MATRIX_BLOCK,
    .infer = infer,
};
