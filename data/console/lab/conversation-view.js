// What a conversation is shown in.
import { el, input, panel } from '../lib/dom.js';

const COLUMNS = ['Turn', 'Transcript', 'First token', 'First audio', 'Done'];

export function makeConversationView() {
  const microphoneLabel = el('span', { id: 'microphone-label' }, 'Start talking');
  const view = {
    status: el('p', { id: 'status', role: 'status' }, 'Not connected'),
    microphoneLabel,
    microphone: el('button', { id: 'microphone', type: 'button', 'aria-pressed': 'false' },
      el('span', { class: 'dot', 'aria-hidden': 'true' }), microphoneLabel),
    level: el('meter', { id: 'level', min: '0', max: '1', value: 0, 'aria-label': 'Microphone level' }),
    session: el('button', { type: 'button' }, 'Start session'),
    transcript: el('ol', { id: 'transcript', class: 'chat', 'aria-live': 'polite', 'aria-label': 'What was said' }),
    message: input({ id: 'message', placeholder: 'Or type a message' }),
    timeline: el('tbody', { id: 'timeline' }),
  };
  view.compose = el('form', { id: 'compose' }, el('label', { class: 'hidden', for: 'message' }, 'Message'), view.message,
    el('button', { type: 'submit' }, 'Send'));
  view.elements = [
    el('section', { class: 'panel talk', 'aria-label': 'Talk' }, view.microphone, view.level, view.session, view.status,
      el('p', { class: 'hint' }, 'Try: “What time is it?”, “What is seven times eight?”, “Add five to the counter”, “Tell me a story” (and interrupt it).')),
    el('section', { class: 'panel', 'aria-label': 'Conversation' }, view.transcript, view.compose),
    panel('Turns', el('p', { class: 'hint' }, 'Milliseconds after the end of your speech (or after sending), as this page saw them.'),
      el('div', { class: 'scroll', role: 'region', 'aria-label': 'Turns', tabindex: '0' }, el('table', {},
        el('thead', {}, el('tr', {}, COLUMNS.map((name) => el('th', { scope: 'col' }, name)), el('th', { scope: 'col', class: 'bar' }, 'Timeline'))),
        view.timeline))),
  ];
  return view;
}
