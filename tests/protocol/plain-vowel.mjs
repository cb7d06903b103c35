// SPDX-License-Identifier: LGPL-2.1-or-later
/** Events of the dialect `vowel` without what only it has: valid beta. */
export function plainVowel(events) {
  const spoken = new Set(events.filter(({ type, part }) => type === 'response.content_part.added' && part.type === 'audio').map(({ item_id: id }) => id));
  return events
    .filter(({ type, item_id: id }) => type !== 'response.text.done' || !spoken.has(id))
    .map((event) => {
      if (event.type === 'response.function_call_arguments.done') {
        const { name, function_call: extra, ...rest } = event;
        return rest;
      }
      if (event.item?.type === 'function_call' && event.item.status === 'in_progress') return { ...event, item: { ...event.item, arguments: '' } };
      if (event.type === 'session.created' || event.type === 'session.updated') {
        const { speaking_rate: rate, initial_greeting_prompt: prompt, language, ...session } = event.session;
        return { ...event, session };
      }
      return event;
    });
}
