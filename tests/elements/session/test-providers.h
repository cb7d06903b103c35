/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/*
 * Providers that answer at once and tell what went in, so that a test sees
 * whose audio came out where:
 *
 * teststt: "level N": the loudest sample in thousands; "" below 500.
 * testllm: "I heard <what the user said>. ", then "Bye."; for "slow" it never
 *   ends, for "call" it calls the tool "lookup", for "fail" it fails.
 * testtts: 10 ms per character, all samples of the value (first digit in the
 *   text) thousand, at 24 kHz; a text with "mute" fails.
 */
void test_providers_register (void);

G_END_DECLS
