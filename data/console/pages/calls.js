import { get } from '../lib/api.js';
import { action, el, field, form, heading, input, link, select, submitButton, table } from '../lib/dom.js';
import { formatDuration, formatNumber, formatTime } from '../lib/format.js';

export const title = 'Calls';

const PAGE = 25;

export const endings = {
  client_left: 'the caller left', expired: 'the longest time was over', idle: 'nobody spoke', shutdown: 'the server stopped', failed: 'it failed',
};

function row(call, apps) {
  const app = apps.find(({ id }) => id === call.appId);
  return [
    link(`calls/${encodeURIComponent(call.id)}`, formatTime(call.startedAt)), app?.name ?? call.appId ?? '–', formatDuration(call.durationMs),
    formatNumber(call.turns), call.model ?? '–', endings[call.endReason] ?? call.endReason];
}

export async function show(view) {
  const apps = await get('/api/apps');
  const search = input({ type: 'search' });
  const app = select([['', 'All apps'], ...apps.map(({ id, name }) => [id, name])]);
  const list = el('div', { 'aria-live': 'polite' });
  /** Where each page that was seen begins: the last one is shown. */
  let starts = [0];

  const load = async () => {
    const query = new URLSearchParams({ limit: String(PAGE + 1) });
    if (search.value.trim()) query.set('q', search.value.trim());
    if (app.value) query.set('appId', app.value);
    if (starts.at(-1)) query.set('before', String(starts.at(-1)));
    const calls = await get(`/api/calls?${query}`);
    const shown = calls.slice(0, PAGE);
    list.replaceChildren(
      table(title, ['Began', 'App', 'Lasted', 'Answers', 'Model', 'Ended because'], shown.map((call) => row(call, apps)), 'There is no such call.'),
      el('nav', { class: 'actions', 'aria-label': 'Pages' },
        starts.length > 1 && action('Newer', async () => { starts.pop(); await load(); }),
        calls.length > PAGE && action('Older', async () => { starts.push(shown.at(-1).startedAt); await load(); })));
  };

  const again = () => { starts = [0]; return load(); };
  app.addEventListener('change', again);
  await load();
  view.append(
    heading(title, 'Sessions that are over, the newest first.'),
    form({ class: 'panel inline-form', role: 'search' }, submitButton('Search'), again, field('Somebody said', search), field('App', app)),
    el('section', { class: 'panel', 'aria-label': title }, list));
}
