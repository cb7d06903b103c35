// SPDX-License-Identifier: LGPL-2.1-or-later
// Validates server events against the strict definitions of OpenAI's schema,
// which is not part of this repository.
import fs from 'node:fs';
import path from 'node:path';

const candidates = [
  process.env.VOWEL_REALTIME_SCHEMA,
  path.join(process.env.VOWEL_SRCDIR ?? '.', '../shared/conformance/openai-realtime.schema.json'),
].filter(Boolean);

const file = candidates.find((candidate) => fs.existsSync(candidate));

async function load() {
  const { default: Ajv2020 } = await import('ajv/dist/2020.js');
  const { default: addFormats } = await import('ajv-formats');
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats(ajv);
  ajv.addSchema(JSON.parse(fs.readFileSync(file)));
  return ajv;
}

const ajv = file && await load().catch((error) => {
  if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error;
});

/** Why nothing can be validated, or undefined. */
export const skipReason = !file
  ? `no schema at ${candidates.join(' or ')}: set VOWEL_REALTIME_SCHEMA`
  : !ajv ? 'ajv is not installed: run npm ci in tests/' : undefined;

const ID = 'urn:vowel-gst:openai-realtime';

/** What is wrong with one value of a named definition; an empty list when nothing is. */
export function definitionProblems(value, name) {
  const validate = ajv.getSchema(`${ID}#/$defs/${name}`);
  return validate(value) ? [] : validate.errors.map((error) => `${error.instancePath}: ${error.message} ${JSON.stringify(error.params)}`);
}

/** What is wrong with one server event; an empty list when nothing is. */
export function schemaProblems(event, dialect) {
  const validate = ajv.getSchema(`${ID}#/$defs/${dialect}.server.strict`);
  if (validate(event)) return [];
  return validate.errors
    .filter((error) => error.keyword !== 'if')
    .map((error) => `${event.type}${error.instancePath}: ${error.message} ${JSON.stringify(error.params)}`);
}

const definitions = file && JSON.parse(fs.readFileSync(file));

/** The types of all events of a direction, 'client' or 'server'. */
export const events = (dialect, direction) => Object.keys(definitions['x-events'][dialect][direction]);

/** The paths of all fields of a definition, "a.b[].c". */
export function fields(name) {
  const found = new Set();
  walk(definitions.$defs[name], '', found, []);
  return [...found].sort();
}

/** Whether there are fields below @path. */
function walk(schema, at, found, above) {
  if (schema.$ref) {
    const name = schema.$ref.split('/').at(-1);
    return above.includes(name) || walk(definitions.$defs[name], at, found, [...above, name]);
  }
  let inner = false;
  for (const part of [...schema.anyOf ?? [], ...schema.oneOf ?? [], ...(schema.allOf ?? []).map((one) => one.then ?? one)])
    inner = walk(part, at, found, above) || inner;
  for (const [key, value] of Object.entries(schema.properties ?? {})) {
    const path = at ? `${at}.${key}` : key;
    if (!walk(value, path, found, above)) found.add(path);
    inner = true;
  }
  if (schema.type === 'array' && typeof schema.items === 'object')
    inner = walk(schema.items, `${at}[]`, found, above) || inner;
  return inner;
}
