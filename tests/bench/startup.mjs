// From starting the program to the first answer of /health.
import http from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { environment, program } from '../lib/daemon.mjs';
import { cpuTime, median, ms, resident, row } from './bench.mjs';

const RUNS = 7;
const port = 20000 + (process.pid % 20000);

const healthy = () => new Promise((resolve) => {
  const request = http.get({ host: '127.0.0.1', port, path: '/health' }, (answer) => {
    answer.resume();
    resolve(answer.statusCode === 200);
  });
  request.on('error', () => resolve(false));
});

const times = [];
const costs = [];
const sizes = [];
for (let run = 0; run <= RUNS; run++) {
  const start = performance.now();
  const child = spawn(program, ['serve'], { env: environment({ PORT: String(port) }), stdio: 'ignore' });
  const exited = once(child, 'exit');
  while (!(await healthy())) {
    // Not at once: asking would take the processor from the daemon.
    await setTimeout(1);
    if (child.exitCode !== null) throw new Error(`the daemon ended with ${child.exitCode}`);
  }
  // The first run may still write the plugin registry.
  if (run > 0) {
    times.push(performance.now() - start);
    costs.push(cpuTime(child.pid));
    sizes.push(resident(child.pid));
  }
  child.kill('SIGTERM');
  await exited;
}
row('start to /health', ms(median(times)), '100 ms');
row('start to /health: CPU', ms(median(costs)), '');
row('resident memory after start', `${(median(sizes) / 1024).toFixed(1)} MiB`, '40 MiB');
