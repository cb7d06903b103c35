// SPDX-License-Identifier: LGPL-2.1-or-later
// The messages of a conversation, as the server told them and as the agents
// SDK remembers them.
import { LifecycleChecker } from '../protocol/lifecycle-checker.mjs';

const words = (item) => (item.content ?? []).map((part) => part.transcript ?? part.text ?? '').join(' ');
const message = (id, item) => ({ id, role: item.role, text: words(item) });

export function serverHistory(events) {
  const checker = new LifecycleChecker({ revisions: true, recordings: true });
  const items = new Map();
  for (const event of events) {
    checker.push(event);
    if (/^conversation\.item\.(added|done|retrieved)$/.test(event.type)) items.set(event.item.id, event.item);
    if (event.type.endsWith('input_audio_transcription.completed'))
      items.get(event.item_id).content[event.content_index] = { type: 'input_audio', transcript: event.transcript };
  }
  return checker.order
    .filter((id) => items.get(id).type === 'message')
    .map((id) => message(id, items.get(id)));
}

export const clientHistory = (session) => session.history
  .filter((item) => item.type === 'message')
  .map((item) => message(item.itemId, item));
