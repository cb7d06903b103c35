// SPDX-License-Identifier: LGPL-2.1-or-later
//
// The Silero network evaluated by ONNX Runtime: the oracle for the native one.
// Throws when the optional package onnxruntime-node cannot be loaded.

/** @param {string} path the ONNX file @param {16000|8000} rate */
export async function openSilero(path, rate) {
  const { default: ort } = await import('onnxruntime-node');
  const window = rate === 16000 ? 512 : 256;
  const context = rate === 16000 ? 64 : 32;
  const session = await ort.InferenceSession.create(path, {
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
  });
  const sr = new ort.Tensor('int64', BigInt64Array.of(BigInt(rate)), []);
  const input = new Float32Array(context + window);
  let state = new ort.Tensor('float32', new Float32Array(2 * 128), [2, 1, 128]);

  return {
    window,
    /** The probability of speech in the next window (Float32Array, -1 to 1). */
    async process(samples) {
      input.copyWithin(0, window);
      input.set(samples, context);
      const result = await session.run({
        input: new ort.Tensor('float32', input, [1, context + window]),
        state,
        sr,
      });
      state = result.stateN;
      return result.output.data[0];
    },
  };
}
