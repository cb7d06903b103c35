// Prometheus' text format, as much of it as /metrics has.
const LINE = /^([a-zA-Z_:][\w:]*)(?:\{([^}]*)\})? (\S+)$/;

function readNumber(text) {
  return text === '+Inf' ? Infinity : Number(text);
}

/** A list of {name, labels, value}. */
export function parseMetrics(text) {
  const samples = [];
  for (const line of text.split('\n')) {
    const match = LINE.exec(line);
    if (!match) continue;
    const labels = Object.fromEntries([...(match[2] ?? '').matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]));
    samples.push({ name: match[1], labels, value: readNumber(match[3]) });
  }
  return samples;
}

export function sumOf(samples, name) {
  const found = samples.filter((sample) => sample.name === name);
  return found.length ? found.reduce((sum, { value }) => sum + value, 0) : NaN;
}

/** Within its bucket a quantile is taken to lie evenly. Seconds; NaN when nothing was counted. */
export function quantile(buckets, q) {
  const sorted = [...buckets].sort((a, b) => a.bound - b.bound);
  const total = sorted.at(-1)?.count ?? 0;
  if (total === 0) return NaN;
  let lower = 0;
  let below = 0;
  for (const { bound, count } of sorted) {
    if (count >= q * total) {
      return bound === Infinity ? lower : lower + (bound - lower) * ((q * total - below) / Math.max(1, count - below));
    }
    lower = bound;
    below = count;
  }
  return lower;
}

/** [{stage, count, p50, p95}], milliseconds, in the order of /metrics. */
export function stageLatencies(samples) {
  const stages = new Map();
  for (const { name, labels, value } of samples) {
    if (name !== 'vowel_turn_stage_seconds_bucket') continue;
    if (!stages.has(labels.stage)) stages.set(labels.stage, []);
    stages.get(labels.stage).push({ bound: readNumber(labels.le), count: value });
  }
  return [...stages].map(([stage, buckets]) => ({
    stage,
    count: Math.max(0, ...buckets.map(({ count }) => count)),
    p50: quantile(buckets, 0.5) * 1000,
    p95: quantile(buckets, 0.95) * 1000,
  }));
}
