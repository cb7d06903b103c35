/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <glib.h>

G_BEGIN_DECLS

/*
 * Finds the weights of the Silero network in an ONNX file without an ONNX
 * runtime: a bounded walk over the protobuf that trusts no length in it.
 */

#define VAD_ONNX_ERROR (vad_onnx_error_quark ())
GQuark vad_onnx_error_quark (void);

typedef enum {
  VAD_ONNX_ERROR_MALFORMED,   /* not a well-formed ONNX file */
  VAD_ONNX_ERROR_UNSUPPORTED, /* an ONNX file, but not a Silero v5/v6 network */
} VadOnnxError;

/* The tensors of one network; hidden size 128. */
typedef enum {
  VAD_TENSOR_STFT_BASIS,     /* [2 * bins][1][n_fft] */
  VAD_TENSOR_CONV0_WEIGHT,   /* [128][bins][3] */
  VAD_TENSOR_CONV0_BIAS,     /* [128] */
  VAD_TENSOR_CONV1_WEIGHT,   /* [64][128][3] */
  VAD_TENSOR_CONV1_BIAS,     /* [64] */
  VAD_TENSOR_CONV2_WEIGHT,   /* [64][64][3] */
  VAD_TENSOR_CONV2_BIAS,     /* [64] */
  VAD_TENSOR_CONV3_WEIGHT,   /* [128][64][3] */
  VAD_TENSOR_CONV3_BIAS,     /* [128] */
  VAD_TENSOR_LSTM_WEIGHT_IH, /* [512][128], gates i f g o */
  VAD_TENSOR_LSTM_WEIGHT_HH, /* [512][128] */
  VAD_TENSOR_LSTM_BIAS_IH,   /* [512] */
  VAD_TENSOR_LSTM_BIAS_HH,   /* [512] */
  VAD_TENSOR_OUT_WEIGHT,     /* [1][128][1] */
  VAD_TENSOR_OUT_BIAS,       /* [1] */
  VAD_N_TENSORS
} VadTensor;

/* One network inside the file.  The pointers lead into the file's bytes and
 * are not aligned: read them with vad_onnx_network_read(). */
typedef struct {
  guint bins;
  const guint8 *raw[VAD_N_TENSORS];
} VadOnnxNetwork;

/**
 * vad_onnx_find_networks:
 * @data: the ONNX file's bytes
 * @size: how many
 * @ret_16k: (out caller-allocates): the 16 kHz network, into @data
 * @ret_8k: (out caller-allocates): the 8 kHz network, into @data
 *
 * Both networks must be there, complete and of the right shapes.
 */
gboolean vad_onnx_find_networks (const guint8 *data, gsize size,
    VadOnnxNetwork *ret_16k, VadOnnxNetwork *ret_8k, GError **error);

/* How many floats the tensor has in this network. */
gsize vad_onnx_network_length (const VadOnnxNetwork *network, VadTensor tensor);

/* A host-order copy of a tensor; fails on values that are not finite. */
gfloat *vad_onnx_network_read (
    const VadOnnxNetwork *network, VadTensor tensor, GError **error);

G_END_DECLS
