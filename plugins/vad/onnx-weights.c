/* SPDX-License-Identifier: LGPL-2.1-or-later */

#ifdef HAVE_CONFIG_H
#include "config.h"
#endif

#include "onnx-weights.h"

#include <math.h>
#include <string.h>

/* Nested graphs in the real file: 3.  The walk recurses, so it is bounded. */
#define MAX_DEPTH 8
#define MAX_DIMS 3
#define BINS_16K 129
#define BINS_8K 65

/* The protobuf fields that lead to the weights (onnx.proto). */
enum {
  MODEL_GRAPH = 7,
  GRAPH_NODE = 1,
  NODE_ATTRIBUTE = 5,
  ATTRIBUTE_TENSOR = 5,
  ATTRIBUTE_GRAPH = 6,
  TENSOR_DIMS = 1,
  TENSOR_DATA_TYPE = 2,
  TENSOR_NAME = 8,
  TENSOR_RAW_DATA = 9,
};

enum {
  WIRE_VARINT = 0,
  WIRE_64BIT = 1,
  WIRE_BYTES = 2,
  WIRE_32BIT = 5,
};

#define DATA_TYPE_FLOAT 1

/* A bins-dependent dimension of the table below. */
#define DIM_BINS -1
#define DIM_ROWS -2 /* real and imaginary rows: 2 * bins */
#define DIM_FFT -3  /* 2 * (bins - 1) */

static const struct {
  const gchar *name;
  guint n_dims;
  gint dims[MAX_DIMS];
} tensor_specs[VAD_N_TENSORS] = {
    [VAD_TENSOR_STFT_BASIS] = {"stft.forward_basis_buffer", 3,
        {DIM_ROWS, 1, DIM_FFT}},
    [VAD_TENSOR_CONV0_WEIGHT] = {"encoder.0.reparam_conv.weight", 3,
        {128, DIM_BINS, 3}},
    [VAD_TENSOR_CONV0_BIAS] = {"encoder.0.reparam_conv.bias", 1, {128}},
    [VAD_TENSOR_CONV1_WEIGHT] = {"encoder.1.reparam_conv.weight", 3,
        {64, 128, 3}},
    [VAD_TENSOR_CONV1_BIAS] = {"encoder.1.reparam_conv.bias", 1, {64}},
    [VAD_TENSOR_CONV2_WEIGHT] = {"encoder.2.reparam_conv.weight", 3,
        {64, 64, 3}},
    [VAD_TENSOR_CONV2_BIAS] = {"encoder.2.reparam_conv.bias", 1, {64}},
    [VAD_TENSOR_CONV3_WEIGHT] = {"encoder.3.reparam_conv.weight", 3,
        {128, 64, 3}},
    [VAD_TENSOR_CONV3_BIAS] = {"encoder.3.reparam_conv.bias", 1, {128}},
    [VAD_TENSOR_LSTM_WEIGHT_IH] = {"decoder.rnn.weight_ih", 2, {512, 128}},
    [VAD_TENSOR_LSTM_WEIGHT_HH] = {"decoder.rnn.weight_hh", 2, {512, 128}},
    [VAD_TENSOR_LSTM_BIAS_IH] = {"decoder.rnn.bias_ih", 1, {512}},
    [VAD_TENSOR_LSTM_BIAS_HH] = {"decoder.rnn.bias_hh", 1, {512}},
    [VAD_TENSOR_OUT_WEIGHT] = {"decoder.decoder.2.weight", 3, {1, 128, 1}},
    [VAD_TENSOR_OUT_BIAS] = {"decoder.decoder.2.bias", 1, {1}},
};

typedef struct {
  const guint8 *at;
  const guint8 *end;
} Span;

typedef struct {
  guint number;
  guint wire;
  guint64 value; /* WIRE_VARINT */
  Span bytes;    /* WIRE_BYTES */
} Field;

typedef struct {
  VadOnnxNetwork *ret_16k;
  VadOnnxNetwork *ret_8k;
  gboolean have_16k;
  gboolean have_8k;
} Search;

/* The float tensors with a known name that stand directly in one graph. */
typedef struct {
  struct {
    const guint8 *raw;
    gsize size;
    guint n_dims;
    guint64 dims[MAX_DIMS];
  } tensors[VAD_N_TENSORS];
} Scope;

static gboolean walk_graph (
    Search *search, Span span, guint depth, GError **error);

GQuark
vad_onnx_error_quark (void)
{
  return g_quark_from_static_string ("vad-onnx-error-quark");
}

static gboolean
malformed (GError **error, const gchar *what)
{
  g_set_error (error, VAD_ONNX_ERROR, VAD_ONNX_ERROR_MALFORMED,
      "not a well-formed ONNX file: %s", what);
  return FALSE;
}

static gboolean
read_varint (Span *span, guint64 *ret_value)
{
  guint64 value = 0;
  guint shift;

  for (shift = 0; shift < 64 && span->at < span->end; shift += 7) {
    guint8 byte = *span->at++;

    value |= (guint64) (byte & 0x7f) << shift;
    if (byte < 0x80) {
      *ret_value = value;
      return TRUE;
    }
  }

  return FALSE;
}

static gboolean
skip (Span *span, guint64 size)
{
  if (size > (guint64) (span->end - span->at))
    return FALSE;
  span->at += size;
  return TRUE;
}

/* The next field of the message @span, which must not be empty. */
static gboolean
read_field (Span *span, Field *field, GError **error)
{
  guint64 key, size;

  if (!read_varint (span, &key))
    return malformed (error, "a field's key is cut off");
  field->number = (guint) (key >> 3);
  field->wire = (guint) (key & 7);

  switch (field->wire) {
    case WIRE_VARINT:
      if (!read_varint (span, &field->value))
        return malformed (error, "a number is cut off");
      return TRUE;
    case WIRE_BYTES:
      if (!read_varint (span, &size))
        return malformed (error, "a length is cut off");
      field->bytes.at = span->at;
      if (!skip (span, size))
        return malformed (error, "a length points beyond its message");
      field->bytes.end = span->at;
      return TRUE;
    case WIRE_64BIT:
    case WIRE_32BIT:
      if (!skip (span, field->wire == WIRE_64BIT ? 8 : 4))
        return malformed (error, "a fixed-size number is cut off");
      return TRUE;
    default:
      return malformed (error, "unknown wire type");
  }
}

static gint
tensor_from_name (Span name)
{
  gsize length = name.end - name.at;
  guint i;

  for (i = 0; i < VAD_N_TENSORS; i++) {
    if (strlen (tensor_specs[i].name) == length
        && memcmp (tensor_specs[i].name, name.at, length) == 0)
      return i;
  }

  return -1;
}

static gboolean
add_dim (guint64 *dims, guint *n_dims, guint64 dim, GError **error)
{
  if (*n_dims == MAX_DIMS)
    return malformed (error, "a weight has too many dimensions");
  dims[(*n_dims)++] = dim;
  return TRUE;
}

/* Keeps the tensor in @scope when it is one that we look for. */
static gboolean
walk_tensor (Scope *scope, Span span, GError **error)
{
  Span name = {NULL, NULL}, raw = {NULL, NULL}, dim_span;
  Span whole = span;
  guint64 data_type = 0, dim;
  guint64 dims[MAX_DIMS] = {0};
  guint n_dims = 0;
  Field field;
  gint tensor;

  while (span.at < span.end) {
    if (!read_field (&span, &field, error))
      return FALSE;
    if (field.number == TENSOR_NAME && field.wire == WIRE_BYTES)
      name = field.bytes;
    else if (field.number == TENSOR_RAW_DATA && field.wire == WIRE_BYTES)
      raw = field.bytes;
    else if (field.number == TENSOR_DATA_TYPE && field.wire == WIRE_VARINT)
      data_type = field.value;
  }

  tensor = name.at != NULL ? tensor_from_name (name) : -1;
  if (tensor < 0 || data_type != DATA_TYPE_FLOAT || raw.at == NULL)
    return TRUE;

  /* Dimensions come one by one or packed, by the writer's taste. */
  for (span = whole; span.at < span.end;) {
    if (!read_field (&span, &field, error))
      return FALSE;
    if (field.number != TENSOR_DIMS)
      continue;
    if (field.wire == WIRE_VARINT) {
      if (!add_dim (dims, &n_dims, field.value, error))
        return FALSE;
    } else if (field.wire == WIRE_BYTES) {
      for (dim_span = field.bytes; dim_span.at < dim_span.end;) {
        if (!read_varint (&dim_span, &dim))
          return malformed (error, "a dimension is cut off");
        if (!add_dim (dims, &n_dims, dim, error))
          return FALSE;
      }
    }
  }

  scope->tensors[tensor].raw = raw.at;
  scope->tensors[tensor].size = raw.end - raw.at;
  scope->tensors[tensor].n_dims = n_dims;
  memcpy (scope->tensors[tensor].dims, dims, sizeof (dims));
  return TRUE;
}

static gboolean
walk_attribute (
    Search *search, Scope *scope, Span span, guint depth, GError **error)
{
  Field field;

  while (span.at < span.end) {
    if (!read_field (&span, &field, error))
      return FALSE;
    if (field.wire != WIRE_BYTES)
      continue;
    if (field.number == ATTRIBUTE_TENSOR) {
      if (!walk_tensor (scope, field.bytes, error))
        return FALSE;
    } else if (field.number == ATTRIBUTE_GRAPH) {
      if (!walk_graph (search, field.bytes, depth + 1, error))
        return FALSE;
    }
  }

  return TRUE;
}

static gboolean
walk_node (Search *search, Scope *scope, Span span, guint depth, GError **error)
{
  Field field;

  while (span.at < span.end) {
    if (!read_field (&span, &field, error))
      return FALSE;
    if (field.number == NODE_ATTRIBUTE && field.wire == WIRE_BYTES
        && !walk_attribute (search, scope, field.bytes, depth, error))
      return FALSE;
  }

  return TRUE;
}

static guint64
expected_dim (VadTensor tensor, guint index, guint bins)
{
  gint dim = tensor_specs[tensor].dims[index];

  switch (dim) {
    case DIM_BINS:
      return bins;
    case DIM_ROWS:
      return 2 * bins;
    case DIM_FFT:
      return 2 * (bins - 1);
    default:
      return dim;
  }
}

static gboolean
network_from_scope (const Scope *scope, VadOnnxNetwork *network, GError **error)
{
  guint64 bins = scope->tensors[VAD_TENSOR_CONV0_WEIGHT].dims[1];
  guint i, j;

  if (bins != BINS_16K && bins != BINS_8K) {
    g_set_error (error, VAD_ONNX_ERROR, VAD_ONNX_ERROR_UNSUPPORTED,
        "'%s' has %" G_GUINT64_FORMAT
        " input channels, a Silero v5 or v6 network has 129 or 65",
        tensor_specs[VAD_TENSOR_CONV0_WEIGHT].name, bins);
    return FALSE;
  }

  network->bins = (guint) bins;
  for (i = 0; i < VAD_N_TENSORS; i++) {
    gboolean fits =
        scope->tensors[i].raw != NULL
        && scope->tensors[i].n_dims == tensor_specs[i].n_dims
        && scope->tensors[i].size
               == vad_onnx_network_length (network, i) * sizeof (gfloat);

    for (j = 0; fits && j < tensor_specs[i].n_dims; j++)
      fits = scope->tensors[i].dims[j] == expected_dim (i, j, network->bins);
    if (!fits) {
      g_set_error (error, VAD_ONNX_ERROR, VAD_ONNX_ERROR_UNSUPPORTED,
          "the weight '%s' is missing or has another shape than in Silero v5 "
          "or v6",
          tensor_specs[i].name);
      return FALSE;
    }
    network->raw[i] = scope->tensors[i].raw;
  }

  return TRUE;
}

static gboolean
walk_graph (Search *search, Span span, guint depth, GError **error)
{
  g_autofree Scope *scope = NULL;
  VadOnnxNetwork network;
  Field field;

  if (depth > MAX_DEPTH)
    return malformed (error, "graphs are nested too deeply");

  scope = g_new0 (Scope, 1);
  while (span.at < span.end) {
    if (!read_field (&span, &field, error))
      return FALSE;
    if (field.number == GRAPH_NODE && field.wire == WIRE_BYTES
        && !walk_node (search, scope, field.bytes, depth, error))
      return FALSE;
  }

  /* The names carry no rate: the branch is told by its number of bins. */
  if (scope->tensors[VAD_TENSOR_CONV0_WEIGHT].raw == NULL)
    return TRUE;
  if (!network_from_scope (scope, &network, error))
    return FALSE;
  if (network.bins == BINS_16K) {
    *search->ret_16k = network;
    search->have_16k = TRUE;
  } else {
    *search->ret_8k = network;
    search->have_8k = TRUE;
  }

  return TRUE;
}

gboolean
vad_onnx_find_networks (const guint8 *data, gsize size, VadOnnxNetwork *ret_16k,
    VadOnnxNetwork *ret_8k, GError **error)
{
  VadOnnxNetwork network_16k, network_8k;
  Search search = {&network_16k, &network_8k, FALSE, FALSE};
  Span span = {data, data + size};
  Field field;

  while (span.at < span.end) {
    if (!read_field (&span, &field, error))
      return FALSE;
    if (field.number == MODEL_GRAPH && field.wire == WIRE_BYTES
        && !walk_graph (&search, field.bytes, 0, error))
      return FALSE;
  }

  if (!search.have_16k || !search.have_8k) {
    g_set_error (error, VAD_ONNX_ERROR, VAD_ONNX_ERROR_UNSUPPORTED,
        "the file has no %s Silero network",
        search.have_16k ? "8 kHz" : "16 kHz");
    return FALSE;
  }

  *ret_16k = network_16k;
  *ret_8k = network_8k;
  return TRUE;
}

gsize
vad_onnx_network_length (const VadOnnxNetwork *network, VadTensor tensor)
{
  gsize length = 1;
  guint i;

  for (i = 0; i < tensor_specs[tensor].n_dims; i++)
    length *= expected_dim (tensor, i, network->bins);

  return length;
}

gfloat *
vad_onnx_network_read (
    const VadOnnxNetwork *network, VadTensor tensor, GError **error)
{
  gsize i, length = vad_onnx_network_length (network, tensor);
  g_autofree gfloat *values = g_new (gfloat, length);

  for (i = 0; i < length; i++) {
    guint32 bits;

    memcpy (&bits, network->raw[tensor] + i * sizeof (bits), sizeof (bits));
    bits = GUINT32_FROM_LE (bits);
    memcpy (&values[i], &bits, sizeof (bits));
    if (!isfinite (values[i])) {
      g_set_error (error, VAD_ONNX_ERROR, VAD_ONNX_ERROR_UNSUPPORTED,
          "the weight '%s' has a value that is no finite number",
          tensor_specs[tensor].name);
      return NULL;
    }
  }

  return g_steal_pointer (&values);
}
