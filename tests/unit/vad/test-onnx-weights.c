/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include <string.h>

#include "onnx-weights.h"
#include "silero.h"
#include "test-audio.h"

/* Lays @size bytes at the very end of a heap block, so that AddressSanitizer
 * sees a single byte read too far. */
static gboolean
find_copy (const guint8 *data, gsize size, GError **error)
{
  g_autofree guint8 *copy = g_malloc (MAX (size, 1));
  VadOnnxNetwork network_16k, network_8k;

  memcpy (copy, data, size);
  return vad_onnx_find_networks (copy, size, &network_16k, &network_8k, error);
}

static void
put_varint (GByteArray *to, guint64 value)
{
  guint8 byte;

  do {
    byte = (value & 0x7f) | (value > 0x7f ? 0x80 : 0);
    g_byte_array_append (to, &byte, 1);
    value >>= 7;
  } while (value > 0);
}

/* A length-delimited field holding @body. */
static GByteArray *
wrap (guint field, GByteArray *body)
{
  GByteArray *ret = g_byte_array_new ();

  put_varint (ret, field << 3 | 2);
  put_varint (ret, body->len);
  g_byte_array_append (ret, body->data, body->len);
  g_byte_array_unref (body);
  return ret;
}

static void
test_real (void)
{
  g_autoptr (GBytes) bytes = test_weights ();
  g_autoptr (GError) error = NULL;
  VadOnnxNetwork network_16k, network_8k;
  g_autofree gfloat *bias = NULL;
  const guint8 *data;
  gsize size;

  if (bytes == NULL)
    return;

  data = g_bytes_get_data (bytes, &size);
  g_assert_true (
      vad_onnx_find_networks (data, size, &network_16k, &network_8k, &error));
  g_assert_no_error (error);
  g_assert_cmpuint (network_16k.bins, ==, 129);
  g_assert_cmpuint (network_8k.bins, ==, 65);
  /* Known places in the verified file. */
  g_assert_cmpuint (
      network_16k.raw[VAD_TENSOR_CONV0_WEIGHT] - data, ==, 1280249);
  g_assert_cmpuint (network_8k.raw[VAD_TENSOR_STFT_BASIS] - data, ==, 340);
  g_assert_cmpuint (network_8k.raw[VAD_TENSOR_OUT_BIAS] - data, ==, 944640);
  g_assert_cmpuint (
      vad_onnx_network_length (&network_16k, VAD_TENSOR_STFT_BASIS), ==,
      258 * 256);

  bias = vad_onnx_network_read (&network_16k, VAD_TENSOR_CONV3_BIAS, &error);
  g_assert_no_error (error);
  g_assert_nonnull (bias);
}

/* Cut anywhere, the file is refused, and nothing beyond it is read. */
static void
test_truncated (void)
{
  g_autoptr (GBytes) bytes = test_weights ();
  const guint8 *data;
  gsize size, cut;
  guint i;

  if (bytes == NULL)
    return;

  data = g_bytes_get_data (bytes, &size);
  for (i = 0; i < 600; i++) {
    g_autoptr (GError) error = NULL;

    cut = i < 400 ? i : (guint) g_test_rand_int_range (400, size - 1);
    g_assert_false (find_copy (data, cut, &error));
    g_assert_nonnull (error);
    g_assert_true (error->domain == VAD_ONNX_ERROR);
  }
}

/* One flipped byte may be harmless, but never more than a refusal. */
static void
test_flipped (void)
{
  g_autoptr (GBytes) bytes = test_weights ();
  g_autofree guint8 *copy = NULL;
  const guint8 *data;
  gsize size;
  guint i;

  if (bytes == NULL)
    return;

  data = g_bytes_get_data (bytes, &size);
  copy = g_memdup2 (data, size);
  for (i = 0; i < 20000; i++) {
    g_autoptr (GError) error = NULL;
    VadOnnxNetwork network_16k, network_8k;
    /* Mostly where the structure is: around the known weights. */
    static const gsize starts[] = {0, 66900, 166850, 265960, 414400, 939550,
        944500, 950000, 1015800, 1280100, 2256000, 2265000, 2320000};
    gsize at = starts[g_test_rand_int_range (0, G_N_ELEMENTS (starts))]
               + g_test_rand_int_range (0, 300);
    guint8 before = copy[at];

    copy[at] = (guint8) g_test_rand_int_range (0, 256);
    if (!vad_onnx_find_networks (copy, size, &network_16k, &network_8k, &error))
      g_assert_nonnull (error);
    else {
      g_assert_true (
          network_16k.raw[VAD_TENSOR_STFT_BASIS] + 264192 <= copy + size);
      g_assert_cmpuint (network_16k.bins, ==, 129);
    }
    copy[at] = before;
  }
}

static void
test_foreign (void)
{
  static const struct {
    const gchar *bytes;
    gsize size;
  } files[] = {
      {"", 0},
      {"\0", 1},
      {"{\"not\": \"onnx\"}", 15},
      /* a graph of 2^63 bytes */
      {"\x3a\xff\xff\xff\xff\xff\xff\xff\xff\x7f", 10},
      /* a length whose varint never ends */
      {"\x3a\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 13},
      /* unknown wire types 3, 4, 6, 7 */
      {"\x3b", 1},
      {"\x3c", 1},
      {"\x3e", 1},
      {"\x3f", 1},
      /* fixed-size numbers cut off */
      {"\x39\1\2\3", 4},
      {"\x3d\1\2", 3},
  };
  guint i;

  for (i = 0; i < G_N_ELEMENTS (files); i++) {
    g_autoptr (GError) error = NULL;

    g_assert_false (
        find_copy ((const guint8 *) files[i].bytes, files[i].size, &error));
    g_assert_nonnull (error);
    g_assert_true (error->domain == VAD_ONNX_ERROR);
  }
}

/* Graphs in graphs in graphs: refused long before the stack is in danger. */
static void
test_nested (void)
{
  g_autoptr (GByteArray) file = NULL;
  g_autoptr (GError) error = NULL;
  GByteArray *body = g_byte_array_new ();
  guint i;

  /* node(1).attribute(5).graph(6) */
  for (i = 0; i < 2000; i++)
    body = wrap (1, wrap (5, wrap (6, body)));
  file = wrap (7, body);

  g_assert_false (find_copy (file->data, file->len, &error));
  g_assert_error (error, VAD_ONNX_ERROR, VAD_ONNX_ERROR_MALFORMED);
}

/* A well-formed file with a weight of another shape names that weight. */
static void
test_shape (void)
{
  g_autoptr (GByteArray) file = NULL;
  g_autoptr (GError) error = NULL;
  const gchar *name = "encoder.0.reparam_conv.weight";
  GByteArray *tensor = g_byte_array_new ();
  guint8 raw[12] = {0};
  guint i;

  for (i = 0; i < 3; i++) {
    put_varint (tensor, 1 << 3);
    put_varint (tensor, i == 1 ? 129 : 1);
  }
  put_varint (tensor, 2 << 3);
  put_varint (tensor, 1);
  put_varint (tensor, 8 << 3 | 2);
  put_varint (tensor, strlen (name));
  g_byte_array_append (tensor, (const guint8 *) name, strlen (name));
  put_varint (tensor, 9 << 3 | 2);
  put_varint (tensor, sizeof (raw));
  g_byte_array_append (tensor, raw, sizeof (raw));
  file = wrap (7, wrap (1, wrap (5, wrap (5, tensor))));

  g_assert_false (find_copy (file->data, file->len, &error));
  g_assert_error (error, VAD_ONNX_ERROR, VAD_ONNX_ERROR_UNSUPPORTED);
  g_assert_nonnull (strstr (error->message, "stft.forward_basis_buffer"));
}

/* Values that would poison a stream for good, and a spectrum that we do not
 * compute, are refused; other weights are taken but not as the verified. */
static void
test_values (void)
{
  g_autoptr (GBytes) bytes = test_weights ();
  const guint8 nan[4] = {0, 0, 0xc0, 0x7f};
  const guint8 one[4] = {0, 0, 0x80, 0x3f};
  const struct {
    gsize at;
    const guint8 *value;
    gboolean accepted;
  } cases[] = {
      {2256158, nan, FALSE},       /* output bias */
      {1726701 + 400, nan, FALSE}, /* LSTM */
      {1015921, one, FALSE},       /* spectrum, 16 kHz */
      {340, one, FALSE},           /* spectrum, 8 kHz */
      {1478516, one, TRUE},        /* a bias */
  };
  const guint8 *data;
  gsize size;
  guint i;

  if (bytes == NULL)
    return;

  data = g_bytes_get_data (bytes, &size);
  for (i = 0; i < G_N_ELEMENTS (cases); i++) {
    g_autoptr (GError) error = NULL;
    g_autoptr (GBytes) changed = NULL;
    g_autoptr (VadSileroModel) model = NULL;
    guint8 *copy = g_memdup2 (data, size);

    memcpy (copy + cases[i].at, cases[i].value, 4);
    changed = g_bytes_new_take (copy, size);
    model = vad_silero_model_new_from_bytes (changed, NULL, &error);
    if (cases[i].accepted) {
      g_assert_no_error (error);
      g_assert_false (vad_silero_model_is_verified (model));
    } else {
      g_assert_error (error, VAD_ONNX_ERROR, VAD_ONNX_ERROR_UNSUPPORTED);
      g_assert_null (model);
    }
  }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/vad/onnx/real", test_real);
  g_test_add_func ("/vad/onnx/truncated", test_truncated);
  g_test_add_func ("/vad/onnx/flipped", test_flipped);
  g_test_add_func ("/vad/onnx/foreign", test_foreign);
  g_test_add_func ("/vad/onnx/nested", test_nested);
  g_test_add_func ("/vad/onnx/shape", test_shape);
  g_test_add_func ("/vad/onnx/values", test_values);

  return g_test_run ();
}
