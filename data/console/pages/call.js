import { get, remove } from '../lib/api.js';
import { confirmDialog } from '../lib/dialog.js';
import { action, announce, badge, el, facts, heading, link, panel } from '../lib/dom.js';
import { formatDuration, formatMs, formatOffset, formatTime } from '../lib/format.js';
import { endings } from './calls.js';

export const title = 'Call';

/** One after the other they make up the whole. */
const STAGES = [['transcript', 'Transcript'], ['decision', 'Decision'], ['first_text', 'First text'], ['first_audio', 'First audio']];
const KINDS = { completed: 'good', failed: 'bad' };

function transcript(lines) {
  if (lines.length === 0) return el('p', { class: 'empty' }, 'Nothing was said, or it is not kept (store.callHistory).');
  return el('ol', { class: 'transcript' }, lines.map(({ atMs, speaker, text }) => el('li', { class: speaker },
    el('span', { class: 'hint' }, `${formatOffset(atMs)} ${speaker}`), el('p', {}, text))));
}

function bar(times, longest) {
  const cell = el('td', { class: 'bar', 'aria-hidden': 'true' });
  STAGES.forEach(([stage, name], index) => {
    if (!(times[stage] > 0)) return;
    const part = el('span', { class: `s${index + 1}`, title: `${name}: ${formatMs(times[stage])}` });
    part.style.width = `${(100 * times[stage]) / longest}%`;
    cell.append(part);
  });
  return cell;
}

const total = (times) => STAGES.reduce((sum, [stage]) => sum + (times[stage] ?? 0), 0);

function waterfall(timeline) {
  if (timeline.length === 0) return el('p', { class: 'empty' }, 'There was no answer.');
  const longest = Math.max(1, ...timeline.map(({ times }) => total(times ?? {})));
  return el('div', { class: 'scroll', role: 'region', 'aria-label': 'Latency per turn', tabindex: '0' }, el('table', { class: 'waterfall' },
    el('caption', { class: 'hidden' }, 'Latency per turn'),
    el('thead', {}, el('tr', {}, ['At', 'Status', ...STAGES.map(([, name]) => name), 'Whole', 'Waterfall'].map((name) => el('th', { scope: 'col' }, name)))),
    el('tbody', {}, timeline.map(({ atMs, status, times }) => el('tr', {},
      el('th', { scope: 'row' }, formatOffset(atMs)), el('td', {}, badge(status, KINDS[status] ?? 'warn')),
      STAGES.map(([stage]) => el('td', {}, formatMs(times?.[stage]))), el('td', {}, formatMs(times?.whole)), bar(times ?? {}, longest))))));
}

export async function show(view, id) {
  const [call, apps] = await Promise.all([get(`/api/calls/${encodeURIComponent(id)}`), get('/api/apps')]);
  const app = apps.find(({ id: appId }) => appId === call.appId);
  view.append(
    el('p', {}, link('calls', '← Calls')),
    heading(`Call of ${formatTime(call.startedAt)}`, null, action('Delete call', async () => {
      if (!await confirmDialog('Delete call', 'The record of this call is forgotten.', 'Delete call')) return;
      await remove(`/api/calls/${encodeURIComponent(id)}`);
      announce('The call is deleted.');
      location.hash = '#/calls';
    }, { class: 'danger' })),
    panel('About', facts([
      ['Session', el('code', {}, call.id)], ['App', app ? link(`apps/${encodeURIComponent(app.id)}`, app.name) : call.appId],
      ['Backend', call.serviceId], ['Model', call.model], ['Voice', call.voice], ['Lasted', formatDuration(call.durationMs)],
      ['Ended because', endings[call.endReason] ?? call.endReason], ['Answers', String(call.turns)]])),
    panel('Where the time went', el('p', { class: 'hint' }, 'Each stage begins where the one before it ended; the first one when the caller had finished.'), waterfall(call.timeline)),
    panel('Transcript', transcript(call.transcript)));
}
