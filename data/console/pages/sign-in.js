import { get, setKey } from '../lib/api.js';
import { el, field, form, heading, input, submitButton } from '../lib/dom.js';

/** @param problem why one is needed, or '' */
export function signInForm(problem, done) {
  const key = input({ type: 'password', required: true });
  return el('div', { class: 'stack narrow' },
    heading('Sign in', 'This server is managed with its admin key (VOWEL_ADMIN_KEY, else API_KEY).'),
    problem && el('p', { class: 'problem', role: 'alert' }, problem),
    form({ class: 'panel' }, submitButton('Sign in'), async () => {
      const text = key.value.trim();
      try {
        await get('/api/apps', { key: text, optional: true });
      } catch (error) {
        key.select();
        throw error.status === 401 ? new Error('The server does not know this key.') : error;
      }
      setKey(text);
      done();
    }, field('Admin key', key, 'It stays in this tab until you sign out or close it.')));
}
