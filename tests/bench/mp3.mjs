// What it costs to make an MP3 file of each sentence, as Voicex's clients are sent: of real speech.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { speak } from '../lib/speech.mjs';

const folder = mkdtempSync(path.join(tmpdir(), 'vowel-mp3-'));
const file = path.join(folder, 'speech.raw');
writeFileSync(file, speak('It was a bright cold day, and the clocks were striking thirteen. Nobody had wound them up for years, and still they went on, each at its own pace.'));
const { status } = spawnSync(path.join(process.env.VOWEL_BUILDDIR, 'tests/bench/bench-mp3'), [file], { stdio: ['ignore', 'inherit', 'inherit'] });
rmSync(folder, { recursive: true });
process.exitCode = status;
