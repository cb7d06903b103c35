// Real speech for tests: spoken by a synthesizer, S16LE mono.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { environment } from './daemon.mjs';

export function gstLaunch(args, { timeout = 60000, env = {} } = {}) {
  const run = spawnSync('gst-launch-1.0', ['-q', ...args], { env: environment(env), timeout, encoding: 'utf8' });
  if (run.status !== 0) throw new Error(`gst-launch-1.0 ${args.join(' ')}: ${run.stderr || run.error || run.signal}`);
  return run.stdout;
}

function withFolder(use) {
  const folder = mkdtempSync(path.join(tmpdir(), 'vowel-speech-'));
  try {
    return use(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * What `text` sounds like, without silence around it. One voice in one process always speaks the same way; voices of
 * flite that speak at once share its source of noise, and a recogniser may hear other words each time.
 */
export function speak(text, { rate = 24000, provider = 'flite', format = 'S16LE' } = {}) {
  return withFolder((folder) => {
    const file = path.join(folder, 'speech.raw');
    gstLaunch(['ttssrc', `provider=${provider}`, `text=${text}`, '!', 'audioconvert', '!', 'audioresample', '!',
      `audio/x-raw,format=${format},rate=${rate},channels=1`, '!', 'filesink', `location=${file}`]);
    return readFileSync(file);
  });
}

/** Writes S16LE mono of `rate` as a WAV file, resampled to `fileRate`. */
export function writeWav(file, audio, { rate = 24000, fileRate = rate } = {}) {
  withFolder((folder) => {
    const raw = path.join(folder, 'audio.raw');
    writeFileSync(raw, audio);
    gstLaunch(['filesrc', `location=${raw}`, '!', 'rawaudioparse', `sample-rate=${rate}`, 'num-channels=1', '!', 'audioconvert', '!',
      'audioresample', '!', `audio/x-raw,rate=${fileRate}`, '!', 'wavenc', '!', 'filesink', `location=${file}`]);
  });
}

export const silence = (milliseconds, rate = 24000) => Buffer.alloc(Math.round((rate * milliseconds) / 1000) * 2);

/** Appends of `milliseconds` each. */
export function* packets(audio, milliseconds = 40, rate = 24000) {
  const size = Math.round((rate * milliseconds) / 1000) * 2;
  for (let at = 0; at < audio.length; at += size) yield audio.subarray(at, at + size);
}

export const append = (audio) => ({ type: 'input_audio_buffer.append', audio: audio.toString('base64') });

/** Sends a recording and a second of silence as fast as the socket takes it. */
export function sendSpeech(connection, audio, { rate = 24000, tail = 1000 } = {}) {
  for (const packet of packets(Buffer.concat([audio, silence(tail, rate)]), 40, rate)) connection.send(append(packet));
}
