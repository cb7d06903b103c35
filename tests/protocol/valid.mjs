// SPDX-License-Identifier: LGPL-2.1-or-later
import assert from 'node:assert/strict';
import { checkLifecycle } from './lifecycle-checker.mjs';
import { schemaProblems, skipReason } from './schema.mjs';

/**
 * All events of one connection are valid and in order.
 * @param superset the connection began before its dialect was known, so that
 *   session.created has the fields of both
 * @param revisions the recogniser may take back what it has told
 * @param recordings ids of items that the client made out of sound
 */
export function assertValid(events, dialect, { superset = false, revisions = false, recordings = [] } = {}) {
  assert.deepEqual(checkLifecycle(events, { dialect, revisions, recordings }), []);
  if (skipReason) return;
  assert.deepEqual(events
    .filter((event) => !superset || event.type !== 'session.created')
    .flatMap((event) => schemaProblems(event, dialect)), []);
}
