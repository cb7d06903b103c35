// What a call has become: its words, and where the time of its turns went.
import { badge, el } from './dom.js';
import { formatMs, formatOffset } from './format.js';

/** One after the other they make up the whole. */
const STAGES = [['transcript', 'Transcript'], ['decision', 'Decision'], ['first_text', 'First text'], ['first_audio', 'First audio']];
const KINDS = { completed: 'good', failed: 'bad' };

export function transcript(lines) {
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

export function waterfall(timeline) {
  if (timeline.length === 0) return el('p', { class: 'empty' }, 'There was no answer.');
  const longest = Math.max(1, ...timeline.map(({ times }) => total(times ?? {})));
  return el('div', { class: 'scroll', role: 'region', 'aria-label': 'Latency per turn', tabindex: '0' }, el('table', { class: 'waterfall' },
    el('caption', { class: 'hidden' }, 'Latency per turn'),
    el('thead', {}, el('tr', {}, ['At', 'Status', ...STAGES.map(([, name]) => name), 'Whole', 'Waterfall'].map((name) => el('th', { scope: 'col' }, name)))),
    el('tbody', {}, timeline.map(({ atMs, status, times }) => el('tr', {},
      el('th', { scope: 'row' }, formatOffset(atMs)), el('td', {}, badge(status, KINDS[status] ?? 'warn')),
      STAGES.map(([stage]) => el('td', {}, formatMs(times?.[stage]))), el('td', {}, formatMs(times?.whole)), bar(times ?? {}, longest))))));
}
