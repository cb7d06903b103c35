import { get, remove } from '../lib/api.js';
import { confirmDialog } from '../lib/dialog.js';
import { action, announce, el, facts, heading, link, panel } from '../lib/dom.js';
import { formatDuration, formatTime } from '../lib/format.js';
import { transcript, waterfall } from '../lib/record.js';
import { endings } from './calls.js';

export const title = 'Call';

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
