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
/* Windows that are computed together, in the lanes of a vector: what costs most
 * is to fetch the weights. */
#define LANES (VAD_WIDTH / FRAMES)
#define MATRIX_VECTORS (VAD_WIDTH == 4 ? 8 : 4)
#define MATRIX_BLOCK (MATRIX_VECTORS * VAD_WIDTH)
#define INPUT_LENGTH                                                           \
  (VAD_SILERO_MAX_CONTEXT + VAD_SILERO_MAX_WINDOW + VAD_SILERO_MAX_FFT / 4)
#define ALIGNED __attribute__ ((aligned (VAD_SILERO_ALIGNMENT)))
/* For functions that are compiled for a constant number of lanes. */
#define INLINE static inline __attribute__ ((always_inline))

typedef float Vector __attribute__ ((vector_size (VAD_WIDTH * 4), may_alias));
typedef float LooseVector
    __attribute__ ((vector_size (VAD_WIDTH * 4), aligned (4), may_alias));
typedef int32_t IntVector
    __attribute__ ((vector_size (VAD_WIDTH * 4), may_alias));

/* One value of each of the four frames of each lane. */
typedef struct {
  Vector re;
  Vector im;
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

/* Complex FFT of n_fft / 2 points over all frames at once, Stockham, radix 4
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

/* magnitude[bin][lane][frame] of the Hann-windowed frames of the inputs. */
INLINE void
spectrum (const VadSileroNetwork *net, float (*inputs)[INPUT_LENGTH],
    float *magnitude, const unsigned lanes)
{
  Complex buffers[2][VAD_SILERO_MAX_FFT / 2] ALIGNED;
  unsigned points = net->n_fft / 2;
  unsigned i, k, lane, t;
  Complex *z;

  /* A real transform by a complex one of half the length. */
  for (i = 0; i < points; i++) {
    Complex *to = &buffers[0][i];

    *to = (Complex){{0}, {0}};
    for (lane = 0; lane < lanes; lane++) {
      for (t = 0; t < FRAMES; t++) {
        const float *from = inputs[lane] + 2 * i + t * net->hop;

        to->re[FRAMES * lane + t] = from[0];
        to->im[FRAMES * lane + t] = from[1];
      }
    }
    to->re *= net->hann[2 * i];
    to->im *= net->hann[2 * i + 1];
  }
  z = transform (net, buffers[0], buffers[1]);

  for (k = 0; k < net->bins; k++) {
    const Complex a = z[k % points];
    const Complex b = z[(points - k) % points];
    const Complex even = {0.5f * (a.re + b.re), 0.5f * (a.im - b.im)};
    const Complex odd = {0.5f * (a.im + b.im), 0.5f * (b.re - a.re)};
    const Complex turned = rotate (odd, net->twiddle + 2 * k);
    const Vector re = even.re + turned.re;
    const Vector im = even.im + turned.im;

    store_loose (magnitude + VAD_WIDTH * k, re * re + im * im);
  }
  for (i = 0; i < VAD_WIDTH * net->bins; i++)
    magnitude[i] = sqrtf (magnitude[i]);
}

/* 128 <- bins, three taps, stride 1: out[lane][frame][128]. */
INLINE void
convolve0 (const VadSileroNetwork *net, const float *in, float *out,
    const unsigned lanes)
{
  /* One lane alone has too few sums to keep the CPU busy. */
  const unsigned vectors = lanes == 1 ? 2 : 1;
  const unsigned size = net->bins * 3 * VAD_WIDTH;
  unsigned block, c, i, lane, t;

  for (block = 0; block < 128; block += vectors * VAD_WIDTH) {
    const float *w = net->conv0 + block / VAD_WIDTH * size;
    Vector acc[2][LANES][FRAMES];

    for (i = 0; i < vectors; i++) {
      for (lane = 0; lane < lanes; lane++) {
        for (t = 0; t < FRAMES; t++)
          acc[i][lane][t] = load (net->conv0_bias + block + i * VAD_WIDTH);
      }
    }
    for (c = 0; c < net->bins; c++) {
      for (i = 0; i < vectors; i++) {
        const Vector w0 = load (w + i * size);
        const Vector w1 = load (w + i * size + VAD_WIDTH);
        const Vector w2 = load (w + i * size + 2 * VAD_WIDTH);

        for (lane = 0; lane < lanes; lane++) {
          const float *x = in + VAD_WIDTH * c + FRAMES * lane;
          Vector *sum = acc[i][lane];

          sum[0] += w1 * x[0];
          sum[1] += w1 * x[1];
          sum[2] += w1 * x[2];
          sum[3] += w1 * x[3];
          sum[1] += w0 * x[0];
          sum[2] += w0 * x[1];
          sum[3] += w0 * x[2];
          sum[0] += w2 * x[1];
          sum[1] += w2 * x[2];
          sum[2] += w2 * x[3];
        }
      }
      w += 3 * VAD_WIDTH;
    }
    for (i = 0; i < vectors; i++) {
      for (lane = 0; lane < lanes; lane++) {
        for (t = 0; t < FRAMES; t++)
          store_loose (out + 128 * (FRAMES * lane + t) + block + i * VAD_WIDTH,
              relu (acc[i][lane][t]));
      }
    }
  }
}

/* 64 <- 128, three taps, stride 2: out[lane][2][64]. */
INLINE void
convolve1 (const VadSileroNetwork *net, const float *in, float *out,
    const unsigned lanes)
{
  const unsigned vectors = lanes == 1 ? 4 : 2;
  const unsigned size = 128 * 3 * 2 * VAD_WIDTH;
  unsigned block, c, i, lane;

  for (block = 0; block < 64; block += vectors * VAD_WIDTH) {
    const float *w = net->conv1 + block / (2 * VAD_WIDTH) * size;
    Vector first[4][LANES], second[4][LANES];

    for (i = 0; i < vectors; i++) {
      for (lane = 0; lane < lanes; lane++)
        first[i][lane] = second[i][lane] =
            load (net->conv1_bias + block + i * VAD_WIDTH);
    }
    for (c = 0; c < 128; c++) {
      for (i = 0; i < vectors; i++) {
        const float *wi = w + i / 2 * size + i % 2 * VAD_WIDTH;
        const Vector w0 = load (wi);
        const Vector w1 = load (wi + 2 * VAD_WIDTH);
        const Vector w2 = load (wi + 4 * VAD_WIDTH);

        for (lane = 0; lane < lanes; lane++) {
          const float *x = in + 128 * FRAMES * lane + c;

          first[i][lane] += w1 * x[0];
          second[i][lane] += w1 * x[2 * 128];
          first[i][lane] += w2 * x[128];
          second[i][lane] += w0 * x[128];
          second[i][lane] += w2 * x[3 * 128];
        }
      }
      w += 6 * VAD_WIDTH;
    }
    for (i = 0; i < vectors; i++) {
      for (lane = 0; lane < lanes; lane++) {
        float *to = out + 2 * 64 * lane + block + i * VAD_WIDTH;

        store_loose (to, relu (first[i][lane]));
        store_loose (to + 64, relu (second[i][lane]));
      }
    }
  }
}

/* out[lane][n_out] <- in[lane][n_in] */
INLINE void
multiply (const float *weights, const float *bias, const float *in,
    unsigned n_in, float *out, unsigned n_out, const unsigned lanes)
{
  const unsigned blocks = lanes == 1 && VAD_WIDTH == 8 ? 2 : 1;
  const unsigned size = n_in * MATRIX_BLOCK;
  unsigned block, i, j, k, lane;

  for (block = 0; block < n_out; block += blocks * MATRIX_BLOCK) {
    const float *w = weights + block / MATRIX_BLOCK * size;
    Vector acc[2][LANES][MATRIX_VECTORS];

    for (k = 0; k < blocks; k++) {
      for (lane = 0; lane < lanes; lane++) {
        for (i = 0; i < MATRIX_VECTORS; i++)
          acc[k][lane][i] =
              load (bias + block + k * MATRIX_BLOCK + i * VAD_WIDTH);
      }
    }
    for (j = 0; j < n_in; j++) {
      for (k = 0; k < blocks; k++) {
        for (i = 0; i < MATRIX_VECTORS; i++) {
          const Vector wi = load (w + k * size + i * VAD_WIDTH);

          for (lane = 0; lane < lanes; lane++)
            acc[k][lane][i] += wi * in[n_in * lane + j];
        }
      }
      w += MATRIX_BLOCK;
    }
    for (k = 0; k < blocks; k++) {
      for (lane = 0; lane < lanes; lane++) {
        for (i = 0; i < MATRIX_VECTORS; i++)
          store_loose (
              out + n_out * lane + block + k * MATRIX_BLOCK + i * VAD_WIDTH,
              acc[k][lane][i]);
      }
    }
  }
}

static inline void
rectify (float *values, unsigned n)
{
  unsigned i;

  for (i = 0; i < n; i += VAD_WIDTH)
    store_loose (values + i, relu (load_loose (values + i)));
}

/* The end of an LSTM step (gates in the order i, f, g, o), then the output
 * layer. */
static float
decode (const VadSileroNetwork *net, VadSileroState *state, const float *gates)
{
  Vector sum = {0};
  float logit = net->out_bias;
  unsigned j;

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

static void
prepare (const VadSileroNetwork *net, VadSileroItem *item, float *input)
{
  unsigned length = net->context + net->window;
  unsigned i;

  memcpy (input, item->state->context, net->context * sizeof (float));
  memcpy (input + net->context, item->samples, net->window * sizeof (float));
  /* Reflected on the right only. */
  for (i = 0; i < net->n_fft / 4; i++)
    input[length + i] = input[length - 2 - i];
  memcpy (
      item->state->context, input + net->window, net->context * sizeof (float));
}

/* Up to @lanes windows; the lanes behind the last compute silence. */
INLINE void
infer_lanes (const VadSileroNetwork *net, VadSileroItem *items, unsigned n,
    const unsigned lanes)
{
  float inputs[LANES][INPUT_LENGTH] ALIGNED;
  float magnitude[VAD_SILERO_MAX_BINS * VAD_WIDTH] ALIGNED;
  float layer0[LANES * FRAMES * 128] ALIGNED;
  float layer1[LANES * 2 * 64] ALIGNED;
  float layer2[LANES * 64] ALIGNED;
  float layer3[LANES * HIDDEN] ALIGNED;
  float layer4[LANES * 2 * HIDDEN] ALIGNED;
  float gates[LANES * 4 * HIDDEN] ALIGNED;
  unsigned lane;

  for (lane = 0; lane < n; lane++)
    prepare (net, &items[lane], inputs[lane]);
  for (; lane < lanes; lane++)
    memset (inputs[lane], 0, sizeof inputs[lane]);

  spectrum (net, inputs, magnitude, lanes);
  convolve0 (net, magnitude, layer0, lanes);
  convolve1 (net, layer0, layer1, lanes);
  multiply (net->conv2, net->conv2_bias, layer1, 2 * 64, layer2, 64, lanes);
  rectify (layer2, lanes * 64);
  multiply (net->conv3, net->conv3_bias, layer2, 64, layer3, HIDDEN, lanes);
  rectify (layer3, lanes * HIDDEN);

  for (lane = 0; lane < lanes; lane++) {
    float *to = layer4 + 2 * HIDDEN * lane;

    memcpy (to, layer3 + HIDDEN * lane, HIDDEN * sizeof (float));
    if (lane < n)
      memcpy (to + HIDDEN, items[lane].state->hidden, HIDDEN * sizeof (float));
    else
      memset (to + HIDDEN, 0, HIDDEN * sizeof (float));
  }
  multiply (
      net->lstm, net->lstm_bias, layer4, 2 * HIDDEN, gates, 4 * HIDDEN, lanes);
  for (lane = 0; lane < n; lane++)
    items[lane].probability =
        decode (net, items[lane].state, gates + 4 * HIDDEN * lane);
}

static void
infer (const VadSileroNetwork *net, VadSileroItem *items, unsigned n)
{
  for (; n > 1; items += n < LANES ? n : LANES, n -= n < LANES ? n : LANES)
    infer_lanes (net, items, n < LANES ? n : LANES, LANES);
  if (n == 1)
    infer_lanes (net, items, 1, 1);
}

const VadSileroKernel KERNEL_SYMBOL = {
    .name = KERNEL_NAME,
    .width = VAD_WIDTH,
    .matrix_block = MATRIX_BLOCK,
    .lanes = LANES,
    .infer = infer,
};
