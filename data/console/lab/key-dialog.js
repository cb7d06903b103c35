// Asks for a key that may make tokens, on a server that wants one.
import { openDialog } from '../lib/dialog.js';
import { el, field, input } from '../lib/dom.js';

/** Resolves to the key, or '' when there is none. */
export async function askForKey() {
  let given = '';
  await openDialog('This server needs a key', (close) => {
    const key = input({ type: 'password' });
    const form = el('form', {},
      el('p', {}, 'It is used once, to mint a token that is valid for a few minutes, and stays in this page.'),
      field('API key', key),
      el('div', { class: 'actions' }, el('button', { type: 'button', onclick: () => close() }, 'Cancel'),
        el('button', { type: 'submit', class: 'primary' }, 'Connect')));
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      given = key.value.trim();
      close();
    });
    return form;
  });
  return given;
}
