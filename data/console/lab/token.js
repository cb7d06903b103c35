// Ephemeral tokens: how the page gets them, and what is in them.
import { findMintingKey, getKey, post } from '../lib/api.js';

/**
 * @param wishes.app whose key makes it; none: the server's own settings
 * @param wishes.key for a server that wants one and nobody is signed in
 * @returns the server's answer; rejects with status 401 when it wants a key
 */
export async function mint({ app, instructions, greeting, key = getKey() }) {
  if (!app) {
    const body = { ...(instructions && { instructions }), ...(greeting && { initialGreetingPrompt: greeting }) };
    return post('/v1/realtime/sessions', body, { key, optional: true });
  }
  const config = { ...(instructions && { systemInstructionOverride: instructions }), ...(greeting && { initialGreetingPrompt: greeting }) };
  return post('/vowel/api/generateToken', { appId: app, origin: location.origin, config },
    { key: await findMintingKey(app), optional: true });
}

export const getToken = (answer) => answer.client_secret?.value ?? answer.token;

function decode(part) {
  const bytes = Uint8Array.from(atob(part.replaceAll('-', '+').replaceAll('_', '/')), (c) => c.charCodeAt(0));
  return JSON.parse(new TextDecoder().decode(bytes));
}

/** What anybody can read in a token; null in those of other services. */
export function readClaims(token) {
  try {
    return decode(token.replace(/^ek_/, '').split('.')[1]);
  } catch {
    return null;
  }
}

/** @p answer without the token itself, wherever it is. */
export function redact(answer) {
  const token = getToken(answer);
  return JSON.parse(JSON.stringify(answer, (name, value) => (value === token ? `${token.slice(0, 6)}… (${token.length} characters)` : value)));
}
