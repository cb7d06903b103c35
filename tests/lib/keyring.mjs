// SPDX-License-Identifier: LGPL-2.1-or-later
// A D-Bus session of its own with GNOME's keyring on it, and nothing of the
// user's: what the tests know of Secret Services is said by a real one.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const has = (program) => spawnSync('sh', ['-c', `command -v ${program}`]).status === 0;
export const noKeyring = has('dbus-daemon') && has('gnome-keyring-daemon') && has('gdbus') ? false : 'no dbus-daemon or no gnome-keyring-daemon';

export async function startKeyring() {
  const home = mkdtempSync(path.join(tmpdir(), 'vowel-keyring-'));
  const own = { PATH: process.env.PATH, HOME: home, XDG_RUNTIME_DIR: home, LC_ALL: 'C.UTF-8' };
  const bus = spawn('dbus-daemon', ['--session', '--nofork', '--print-address=1', `--address=unix:path=${home}/bus-of-its-own`], { env: own, stdio: ['ignore', 'pipe', 'ignore'] });
  const [address] = await once(bus.stdout, 'data');
  const env = { ...own, DBUS_SESSION_BUS_ADDRESS: String(address).trim() };
  const keyring = spawn('gnome-keyring-daemon', ['--foreground', '--unlock', '--components=secrets'], { env, stdio: ['pipe', 'ignore', 'ignore'] });
  async function close() {
    for (const child of [keyring, bus]) {
      const exited = child.exitCode === null && child.signalCode === null && once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    }
    rmSync(home, { recursive: true, force: true });
  }
  keyring.stdin.end('a password');
  const [status] = await once(spawn('gdbus', ['wait', '--session', '--timeout', '20', 'org.freedesktop.secrets'], { env, stdio: 'ignore' }), 'exit');
  if (status !== 0) {
    await close();
    throw new Error('the keyring does not come up');
  }
  return {
    env: { DBUS_SESSION_BUS_ADDRESS: env.DBUS_SESSION_BUS_ADDRESS, HOME: home },
    /** It is there, and says nothing. */
    stop: () => keyring.kill('SIGSTOP'),
    resume: () => keyring.kill('SIGCONT'),
    close,
  };
}
