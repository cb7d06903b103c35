// What the benchmarks share: reading a process's cost, and a table row.
import { readFileSync, readdirSync } from 'node:fs';

/** CPU time that all threads of a process have used, in milliseconds. */
export function cpuTime(pid) {
  let total = 0;
  for (const task of readdirSync(`/proc/${pid}/task`)) {
    total += Number(readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8').split(' ')[0]);
  }
  return total / 1e6;
}

/** Resident memory in KiB. */
export function resident(pid) {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))[1]);
}

export function percentile(values, part) {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length * part)];
}

export const median = (values) => percentile(values, 0.5);

export function row(what, measured, target) {
  console.log(`| ${what} | ${measured} | ${target} |`);
}

export const ms = (value) => `${value.toFixed(2)} ms`;
