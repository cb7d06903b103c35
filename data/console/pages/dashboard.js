import { get } from '../lib/api.js';
import { badge, el, facts, heading, link, panel, table } from '../lib/dom.js';
import { formatBytes, formatDuration, formatMs, formatNumber, formatTime } from '../lib/format.js';
import { parseMetrics, stageLatencies, sumOf } from '../lib/metrics.js';
import { follow } from '../lib/refresh.js';

export const title = 'Dashboard';

const MAX_CALLS = 500;
const STAGES = {
  transcript: 'Transcript: the end of the turn until its words are known',
  decision: 'Decision: until the answer is begun',
  first_text: 'First text: until the model’s first words',
  first_audio: 'First audio: until the voice is sent',
  whole: 'Whole: from the end of the turn to the first audio',
};

function tile(name, value, note) {
  return el('div', { class: 'tile' }, el('dt', {}, name), el('dd', {}, el('strong', {}, value), el('span', { class: 'hint' }, note)));
}

function tiles(samples, calls, sessions, health) {
  const midnight = new Date().setHours(0, 0, 0, 0);
  const today = calls.filter(({ endedAt }) => endedAt >= midnight);
  const answers = [...today, ...sessions].reduce((sum, { turns }) => sum + turns, 0);
  const more = calls.length === MAX_CALLS && today.length === MAX_CALLS ? ' or more' : '';
  const since = `since the start ${formatDuration(health.uptime_seconds * 1000)} ago`;
  return el('dl', { class: 'tiles' },
    tile('Live sessions', formatNumber(sumOf(samples, 'vowel_sessions')), `${formatNumber(sumOf(samples, 'vowel_sessions_started_total'))} began ${since}`),
    tile('Answers today', formatNumber(answers) + more, `calls that are over: ${formatNumber(today.length)}${more}; live: ${formatNumber(sessions.length)}`),
    tile('Interruptions', formatNumber(sumOf(samples, 'vowel_interruptions_total')), since),
    tile('Failed answers', formatNumber(sumOf(samples.filter(({ labels }) => labels.status === 'failed'), 'vowel_responses_total')), since),
    tile('Refusals', formatNumber(sumOf(samples, 'vowel_requests_unauthorized_total')), `for want of rights, ${since}`));
}

function latencies(samples) {
  const rows = stageLatencies(samples).map(({ stage, count, p50, p95 }) => [
    STAGES[stage] ?? stage, formatMs(p50), formatMs(p95), formatNumber(count)]);
  return panel('Where the time of turns goes', el('p', { class: 'hint' }, 'Of all turns since the start; taken from the histograms of /metrics, so they are estimates.'),
    table('Latencies by stage', ['Stage', 'p50', 'p95', 'Turns'], rows));
}

function health(entry) {
  if (entry.requests === 0) return badge('Unused');
  if (entry.failures === 0) return badge('OK', 'good');
  return entry.failures >= entry.requests ? badge('Failing', 'bad') : badge(`${formatNumber(entry.failures)} failed`, 'warn');
}

function amount(entry) {
  if (entry.stage === 'llm') return `${formatNumber(entry.input_tokens)} in, ${formatNumber(entry.output_tokens)} out tokens`;
  return entry.stage === 'tts' ? `${formatNumber(entry.characters)} characters` : `${formatNumber(Math.round(entry.audio_seconds))} s of audio`;
}

function providers(usage) {
  const rows = usage.providers.map((entry) => [`${entry.stage} ${entry.provider}`, health(entry), formatNumber(entry.requests),
    formatNumber(entry.retries), formatNumber(entry.take_overs), amount(entry)]);
  return panel('Providers in use', table('Providers in use', ['Provider', 'Health', 'Requests', 'Retries', 'Stood in', 'Amount'], rows,
    'Nobody has talked since the server started.'));
}

/** What can be set up, the services of speech and of language models together. */
function listServices(status) {
  const services = new Map();
  for (const group of [status.speechProviders, status.languageModels]) {
    for (const [name, { configured, supports, env }] of Object.entries(group)) {
      const known = services.get(name);
      services.set(name, { name, configured: configured || Boolean(known?.configured), supports: [...(known?.supports ?? []), ...supports], env });
    }
  }
  return [...services.values()].sort((a, b) => b.configured - a.configured || a.name.localeCompare(b.name));
}

function servicesPanel(status) {
  const row = ({ name, configured, supports, env }) => [name, configured ? badge('Configured', 'good') : badge('Not set'), supports.join(', '), el('code', {}, env.join(', ') || '–')];
  return panel('Services', el('p', { class: 'hint' }, 'Beside what works on this machine by itself.'),
    table('Services', ['Service', 'State', 'Stages', 'Key'], listServices(status).map(row)));
}

function server(samples, healthBody) {
  return panel('Server', facts([
    ['Version', healthBody.version],
    ['Configuration file', healthBody.configPath],
    ['Configuration changed', healthBody.configLastUpdated && formatTime(healthBody.configLastUpdated)],
    ['Connections', formatNumber(healthBody.connections)],
    ['Memory', formatBytes(sumOf(samples, 'process_resident_memory_bytes'))],
  ]));
}

async function load() {
  const [metrics, usage, calls, healthBody, sessions] = await Promise.all([
    get('/metrics'), get('/v1/usage'), get(`/api/calls?limit=${MAX_CALLS}`), get('/health'), get('/api/sessions')]);
  const samples = parseMetrics(metrics);
  return [tiles(samples, calls, sessions, healthBody), latencies(samples), providers(usage), server(samples, healthBody)];
}

export async function show(view) {
  const status = await get('/api/status');
  const live = await follow(load);
  view.append(
    heading(title, null, live.control),
    el('p', { class: 'hint' }, 'Begin with ', link('apps', 'Apps'), ', or talk in the ', link('test-lab', 'Test Lab'), '.'),
    live.element,
    servicesPanel(status));
  return live.stop;
}
