/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/vowel/vowel.h>

G_BEGIN_DECLS

/*
 * Deterministic providers without delay, for tests and benchmarks.  What they
 * do is chosen by the property `mode`:
 *
 * ok     the full answer, at once
 * fail   fails with `error`, `failures` times, then as ok
 * refuse the same, but with no word on why
 * never  takes the work and never answers
 * hold   as far as the first output, then waits; the action "release" goes on
 *
 * With `when`, llm and tts do so only for texts that have that in them. With
 * `base-url` they are a service, which has a circuit breaker. `spare` and
 * `third` are other names for them.
 */

GST_ELEMENT_REGISTER_DECLARE (fakestt);
GST_ELEMENT_REGISTER_DECLARE (fakellm);
GST_ELEMENT_REGISTER_DECLARE (faketts);

G_END_DECLS
