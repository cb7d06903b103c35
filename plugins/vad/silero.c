/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "silero.h"

#include <math.h>
#include <string.h>

#include "onnx-weights.h"

/* The STFT stored in the file must be this close to the transform that we
 * compute instead of it. */
#define BASIS_TOLERANCE 1e-4

#define N_NETWORKS 2

struct _VadSileroModel {
  gatomicrefcount ref_count;
  const VadSileroKernel *kernel;
  gboolean verified;
  VadSileroNetwork networks[N_NETWORKS]; /* 16 kHz, 8 kHz */
};

/* path (string) -> VadSileroModel; the table holds a reference. */
static GHashTable *shared_models;
static GMutex shared_lock;

const VadSileroKernel *const *
vad_silero_kernels (void)
{
  static const VadSileroKernel *kernels[4];
  static gsize once = 0;

  if (g_once_init_enter (&once)) {
    guint n = 0;

#ifdef HAVE_SILERO_KERNEL_W16
    if (__builtin_cpu_supports ("avx512f")
        && __builtin_cpu_supports ("avx512vl")
        && __builtin_cpu_supports ("avx512dq"))
      kernels[n++] = &vad_silero_kernel_w16;
#endif
#ifdef HAVE_SILERO_KERNEL_W8
    if (__builtin_cpu_supports ("avx2") && __builtin_cpu_supports ("fma"))
      kernels[n++] = &vad_silero_kernel_w8;
#endif
    kernels[n++] = &vad_silero_kernel_w4;
    kernels[n] = NULL;
    g_once_init_leave (&once, 1);
  }

  return kernels;
}

static gfloat *
alloc_floats (gsize n)
{
  return g_aligned_alloc0 (n, sizeof (gfloat), VAD_SILERO_ALIGNMENT);
}

static gfloat *
read_aligned (const VadOnnxNetwork *onnx, VadTensor tensor, GError **error)
{
  g_autofree gfloat *values = vad_onnx_network_read (onnx, tensor, error);
  gsize length = vad_onnx_network_length (onnx, tensor);
  gfloat *ret;

  if (values == NULL)
    return NULL;

  ret = alloc_floats (length);
  memcpy (ret, values, length * sizeof (gfloat));
  return ret;
}

/* Blocks of @block rows of a [rows][cols] matrix, the rows innermost. */
static void
pack_rows (gfloat *to, guint to_cols, guint to_col, const gfloat *from,
    guint rows, guint cols, guint block)
{
  guint r, c;

  for (r = 0; r < rows; r++) {
    for (c = 0; c < cols; c++)
      to[((gsize) (r / block) * to_cols + to_col + c) * block + r % block] =
          from[(gsize) r * cols + c];
  }
}

/* A convolution's weights, rows of [inputs][3]. */
static gfloat *
pack_convolution (const VadOnnxNetwork *onnx, VadTensor tensor, guint rows,
    guint inputs, guint block, GError **error)
{
  g_autofree gfloat *values = vad_onnx_network_read (onnx, tensor, error);
  gfloat *ret;

  if (values == NULL)
    return NULL;

  ret = alloc_floats ((gsize) rows * inputs * 3);
  pack_rows (ret, inputs * 3, 0, values, rows, inputs * 3, block);
  return ret;
}

/* The taps @first_tap onwards as one matrix [rows][n_taps * inputs]: all that
 * is left of a convolution whose other taps fall on padding. */
static gfloat *
pack_taps (const VadOnnxNetwork *onnx, VadTensor tensor, guint rows,
    guint inputs, guint first_tap, guint n_taps, guint block, GError **error)
{
  g_autofree gfloat *values = vad_onnx_network_read (onnx, tensor, error);
  g_autofree gfloat *tap = NULL;
  gfloat *ret;
  guint i, t;

  if (values == NULL)
    return NULL;

  tap = g_new (gfloat, (gsize) rows * inputs);
  ret = alloc_floats ((gsize) rows * inputs * n_taps);
  for (t = 0; t < n_taps; t++) {
    for (i = 0; i < rows * inputs; i++)
      tap[i] = values[3 * i + first_tap + t];
    pack_rows (ret, n_taps * inputs, t * inputs, tap, rows, inputs, block);
  }
  return ret;
}

static gboolean
load_lstm (VadSileroNetwork *net, const VadOnnxNetwork *onnx, guint block,
    GError **error)
{
  const guint rows = 4 * VAD_SILERO_HIDDEN, cols = VAD_SILERO_HIDDEN;
  g_autofree gfloat *w_ih = NULL, *w_hh = NULL, *b_ih = NULL, *b_hh = NULL;
  guint i;

  w_ih = vad_onnx_network_read (onnx, VAD_TENSOR_LSTM_WEIGHT_IH, error);
  if (w_ih == NULL)
    return FALSE;
  w_hh = vad_onnx_network_read (onnx, VAD_TENSOR_LSTM_WEIGHT_HH, error);
  if (w_hh == NULL)
    return FALSE;
  b_ih = vad_onnx_network_read (onnx, VAD_TENSOR_LSTM_BIAS_IH, error);
  if (b_ih == NULL)
    return FALSE;
  b_hh = vad_onnx_network_read (onnx, VAD_TENSOR_LSTM_BIAS_HH, error);
  if (b_hh == NULL)
    return FALSE;

  net->lstm = alloc_floats ((gsize) rows * 2 * cols);
  pack_rows (net->lstm, 2 * cols, 0, w_ih, rows, cols, block);
  pack_rows (net->lstm, 2 * cols, cols, w_hh, rows, cols, block);
  net->lstm_bias = alloc_floats (rows);
  for (i = 0; i < rows; i++)
    net->lstm_bias[i] = b_ih[i] + b_hh[i];
  return TRUE;
}

/* The window and the roots of unity that replace the stored basis, after
 * making sure that the basis is just that. */
static gboolean
load_transform (
    VadSileroNetwork *net, const VadOnnxNetwork *onnx, GError **error)
{
  g_autofree gfloat *basis = NULL;
  guint k, n;

  basis = vad_onnx_network_read (onnx, VAD_TENSOR_STFT_BASIS, error);
  if (basis == NULL)
    return FALSE;

  net->hann = alloc_floats (net->n_fft);
  net->twiddle = alloc_floats (2 * net->n_fft);
  for (n = 0; n < net->n_fft; n++) {
    gdouble angle = 2.0 * G_PI * n / net->n_fft;

    net->hann[n] = 0.5 - 0.5 * cos (angle);
    net->twiddle[2 * n] = cos (angle);
    net->twiddle[2 * n + 1] = -sin (angle);
  }

  for (k = 0; k < net->bins; k++) {
    const gfloat *re = basis + (gsize) k * net->n_fft;
    const gfloat *im = re + (gsize) net->bins * net->n_fft;

    for (n = 0; n < net->n_fft; n++) {
      const gfloat *root = net->twiddle + 2 * (k * n % net->n_fft);

      /* The magnitude does not see the sign of the imaginary part, but all
       * rows must have the same one. */
      if (fabsf (re[n] - net->hann[n] * root[0]) > BASIS_TOLERANCE
          || fabsf (im[n] - net->hann[n] * root[1]) > BASIS_TOLERANCE) {
        g_set_error (error, VAD_ONNX_ERROR, VAD_ONNX_ERROR_UNSUPPORTED,
            "the file's spectrum is no Hann-windowed Fourier transform");
        return FALSE;
      }
    }
  }

  return TRUE;
}

static gboolean
load_network (VadSileroNetwork *net, const VadOnnxNetwork *onnx,
    const VadSileroKernel *kernel, GError **error)
{
  const guint width = kernel->width, block = kernel->matrix_block;
  g_autofree gfloat *out_bias = NULL;

  net->bins = onnx->bins;
  net->n_fft = 2 * (net->bins - 1);
  net->hop = net->n_fft / 2;
  net->context = net->n_fft / 4;
  net->window = 2 * net->n_fft;

  if (!load_transform (net, onnx, error))
    return FALSE;

  net->conv0 = pack_convolution (
      onnx, VAD_TENSOR_CONV0_WEIGHT, 128, net->bins, width, error);
  if (net->conv0 == NULL)
    return FALSE;
  net->conv0_bias = read_aligned (onnx, VAD_TENSOR_CONV0_BIAS, error);
  if (net->conv0_bias == NULL)
    return FALSE;

  net->conv1 = pack_convolution (
      onnx, VAD_TENSOR_CONV1_WEIGHT, 64, 128, 2 * width, error);
  if (net->conv1 == NULL)
    return FALSE;
  net->conv1_bias = read_aligned (onnx, VAD_TENSOR_CONV1_BIAS, error);
  if (net->conv1_bias == NULL)
    return FALSE;

  /* Two frames in, one out: the first tap falls on padding. */
  net->conv2 =
      pack_taps (onnx, VAD_TENSOR_CONV2_WEIGHT, 64, 64, 1, 2, block, error);
  if (net->conv2 == NULL)
    return FALSE;
  net->conv2_bias = read_aligned (onnx, VAD_TENSOR_CONV2_BIAS, error);
  if (net->conv2_bias == NULL)
    return FALSE;

  /* One frame in: only the middle tap meets it. */
  net->conv3 =
      pack_taps (onnx, VAD_TENSOR_CONV3_WEIGHT, 128, 64, 1, 1, block, error);
  if (net->conv3 == NULL)
    return FALSE;
  net->conv3_bias = read_aligned (onnx, VAD_TENSOR_CONV3_BIAS, error);
  if (net->conv3_bias == NULL)
    return FALSE;

  if (!load_lstm (net, onnx, block, error))
    return FALSE;

  net->out = read_aligned (onnx, VAD_TENSOR_OUT_WEIGHT, error);
  if (net->out == NULL)
    return FALSE;
  out_bias = vad_onnx_network_read (onnx, VAD_TENSOR_OUT_BIAS, error);
  if (out_bias == NULL)
    return FALSE;
  net->out_bias = out_bias[0];

  return TRUE;
}

static void
clear_network (VadSileroNetwork *net)
{
  g_aligned_free (net->hann);
  g_aligned_free (net->twiddle);
  g_aligned_free (net->conv0);
  g_aligned_free (net->conv0_bias);
  g_aligned_free (net->conv1);
  g_aligned_free (net->conv1_bias);
  g_aligned_free (net->conv2);
  g_aligned_free (net->conv2_bias);
  g_aligned_free (net->conv3);
  g_aligned_free (net->conv3_bias);
  g_aligned_free (net->lstm);
  g_aligned_free (net->lstm_bias);
  g_aligned_free (net->out);
}

VadSileroModel *
vad_silero_model_new_from_bytes (
    GBytes *bytes, const VadSileroKernel *kernel, GError **error)
{
  g_autoptr (VadSileroModel) model = NULL;
  g_autofree gchar *sha256 = NULL;
  VadOnnxNetwork onnx[N_NETWORKS];
  const guint8 *data;
  gsize size;
  guint i;

  data = g_bytes_get_data (bytes, &size);
  if (!vad_onnx_find_networks (data, size, &onnx[0], &onnx[1], error))
    return NULL;

  model = g_new0 (VadSileroModel, 1);
  g_atomic_ref_count_init (&model->ref_count);
  model->kernel = kernel != NULL ? kernel : vad_silero_kernels ()[0];
  for (i = 0; i < N_NETWORKS; i++) {
    if (!load_network (&model->networks[i], &onnx[i], model->kernel, error))
      return NULL;
  }

  sha256 = g_compute_checksum_for_bytes (G_CHECKSUM_SHA256, bytes);
  model->verified = g_str_equal (sha256, VAD_SILERO_SHA256);

  return g_steal_pointer (&model);
}

VadSileroModel *
vad_silero_model_get_shared (const gchar *path, GError **error)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&shared_lock);
  g_autoptr (GMappedFile) file = NULL;
  g_autoptr (GBytes) bytes = NULL;
  VadSileroModel *model;

  if (shared_models == NULL)
    shared_models = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
        (GDestroyNotify) vad_silero_model_unref);

  model = g_hash_table_lookup (shared_models, path);
  if (model == NULL) {
    file = g_mapped_file_new (path, FALSE, error);
    if (file == NULL)
      return NULL;
    bytes = g_mapped_file_get_bytes (file);
    model = vad_silero_model_new_from_bytes (bytes, NULL, error);
    if (model == NULL) {
      g_prefix_error (error, "%s: ", path);
      return NULL;
    }
    g_hash_table_insert (shared_models, g_strdup (path), model);
  }

  return vad_silero_model_ref (model);
}

VadSileroModel *
vad_silero_model_ref (VadSileroModel *model)
{
  g_atomic_ref_count_inc (&model->ref_count);
  return model;
}

void
vad_silero_model_unref (VadSileroModel *model)
{
  guint i;

  if (!g_atomic_ref_count_dec (&model->ref_count))
    return;

  for (i = 0; i < N_NETWORKS; i++)
    clear_network (&model->networks[i]);
  g_free (model);
}

const VadSileroKernel *
vad_silero_model_get_kernel (const VadSileroModel *model)
{
  return model->kernel;
}

gboolean
vad_silero_model_is_verified (const VadSileroModel *model)
{
  return model->verified;
}

void
vad_silero_init (VadSilero *silero, VadSileroModel *model, guint rate)
{
  g_return_if_fail (rate == 16000 || rate == 8000);

  silero->model = vad_silero_model_ref (model);
  silero->network = &model->networks[rate == 16000 ? 0 : 1];
  vad_silero_reset (silero);
}

void
vad_silero_clear (VadSilero *silero)
{
  g_clear_pointer (&silero->model, vad_silero_model_unref);
  silero->network = NULL;
}

void
vad_silero_reset (VadSilero *silero)
{
  memset (&silero->state, 0, sizeof (silero->state));
}

guint
vad_silero_get_window (const VadSilero *silero)
{
  return silero->network->window;
}

static void
to_floats (const VadSilero *silero, const gint16 *window, gfloat *samples)
{
  guint i;

  for (i = 0; i < silero->network->window; i++)
    samples[i] = window[i] * (1.0f / 32768.0f);
}

gfloat
vad_silero_process (VadSilero *silero, const gint16 *window)
{
  gfloat samples[VAD_SILERO_MAX_WINDOW];

  to_floats (silero, window, samples);
  return vad_silero_process_float (silero, samples);
}

gfloat
vad_silero_process_float (VadSilero *silero, const gfloat *window)
{
  VadSileroItem item = {.state = &silero->state, .samples = window};

  silero->model->kernel->infer (silero->network, &item, 1);
  return item.probability;
}

void
vad_silero_process_many (VadSileroJob *jobs, guint n)
{
  gfloat samples[VAD_SILERO_BATCH][VAD_SILERO_MAX_WINDOW];
  VadSileroItem items[VAD_SILERO_BATCH];
  guint i, from;

  for (from = 0; from < n; from += i) {
    const VadSilero *first = jobs[from].silero;

    for (i = 0; i < VAD_SILERO_BATCH && from + i < n; i++) {
      VadSileroJob *job = &jobs[from + i];

      if (job->silero->network != first->network)
        break;
      to_floats (first, job->window, samples[i]);
      items[i].state = &job->silero->state;
      items[i].samples = samples[i];
    }
    first->model->kernel->infer (first->network, items, i);
    for (guint k = 0; k < i; k++)
      jobs[from + k].probability = items[k].probability;
  }
}
