// SPDX-License-Identifier: LGPL-2.1-or-later
// Where OpenAI and xAI make tokens for their own realtime services.
import { bearer } from './live.mjs';

let made = 0;

/** POST …/realtime/client_secrets, for whoever has `key`. */
export const clientSecrets = (key) => ({ vendor, request, body, response, faults }) => {
  const answer = (status, object) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(typeof object === 'string' ? object : JSON.stringify(object));
  };
  const refuse = (status, message) => answer(status, vendor === 'grok' ? { code: 'The request is not valid', error: message } : { error: { message, type: 'invalid_request_error', param: null, code: null } });
  if (bearer(request) !== key) return refuse(401, `Incorrect API key provided: ${bearer(request)}`);
  if (request.headers['content-type'] !== 'application/json') return refuse(415, 'Unsupported content type');
  let wanted;
  try {
    wanted = JSON.parse(body);
  } catch {
    return refuse(400, 'We could not parse the JSON body of your request.');
  }
  const unknown = Object.keys(wanted).find((name) => !['expires_after', 'session'].includes(name))
    ?? Object.keys(wanted.expires_after ?? {}).find((name) => name !== 'seconds' && !(vendor === 'openai' && name === 'anchor'));
  if (unknown) return refuse(400, `Unknown parameter: '${unknown}'.`);
  const seconds = wanted.expires_after?.seconds ?? 600;
  if (!Number.isInteger(seconds) || seconds < 10 || seconds > 7200) return refuse(400, `Invalid 'expires_after.seconds': ${seconds}.`);
  if (faults.has('no-token')) return answer(200, {});
  if (faults.has('no-json')) return answer(200, '<html>');
  return answer(200, { value: `ek_${vendor}_${++made}`, expires_at: Math.floor(Date.now() / 1000) + seconds });
};
