// Parts of a page that follow the server.
import { checkbox, el, problem } from './dom.js';

const PERIOD_MS = 5000;

/**
 * @param load resolves to the elements to show
 * @returns {element, control, stop}: what shows them, the switch, and what ends it
 */
export async function follow(load) {
  const wrong = problem();
  const content = el('div', { class: 'stack' });
  const { element: control, control: box } = checkbox('Refresh every 5 seconds', true);
  let stopped = false;

  const refresh = async () => {
    try {
      const parts = await load();
      wrong.show('');
      // Whoever is reading or tabbing through it is left alone.
      if (!stopped && !content.contains(document.activeElement)) content.replaceChildren(...parts);
    } catch (error) {
      wrong.show(error.message);
    }
  };

  const timer = setInterval(() => { if (box.checked && !document.hidden) refresh(); }, PERIOD_MS);
  const stop = () => { stopped = true; clearInterval(timer); };
  await refresh();
  return { element: el('div', { class: 'stack' }, wrong.element, content), control, stop };
}
