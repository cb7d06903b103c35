import { get } from '../lib/api.js';
import { el, heading, link, table } from '../lib/dom.js';
import { formatDuration, formatNumber } from '../lib/format.js';
import { follow } from '../lib/refresh.js';

export const title = 'Live sessions';

function describeUse(entry) {
  const what = { stt: `${Math.round(entry.audio_seconds ?? 0)} s`, llm: `${formatNumber(entry.output_tokens)} tokens`, tts: `${formatNumber(entry.characters)} characters` };
  return el('li', {}, `${entry.stage} ${entry.provider}: ${what[entry.stage]}${entry.failures ? `, ${entry.failures} failed` : ''}`);
}

function row(session, apps, usage) {
  const name = apps.find(({ id }) => id === session.appId)?.name;
  return [
    link(`sessions/${encodeURIComponent(session.id)}`, el('code', {}, session.id)),
    session.appId ? link(`apps/${encodeURIComponent(session.appId)}`, name ?? session.appId) : '–',
    formatDuration(Date.now() - session.startedAt),
    formatNumber(session.turns),
    session.model ?? '–',
    session.voice ?? '–',
    session.serviceId ?? '–',
    formatNumber(session.worker),
    el('ul', { class: 'plain' }, (usage?.providers ?? []).map(describeUse)),
  ];
}

async function load() {
  const [sessions, usage, apps] = await Promise.all([get('/api/sessions'), get('/v1/usage'), get('/api/apps')]);
  return [
    table('Live sessions', ['Session', 'App', 'For', 'Turns', 'Model', 'Voice', 'Backend', 'Worker', 'Used'],
      sessions.map((session) => row(session, apps, usage.sessions.find(({ id }) => id === session.id))), 'Nobody is talking.'),
  ];
}

export async function show(view) {
  const live = await follow(load);
  view.append(heading(title, 'Who is talking now. Each has a page of its own with what is said; once it is over that is under Calls.', live.control),
    el('section', { class: 'panel', 'aria-label': title }, live.element));
  return live.stop;
}
