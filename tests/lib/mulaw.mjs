// G.711 mu-law, by the recommendation's formula.
const BIAS = 132;
const CLIP = 32635;

function encodeSample(sample) {
  const sign = sample < 0 ? 0x80 : 0;
  const magnitude = Math.min(Math.abs(sample), CLIP) + BIAS;
  const exponent = 31 - Math.clz32(magnitude) - 7;
  return ~(sign | (exponent << 4) | ((magnitude >> (exponent + 3)) & 15)) & 0xff;
}

function decodeByte(byte) {
  const u = ~byte & 0xff;
  const magnitude = ((((u & 15) << 3) + BIAS) << ((u & 0x70) >> 4)) - BIAS;
  return u & 0x80 ? -magnitude : magnitude;
}

/** S16LE to mu-law. */
export function encodeMulaw(pcm) {
  const bytes = Buffer.alloc(pcm.length >> 1);
  for (let i = 0; i < bytes.length; i++) bytes[i] = encodeSample(pcm.readInt16LE(2 * i));
  return bytes;
}

/** Mu-law to S16LE. */
export function decodeMulaw(bytes) {
  const pcm = Buffer.alloc(2 * bytes.length);
  bytes.forEach((byte, i) => pcm.writeInt16LE(decodeByte(byte), 2 * i));
  return pcm;
}

export const quiet = (milliseconds) => Buffer.alloc(milliseconds * 8, 0xff);
