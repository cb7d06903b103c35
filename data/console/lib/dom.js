// Elements without markup: whatever comes from the server becomes text, never HTML.
const PROPERTIES = new Set(['value', 'checked', 'disabled', 'hidden', 'readOnly', 'open', 'selected']);
let ids = 0;

export const newId = (prefix = 'f') => `${prefix}${++ids}`;

/** el('p', { class: 'hint', onclick }, 'text', child, null) */
export function el(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined) continue;
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (PROPERTIES.has(name)) element[name] = value;
    else if (value !== false) element.setAttribute(name, value === true ? '' : value);
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

/** The beginning of a page: its heading, what it is for, and what can be done. */
export function heading(title, hint = null, ...actions) {
  return el('header', { class: 'page-head' },
    el('div', {}, el('h1', { tabindex: '-1' }, title), hint && el('p', { class: 'hint' }, hint)),
    actions.length > 0 && el('div', { class: 'actions' }, actions));
}

export function panel(title, ...children) {
  const id = newId('panel');
  return el('section', { class: 'panel', 'aria-labelledby': id }, el('h2', { id }, title), children);
}

/** A control with its label, and what there is to know about it. */
export function field(label, control, hint = null) {
  control.id ||= newId();
  const hintId = hint ? `${control.id}-hint` : null;
  if (hintId) control.setAttribute('aria-describedby', hintId);
  return el('div', { class: 'field' }, el('label', { for: control.id }, label), control,
    hint && el('p', { class: 'hint', id: hintId }, hint));
}

export function input(attributes = {}) {
  return el('input', { type: 'text', autocomplete: 'off', spellcheck: 'false', ...attributes });
}

/** @param options pairs of value and text, or texts */
export function select(options, value = '', attributes = {}) {
  return el('select', attributes, options.map((option) => {
    const [optionValue, text] = Array.isArray(option) ? option : [option, option];
    return el('option', { value: optionValue, selected: optionValue === value }, text);
  }));
}

export function checkbox(label, checked, attributes = {}) {
  const control = el('input', { type: 'checkbox', checked, ...attributes });
  return { control, element: el('label', { class: 'check' }, control, ' ', label) };
}

/** A group of checkboxes: `values()` are those that are ticked. */
export function choices(legend, options, ticked, hint = null) {
  const boxes = options.map(([value, text]) => ({ value, ...checkbox(text, ticked.includes(value)) }));
  return {
    element: el('fieldset', {}, el('legend', {}, legend), hint && el('p', { class: 'hint' }, hint), boxes.map(({ element }) => element)),
    values: () => boxes.filter(({ control }) => control.checked).map(({ value }) => value),
  };
}

/** A table that scrolls in itself where the window is narrow. */
export function table(caption, columns, rows, empty = 'There is nothing yet.') {
  if (rows.length === 0) return el('p', { class: 'empty' }, empty);
  return el('div', { class: 'scroll', role: 'region', 'aria-label': caption, tabindex: '0' },
    el('table', {}, el('caption', { class: 'hidden' }, caption),
      el('thead', {}, el('tr', {}, columns.map((column) => el('th', { scope: 'col' }, column)))),
      el('tbody', {}, rows.map((cells) => el('tr', {}, cells.map((cell, index) => (
        index === 0 ? el('th', { scope: 'row' }, cell) : el('td', {}, cell))))))));
}

export function facts(pairs) {
  return el('dl', { class: 'facts' }, pairs.filter(([, value]) => value !== null && value !== undefined && value !== '')
    .map(([name, value]) => el('div', {}, el('dt', {}, name), el('dd', {}, value))));
}

export const badge = (text, kind = '') => el('span', { class: `badge ${kind}` }, text);

export const link = (hash, ...children) => el('a', { href: `#/${hash}` }, children);

/** Where what went wrong is told at once. */
export function problem() {
  const element = el('p', { class: 'problem', role: 'alert', hidden: true });
  return {
    element,
    show(text) {
      element.textContent = text;
      element.hidden = !text;
    },
  };
}

let forget;

/** Says it to everybody: shown for a while, and read aloud. Behind a dialog nothing is. */
export function announce(text) {
  const places = [...document.querySelectorAll('.announcer')];
  const forgetAll = () => { for (const place of places) place.textContent = ''; };
  clearTimeout(forget);
  forgetAll();
  places.at(-1).textContent = text;
  forget = setTimeout(forgetAll, 6000);
}

/** The keyboard goes on from the top when what had the focus is gone. */
export function keepFocus() {
  if (document.activeElement === document.body) document.querySelector('main h1')?.focus();
}

/** A button whose work takes a while; what fails is told by @fail. */
export function action(label, work, { fail = (error) => announce(error.message), ...attributes } = {}) {
  const button = el('button', { type: 'button', ...attributes }, label);
  button.addEventListener('click', () => attempt(button, work, fail));
  return button;
}

/** Does it once at a time. */
export async function attempt(button, work, fail) {
  if (button.getAttribute('aria-busy') === 'true') return;
  button.setAttribute('aria-busy', 'true');
  try {
    await work();
  } catch (error) {
    fail(error);
  } finally {
    button.removeAttribute('aria-busy');
  }
}

/** A form that submits by Enter as by its button; @work gets to it when it is valid. */
export function form(attributes, submit, work, ...children) {
  const wrong = problem();
  const element = el('form', attributes, children, wrong.element,
    el('div', { class: 'actions' }, submit));
  const button = [submit].flat(Infinity).find((candidate) => candidate.type === 'submit');
  element.addEventListener('submit', (event) => {
    event.preventDefault();
    wrong.show('');
    attempt(button, work, (error) => wrong.show(error.message));
  });
  return element;
}

export const submitButton = (label) => el('button', { type: 'submit', class: 'primary' }, label);
