// Modal dialogs: the browser keeps the focus in them, gives it back, and closes them with Escape.
import { action, announce, el, input, newId } from './dom.js';

/** Resolves when it is closed. @param build gets a function that closes it */
export function openDialog(title, build) {
  const id = newId('dialog');
  const dialog = el('dialog', { 'aria-labelledby': id }, el('h2', { id }, title));
  dialog.append(...[build((value = '') => dialog.close(value))].flat().filter(Boolean), el('p', { class: 'announcer', role: 'status' }));
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(dialog.returnValue);
    }, { once: true });
  });
}

/** Asks before something is gone. Resolves to whether it shall be done. */
export async function confirmDialog(title, text, verb) {
  const answer = await openDialog(title, (close) => [
    el('p', {}, text),
    el('div', { class: 'actions' },
      el('button', { type: 'button', autofocus: true, onclick: () => close('') }, 'Cancel'),
      el('button', { type: 'button', class: 'danger', onclick: () => close('yes') }, verb)),
  ]);
  return answer === 'yes';
}

/** Only pages of https and of this machine have a clipboard. */
export async function copyText(text, what) {
  if (navigator.clipboard) {
    await navigator.clipboard.writeText(text);
    announce(`${what} copied.`);
    return;
  }
  await openDialog(`Copy: ${what}`, (close) => {
    const box = input({ value: text, readOnly: true, 'aria-label': what });
    queueMicrotask(() => { box.focus(); box.select(); });
    return [el('p', {}, 'This page has no access to the clipboard. The text is selected: copy it with Ctrl+C.'), box,
      el('div', { class: 'actions' }, el('button', { type: 'button', onclick: () => close() }, 'Done'))];
  });
}

export const copyButton = (label, what, getText) => action(label, async () => copyText(await getText(), what));
