import { get } from '../lib/api.js';
import { el, facts, heading, link, panel } from '../lib/dom.js';
import { formatDuration } from '../lib/format.js';
import { follow } from '../lib/refresh.js';
import { transcript, waterfall } from '../lib/record.js';

export const title = 'Live session';

export async function show(view, id) {
  const path = `/api/sessions/${encodeURIComponent(id)}`;
  const apps = await get('/api/apps');

  const load = async () => {
    const session = await get(path);
    const app = apps.find(({ id: appId }) => appId === session.appId);
    return [
      panel('About', facts([
        ['Session', el('code', {}, session.id)], ['App', app ? link(`apps/${encodeURIComponent(app.id)}`, app.name) : session.appId],
        ['Backend', session.serviceId], ['Model', session.model], ['Voice', session.voice],
        ['For', formatDuration(Date.now() - session.startedAt)], ['Answers', String(session.turns)]])),
      panel('Where the time goes', el('p', { class: 'hint' }, 'Each stage begins where the one before it ended; the first one when the caller had finished.'), waterfall(session.timeline)),
      panel('Transcript so far', transcript(session.transcript)),
    ];
  };

  const live = await follow(load);
  view.append(el('p', {}, link('sessions', '← Live sessions')),
    heading(title, 'What is being said. When it is over it is under Calls.', live.control), live.element);
  return live.stop;
}
