/* SPDX-License-Identifier: LGPL-2.1-or-later */

#pragma once

#include "speech-request.h"

G_BEGIN_DECLS

/* Server-sent events as OpenAI's speech protocol has them: the audio in base64,
 * bare samples. */
extern const SpeechEnvelope speech_events;

G_END_DECLS
