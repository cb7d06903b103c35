// Starts the built daemon for a test or benchmark and stops it again.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';

const build = process.env.VOWEL_BUILDDIR;
const source = process.env.VOWEL_SRCDIR;

const folder = mkdtempSync(path.join(tmpdir(), 'vowel-daemons-'));
let stores = 0;
process.on('exit', () => rmSync(folder, { recursive: true, force: true }));

/** Environment of a daemon that uses the build tree's plugins and data only. */
export function environment(extra = {}) {
  // Nobody's own keys and services: with them "auto" would be another provider.
  const inherited = Object.fromEntries(Object.entries(process.env).filter(([name]) =>
    !/^(.*API_KEY|.*_BASE_URL|JWT_SECRET|CREDENTIALS_DIRECTORY|.*RUNTIME_CONFIG_PATH|VOWEL_PRESET|DBUS_SESSION_BUS_ADDRESS|XDG_RUNTIME_DIR)$/.test(name)));
  return {
    ...inherited,
    XDG_CONFIG_HOME: path.join(build, 'no-configuration'),
    GST_PLUGIN_PATH: [path.join(build, 'plugins'), path.join(build, 'tests', 'fakes')].join(':'),
    GST_REGISTRY: process.env.GST_REGISTRY ?? path.join(build, 'registry.bin'),
    VOWEL_DATA_DIR: path.join(source, 'data'),
    VOWEL_PIPELINES_DIR: path.join(source, 'pipelines'),
    VOWEL_ESPEAK_HELPER: path.join(build, 'plugins/espeak/vowel-espeak-helper'),
    HOST: '127.0.0.1',
    PORT: '0',
    XDG_DATA_HOME: path.join(folder, String(stores++)),
    ...extra,
  };
}

export const program = path.join(build ?? '.', 'src/vowel-gst');

/** The engines that answer at once, for tests of everything around them. */
export const fakeEngines = { STT_PROVIDER: 'fake', LLM_PROVIDER: 'fake', TTS_PROVIDER: 'fake' };

const COMPLAINTS = /ERROR: (Address|Leak)Sanitizer|: runtime error: |^.* error +(GLib|GLib-GObject|GStreamer|libsoup|Json): .*$/m;

/**
 * Resolves once the daemon listens. `stop()` ends it with SIGTERM and resolves
 * to its exit code; what it wrote to stderr is in `log`, to stdout in `output`.
 * A daemon that a sanitizer or GLib complained about makes `exited` reject.
 */
export async function startDaemon({ env = {}, args = [] } = {}) {
  const child = spawn(program, ['serve', ...args], { env: environment(env), stdio: ['ignore', 'pipe', 'pipe'] });
  const daemon = { child, pid: child.pid, log: '', output: '', port: 0, url: '' };
  const exited = once(child, 'close').then(([code, signal]) => {
    const complaint = COMPLAINTS.exec(daemon.log);
    if (complaint) throw new Error(`the daemon is broken: ${daemon.log.slice(complaint.index)}`);
    return signal ?? code;
  });
  exited.catch(() => {});
  child.stderr.on('data', (data) => { daemon.log += data; });
  child.stdout.on('data', (data) => { daemon.output += data; });
  const lines = createInterface({ input: child.stdout });

  daemon.exited = exited;
  daemon.stop = async () => {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    return exited;
  };

  await Promise.race([
    new Promise((resolve) => lines.on('line', (line) => {
      const match = /^listening on (https?:\/\/.*:(\d+))/.exec(line);
      if (!match) return;
      daemon.origin = match[1];
      daemon.port = Number(match[2]);
      daemon.url = `${match[1].replace('http', 'ws')}/v1/realtime`;
      resolve();
    })),
    exited.then((code) => { throw new Error(`the daemon ended with ${code} before it listened:\n${daemon.log}`); }),
  ]);
  return daemon;
}

export async function metric(daemon, name) {
  return (await (await fetch(`${daemon.origin}/health`)).json())[name];
}

export async function untilMetric(daemon, name, value) {
  for (let i = 0; i < 2000; i++) {
    if (await metric(daemon, name) === value) return;
    await new Promise((resolve) => { setTimeout(resolve, 10); });
  }
  assert.fail(`${name} does not become ${value}`);
}
