// The server's routes. The admin key lives in this tab only and travels in a header.
const STORAGE = 'vowel-admin-key';
let refused = () => {};

export class ApiError extends Error {
  constructor(message, status, param) {
    super(message);
    this.status = status;
    this.param = param;
  }
}

export const getKey = () => sessionStorage.getItem(STORAGE);

export function setKey(key) {
  if (key) sessionStorage.setItem(STORAGE, key);
  else sessionStorage.removeItem(STORAGE);
}

/** @param func called when the server wants (another) admin key */
export function onRefused(func) {
  refused = func;
}

function explain(body, answer) {
  return body?.message ?? body?.error?.message ?? `The server answered ${answer.status} ${answer.statusText}.`;
}

async function send(path, { method, body, type = 'application/json', key }) {
  try {
    return await fetch(path, {
      method,
      cache: 'no-store',
      credentials: 'omit',
      headers: { ...(body !== undefined && { 'Content-Type': type }), ...(key && { Authorization: `Bearer ${key}` }) },
      body: body === undefined || typeof body === 'string' ? body : JSON.stringify(body),
    });
  } catch {
    throw new ApiError('The server does not answer.', 0);
  }
}

/**
 * @param options.key another than the one of the sign-in
 * @param options.optional the page goes on without: no sign-in is asked for
 */
export async function request(path, { method = 'GET', body, type, key = getKey(), optional = false } = {}) {
  const answer = await send(path, { method, body, type, key });
  const text = await answer.text();
  let content = text;
  if (answer.headers.get('Content-Type')?.startsWith('application/json')) content = JSON.parse(text);
  if (answer.ok) return content;
  const error = new ApiError(explain(content, answer), answer.status, content?.error?.param ?? null);
  if ((answer.status === 401 || answer.status === 403) && !optional) refused(error);
  throw error;
}

export const get = (path, options) => request(path, options);
export const post = (path, body, options) => request(path, { method: 'POST', body, ...options });
export const put = (path, body, options) => request(path, { method: 'PUT', body, ...options });
export const patch = (path, body) => request(path, { method: 'PATCH', body });
export const remove = (path) => request(path, { method: 'DELETE' });

export const appPath = (id, rest = '') => `/api/apps/${encodeURIComponent(id)}${rest}`;
export const agentPath = ({ appId, id }) => appPath(appId, `/agents/${encodeURIComponent(id)}`);
export const keyPath = (key, rest = '') => appPath(key.appId, `/api-keys/${encodeURIComponent(key.id)}${rest}`);

/** The first key of an app that may make tokens for clients, as text. */
export async function findMintingKey(appId) {
  const keys = await get(appPath(appId, '/api-keys'), { optional: true });
  const key = keys.find(({ scopes, revokedAt }) => !revokedAt && scopes.includes('mint_ephemeral'));
  if (!key) throw new ApiError('The app has no active key with the scope mint_ephemeral: create one under Manage keys.', 0);
  return (await get(keyPath(key, '/reveal'), { optional: true })).plaintext;
}
