import { appPath, get, patch, post, remove } from '../lib/api.js';
import { confirmDialog, openDialog } from '../lib/dialog.js';
import { action, announce, badge, el, field, form, heading, input, keepFocus, link, submitButton } from '../lib/dom.js';
import { formatTime } from '../lib/format.js';

export const title = 'Apps';

async function createApp() {
  let created = null;
  await openDialog('Create app', (close) => {
    const name = input({ required: true });
    const description = input();
    return form({}, [el('button', { type: 'button', onclick: () => close() }, 'Cancel'), submitButton('Create')], async () => {
      created = await post('/api/apps', { name: name.value, ...(description.value.trim() && { description: description.value.trim() }) });
      close();
    }, field('Name', name), field('Description', description));
  });
  return created;
}

/** Resolves to whether it is gone. */
export async function deleteApp(app) {
  if (!await confirmDialog('Delete app', `“${app.name}” goes with all of its keys: whoever uses them is refused at once. This cannot be undone.`, 'Delete app'))
    return false;
  await remove(appPath(app.id));
  announce('The app is deleted.');
  return true;
}

const organizationPath = (app) => `/api/organizations/${encodeURIComponent(app.id)}`;

/** Somebody has signed up for it, and waits to be let in, or has been. */
function admission(app, organization, refresh) {
  const waits = organization.status === 'pending';
  return action(waits ? 'Let in' : 'Shut out', async () => {
    await patch(organizationPath(app), { status: waits ? 'active' : 'pending' });
    await refresh();
    announce(waits ? `${organization.ownerEmail} may sign in.` : `${organization.ownerEmail} is shut out.`);
    keepFocus();
  }, { 'aria-label': `${waits ? 'Let in' : 'Shut out'} ${app.name}` });
}

function card(app, organization, refresh) {
  const here = `apps/${encodeURIComponent(app.id)}`;
  return el('li', { class: 'panel card' },
    el('div', {}, el('h2', {}, link(here, app.name), organization?.status === 'pending' && [' ', badge('Waiting', 'warn')]),
      app.description && el('p', {}, app.description),
      el('p', { class: 'hint' }, el('code', {}, app.id), ` · created ${formatTime(app.createdAt)}`,
        organization?.ownerEmail && ` · signed up for by ${organization.ownerEmail}`, organization?.plan && ` · plan ${organization.plan}`)),
    el('div', { class: 'actions' },
      organization?.ownerEmail && admission(app, organization, refresh),
      el('a', { class: 'button', href: `#/${here}`, 'aria-label': `Open ${app.name}` }, 'Open'),
      el('a', { class: 'button', href: `#/${here}/keys`, 'aria-label': `Manage keys of ${app.name}` }, 'Manage keys'),
      action('Delete', async () => { if (await deleteApp(app)) { await refresh(); keepFocus(); } }, { class: 'danger', 'aria-label': `Delete ${app.name}` })));
}

export async function show(view) {
  const list = el('div', {});
  const refresh = async () => {
    const [apps, organizations] = await Promise.all([get('/api/apps'), get('/api/organizations')]);
    list.replaceChildren(apps.length ? el('ul', { class: 'plain stack' }, apps.map((app) => card(app, organizations.find(({ id }) => id === app.id), refresh)))
      : el('p', { class: 'empty' }, 'There is no app yet. Create one, then a key for it.'));
  };
  await refresh();
  view.append(heading(title, 'An app has keys of its own, and says how its sessions sound and behave.',
    action('Refresh', async () => { await refresh(); announce('The list is up to date.'); }),
    action('Create app', async () => {
      const app = await createApp();
      if (app) {
        announce(`The app “${app.name}” is there.`);
        location.hash = `#/apps/${encodeURIComponent(app.id)}`;
      }
    }, { class: 'primary' })), list);
}
